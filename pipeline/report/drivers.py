"""What goes with behaviour and experience: a figure, a table and the caveats for each outcome."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.verdicts import ALPHA

ROLES = ("behaviour", "experience")
SHOWN = ("ame_favourable", "ame_share", "ame_score")  # the first that a model has
POOLED = "all"


def drivers(n) -> list[dict]:
    """Per population: outcomes with figures, and those without, each with the reason."""
    return [block for p in n.populations if (block := _population(n, p))]


def _population(n, population: str) -> dict | None:
    mine = n.source.drivers.filter(member=n.member, wave=n.wave, population=population)
    everybody = n.source.drivers.filter(member=POOLED, population=population)
    if mine.is_empty():
        return None
    blocks, without = [], []
    for item in _outcomes(n, population):
        own = _Model(n, mine.filter(outcome=item["code"]))
        pool = _Model(n, everybody.filter(outcome=_link(n, population, item)))
        if own.fitted or pool.fitted:
            blocks.append(_block(n, population, item, own, pool))
        if not own.fitted and own.why:
            without.append({"title": n.source.text(item["text"], item["code"]), "why": own.why})
    return {"population": n.t.name(population), "blocks": blocks, "without": without}


def _outcomes(n, population: str) -> list[dict]:
    items = n.instruments[population]["items"]
    return [i for i in items if i["role"] in ROLES and i["kind"] in ("likert", "single")]


def _link(n, population: str, item: dict) -> str:
    name = n.units.filter(population=population)["instrument"].item()
    return item["concept"] or f"{name}:{item['code']}"


class _Model:
    """One regression's rows of the release."""

    def __init__(self, n, rows: pl.DataFrame):
        self.n, self.rows = n, rows
        told = next(rows.filter(statistic="model").iter_rows(named=True), None)
        self.fitted = bool(told) and told["verdict"] == "fitted"
        verdict = None if told is None else "hidden" if told["status"] == "suppressed" else told["verdict"]
        self.why = str(n.t(f"drivers_{verdict}")) if verdict and not self.fitted else ""
        statistics = set(rows["statistic"])
        self.statistic = next((s for s in SHOWN if s in statistics), "")
        self.points = 1 if self.statistic == "ame_score" else 100
        self._figures = {(r["statistic"], r["term"], r["term_category"]): r for r in rows.iter_rows(named=True)}

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
        tested = self.rows.filter(pl.col("statistic") == "factors_together", pl.col("p_value") <= ALPHA)
        return not tested.is_empty()

    def terms(self, factors: list[str]) -> list[str]:
        mine = set(self.rows.filter(statistic="vif")["term"])
        return [f for f in factors if f in mine]

    @property
    def base(self) -> dict | None:
        """n, the percentage of those asked that it is, and what is to be said of it."""
        row = next(self.rows.filter(statistic="complete_cases").iter_rows(named=True), None)
        unsure = not self.rows.filter(status="unreliable").is_empty()
        return row and {
            "n": row["n"],
            "percent": round(100 * row["estimate"]),
            "loss": row["verdict"] == "large_loss",
            "unreliable": unsure,
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
    answer = next(iter(model.rows["answer"]), "")
    codes = [c for c in item["categories"] if (c["code"] == answer if answer else c["side"] == "favourable")]
    labels = [n.source.text(c["label"], c["code"]) for c in codes]
    return str(n.t("drivers_points_share", answers=" / ".join(labels)))


def _collinear(n, fitted: list[_Model], terms: list[str]) -> str:
    """The factors of the first model that can't be told apart, as a list; empty where there are none."""
    cells = [(t, fitted[0].cell("vif", t, points=1)) for t in terms]
    return ", ".join(n.source.titles[t] for t, cell in cells if cell and cell["said"] == "collinear")


def _profile(n, population: str, own: _Model) -> list[dict]:
    """Groups of respondents against the most frequent one, all else as it is."""
    items = {i["code"]: i for i in n.instruments[population]["items"]}
    references = {r["term"]: r["term_category"] for r in own.rows.filter(statistic="reference").iter_rows(named=True)}
    found = own.rows.filter(pl.col("statistic") == own.statistic, pl.col("term").is_in(list(references)))
    return [
        {
            "label": n.source.text(items[r["term"]]["text"], r["term"]),
            "category": _category(n, items[r["term"]], r["term_category"]),
            "reference": _category(n, items[r["term"]], references[r["term"]]),
            "cell": own.association(r["term"], r["term_category"]),
        }
        for r in found.iter_rows(named=True)
    ]


def _category(n, item: dict, code: str) -> str:
    label = next((n.source.text(c["label"], code) for c in item["categories"] if c["code"] == code), None)
    return label or str(n.t("drivers_merged"))
