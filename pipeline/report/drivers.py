"""What goes with behaviour and experience: a figure, a table and the caveats for each outcome."""

from __future__ import annotations

from pipeline.report import charts
from pipeline.report.release import kept, kept_for_all
from pipeline.report.source import Source
from pipeline.report.verdicts import ALPHA
from pipeline.report.wording import Wording

ROLES = ("behaviour", "experience")
SHOWN = ("ame_favourable", "ame_share", "ame_score")  # the first that a model has
POOLED = "all"


def drivers(n) -> list[dict]:
    """Per population of a member's wave: outcomes with figures, and those without, each with the reason."""
    return [block for p in n.populations if (block := _population(n, p))]


def _population(n, population: str) -> dict | None:
    mine, blocks, without = _regressions(n, population), [], []
    for item in (i for i in n.instruments[population]["items"] if _is_outcome(i)):
        model = _Model(mine.get(item["code"], []))
        if model.fitted:
            block = _block(n.source, n.t, population, n.source.member(n.member), item, model)
            blocks.append(block | {"profile": _profile(n, population, model)})
        elif model.why:
            without.append({"title": n.source.text(item["text"], item["code"]), "why": str(n.t(model.why))})
    return {"population": n.t.name(population), "blocks": blocks, "without": without} if mine else None


@kept
def _regressions(n, population: str) -> dict[str, list[dict]]:
    """Outcome -> rows of the release."""
    mine = n.source.drivers.filter(member=n.member, wave=n.wave, population=population)
    return mine.rows_by_key("outcome", named=True, include_key=True)


def drivers_over_members(source: Source, t: Wording) -> list[dict]:
    """Per population the outcomes of which a model over the members that share could be fitted."""
    pooled, name, found = _pooled(source), str(t("drivers_pool")), []
    for population in sorted({population for population, _ in pooled}):
        models = [(item, _Model(pooled.get((population, outcome), []))) for outcome, item in _asked(source, population).items()]
        blocks = [_block(source, t, population, name, item, model) for item, model in models if model.fitted]
        if blocks:
            found.append({"population": t.name(population), "blocks": blocks})
    return found


@kept_for_all
def _pooled(source: Source) -> dict[tuple[str, str], list[dict]]:
    """(population, outcome) -> rows of the release."""
    return source.drivers.filter(member=POOLED).rows_by_key(["population", "outcome"], named=True, include_key=True)


def _asked(source: Source, population: str) -> dict[str, dict]:
    """Outcomes, as pooled models name them, -> the question, as the population's newest questionnaire that has it asks it."""
    of = [(name, i) for name, i in source.codebook["instruments"].items() if i["population"] == population]
    return {item["concept"] or f"{name}:{item['code']}": item for name, i in of for item in i["items"] if _is_outcome(item)}


def _is_outcome(item: dict) -> bool:
    return item["role"] in ROLES and item["kind"] in ("likert", "single")


class _Model:
    """One regression's rows of the release."""

    def __init__(self, rows: list[dict]):
        self.by_statistic: dict[str, list[dict]] = {}
        for row in rows:
            self.by_statistic.setdefault(row["statistic"], []).append(row)
        told = self.first("model")
        self.fitted = bool(told) and told["verdict"] == "fitted"
        verdict = None if told is None else "hidden" if told["status"] == "suppressed" else told["verdict"]
        self.why = f"drivers_{verdict}" if verdict and not self.fitted else ""
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


def _block(source: Source, t: Wording, population: str, name: str, item: dict, model: _Model) -> dict:
    """A figure and a table. name: whose model it is."""
    terms = model.terms(list(source.titles))
    labels = [source.titles[term] for term in terms]
    points = [model.association(term) for term in terms]
    reach = max((abs(p[k]) for p in points if p for k in ("low", "high")), default=1.0) * 1.05
    return {
        "id": f"drivers-{population}-{item['code']}",
        "title": source.text(item["text"], item["code"]),
        "population": t.name(population),
        "name": name,
        "what": _what(source, t, item, model),
        "base": model.base,
        "chart": charts.dots(labels, {name: points}, -reach, reach, zero=True) if model.stands else "",
        "rows": [_row(*line, model) for line in zip(labels, terms, points, strict=True)],
        "collinear": _collinear(source, model, terms),
        "ranked": any(model.cell("importance", term) for term in terms),
        "profile": [],
    }


def _row(label: str, term: str, point: dict | None, model: _Model) -> dict:
    return {"label": label, "cell": point, "weight": model.cell("importance", term), "vif": model.cell("vif", term, points=1)}


def _what(source: Source, t: Wording, item: dict, model: _Model) -> str:
    """What moves by so many points: the share of some answers, or the score."""
    if model.statistic == "ame_score":
        return str(t("drivers_points_score"))
    codes = [c for c in item["categories"] if (c["code"] == model.answer if model.answer else c["side"] == "favourable")]
    labels = [source.text(c["label"], c["code"]) for c in codes]
    return str(t("drivers_points_share", answers=" / ".join(labels)))


def _collinear(source: Source, model: _Model, terms: list[str]) -> str:
    """The factors that can't be told apart, as a list; empty where there are none."""
    cells = [(term, model.cell("vif", term, points=1)) for term in terms]
    return ", ".join(source.titles[term] for term, cell in cells if cell and cell["said"] == "collinear")


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
