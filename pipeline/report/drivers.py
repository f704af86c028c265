"""What goes with behaviour and experience: a figure, a table and the caveats for each outcome."""

from __future__ import annotations

from pipeline.report import charts
from pipeline.report.release import kept
from pipeline.report.verdicts import ALPHA

ROLES = ("behaviour", "experience")
SHOWN = ("ame_favourable", "ame_share", "ame_score")  # the first that a model has
POOLED = "all"


def drivers(n) -> list[dict]:
    """Per population: outcomes with figures, and those without, each with the reason."""
    return [block for p in n.populations if (block := _population(n, p))]


def _population(n, population: str) -> dict | None:
    mine, everybody = _regressions(n, population)
    if not mine:
        return None
    blocks, without = [], []
    for item in _outcomes(n, population):
        own = _Model(n, mine.get(item["code"], []))
        pool = _Model(n, everybody.get(_link(n, population, item), []))
        if own.fitted or pool.fitted:
            blocks.append(_block(n, population, item, own, pool))
        if not own.fitted and own.why:
            without.append({"title": n.source.text(item["text"], item["code"]), "why": own.why})
    return {"population": n.t.name(population), "blocks": blocks, "without": without}


@kept
def _regressions(n, population: str) -> tuple[dict[str, list[dict]], dict[str, list[dict]]]:
    """outcome -> rows of the release, of the member's own regressions and of the pooled ones."""
    of_population = n.source.drivers.filter(population=population)
    both = of_population.filter(member=n.member, wave=n.wave), of_population.filter(member=POOLED)
    return tuple(rows.rows_by_key("outcome", named=True, include_key=True) for rows in both)


def _outcomes(n, population: str) -> list[dict]:
    items = n.instruments[population]["items"]
    return [i for i in items if i["role"] in ROLES and i["kind"] in ("likert", "single")]


def _link(n, population: str, item: dict) -> str:
    return item["concept"] or f"{n.source.instrument_name(n.member, n.wave, population)}:{item['code']}"


class _Model:
    """One regression's rows of the release."""

    def __init__(self, n, rows: list[dict]):
        self.n = n
        self.by_statistic: dict[str, list[dict]] = {}
        for row in rows:
            self.by_statistic.setdefault(row["statistic"], []).append(row)
        told = self.first("model")
        self.fitted = bool(told) and told["verdict"] == "fitted"
        verdict = None if told is None else "hidden" if told["status"] == "suppressed" else told["verdict"]
        self.why = str(n.t(f"drivers_{verdict}")) if verdict and not self.fitted else ""
        self.statistic = next((s for s in SHOWN if s in self.by_statistic), "")
        self.points = 1 if self.statistic == "ame_score" else 100
        self.answer = rows[0]["answer"] if rows else ""
        self.unreliable = any(row["status"] == "unreliable" for row in rows)
        self._figures = {(r["statistic"], r["term"], r["term_category"]): r for r in rows}

    def of(self, statistic: str) -> list[dict]:
        return self.by_statistic.get(statistic, [])

    def first(self, statistic: str) -> dict | None:
        return next(iter(self.of(statistic)), None)

    def cell(self, statistic: str, term: str, category: str = "", points: float = 100) -> dict | None:
        """A figure as it is printed, `points` times what the release has."""
        row = self._figures.get((statistic, term, category))
        if row is None or row["estimate"] is None:
            return None
        shown = {k: None if row[c] is None else round(points * row[c], 1) + 0.0 for k, c in _ENDS.items()}
        stands = row["q_value"] is not None and row["q_value"] <= ALPHA
        return shown | {"filled": stands, "said": row["verdict"], "n": row["n"]}

    def association(self, term: str, category: str = "") -> dict | None:
        return self.cell(self.statistic, term, category, self.points)

    @property
    def stands(self) -> bool:
        """Whether the factors together show an association."""
        return any(row["p_value"] is not None and row["p_value"] <= ALPHA for row in self.of("factors_together"))

    def terms(self, factors: list[str]) -> list[str]:
        mine = {row["term"] for row in self.of("vif")}
        return [f for f in factors if f in mine]

    @property
    def base(self) -> dict | None:
        """n, the percentage of those asked that it is, and what is to be said of it."""
        row = self.first("complete_cases")
        return row and {
            "n": row["n"],
            "percent": round(100 * row["estimate"]),
            "loss": row["verdict"] == "large_loss",
            "unreliable": self.unreliable,
        }


_ENDS = {"x": "estimate", "low": "ci_low", "high": "ci_high"}


def _block(n, population: str, item: dict, own: _Model, pool: _Model) -> dict:
    fitted = [m for m in (own, pool) if m.fitted]
    terms = list(dict.fromkeys(t for m in fitted for t in m.terms(list(n.source.titles))))
    labels = [n.source.titles[t] for t in terms]
    names = {id(own): n.source.member(n.member), id(pool): str(n.t("drivers_pool"))}
    groups = {names[id(m)]: [m.association(t) for t in terms] for m in fitted}
    ends = [abs(p[k]) for points in groups.values() for p in points if p for k in ("low", "high")]
    reach = max(ends, default=1.0) * 1.05
    return {
        "id": f"drivers-{population}-{item['code']}",
        "title": n.source.text(item["text"], item["code"]),
        "what": _what(n, item, fitted[0]),
        "own": own.fitted,
        "pool": pool.fitted,
        "own_base": own.base if own.fitted else None,
        "pool_base": pool.base if pool.fitted else None,
        "chart": charts.dots(labels, groups, -reach, reach, zero=True) if any(m.stands for m in fitted) else "",
        "rows": [_row(label, t, own, pool) for label, t in zip(labels, terms, strict=True)],
        "collinear": _collinear(n, fitted, terms),
        "profile": _profile(n, population, own) if own.fitted else [],
        "ranked": any(m.cell("importance", t) for m in fitted for t in terms),
    }


def _row(label: str, term: str, own: _Model, pool: _Model) -> dict:
    """`weight` is the model's own, or the pool's where there is none."""
    model = own if own.fitted else pool
    return {
        "label": label,
        "own": own.association(term) if own.fitted else None,
        "pool": pool.association(term) if pool.fitted else None,
        "weight": model.cell("importance", term),
        "vif": model.cell("vif", term, points=1),
    }


def _what(n, item: dict, model: _Model) -> str:
    """What moves by so many points: the share of some answers, or the score."""
    if model.statistic == "ame_score":
        return str(n.t("drivers_points_score"))
    codes = [c for c in item["categories"] if (c["code"] == model.answer if model.answer else c["side"] == "favourable")]
    labels = [n.source.text(c["label"], c["code"]) for c in codes]
    return str(n.t("drivers_points_share", answers=" / ".join(labels)))


def _collinear(n, fitted: list[_Model], terms: list[str]) -> str:
    """The factors of the first model that can't be told apart, as a list; empty where there are none."""
    cells = [(t, fitted[0].cell("vif", t, points=1)) for t in terms]
    return ", ".join(n.source.titles[t] for t, cell in cells if cell and cell["said"] == "collinear")


def _profile(n, population: str, own: _Model) -> list[dict]:
    """Groups of respondents against the most frequent one, all else as it is."""
    items = {i["code"]: i for i in n.instruments[population]["items"]}
    references = {r["term"]: r["term_category"] for r in own.of("reference")}
    found = [r for r in own.of(own.statistic) if r["term"] in references]
    return [
        {
            "label": n.source.text(items[r["term"]]["text"], r["term"]),
            "category": _category(n, items[r["term"]], r["term_category"]),
            "reference": _category(n, items[r["term"]], references[r["term"]]),
            "cell": own.association(r["term"], r["term_category"]),
        }
        for r in found
    ]


def _category(n, item: dict, code: str) -> str:
    label = next((n.source.text(c["label"], code) for c in item["categories"] if c["code"] == code), None)
    return label or str(n.t("drivers_merged"))
