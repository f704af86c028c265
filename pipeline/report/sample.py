"""How sure a sample is and how like its population, in sentences."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.report.release import kept
from pipeline.report.wording import release_number

MISFIT = 5.0  # points: a category that far from its share of the population is worth a sentence


def samples(n) -> list[dict]:
    """Per population of a wave: its name and sentences, each number tied to its row of the release."""
    return [
        {"population": n.t.name(unit["population"]), "lines": _lines(n, unit)} for unit in n.units.iter_rows(named=True)
    ]


def _lines(n, unit: dict) -> list[Markup]:
    facts = _facts(n, unit["population"])
    if not facts:
        return [n.t("n_withheld_sentence")]
    say = _Sayer(n, unit["population"], facts)
    return [line for line in (*_precision(say), *_returns(say), *_weights(n, unit, say)) if line]


@kept
def _facts(n, population: str) -> dict[tuple[str, str], float]:
    """(statistic, detail) -> value."""
    rows = n.source.adequacy.filter(member=n.member, wave=n.wave, population=population, status="published")
    return {(statistic, detail): value for statistic, detail, value in rows.select("statistic", "detail", "value").iter_rows()}


class _Sayer:
    """Fills a sentence with facts; without all of them there is no sentence."""

    def __init__(self, n, population: str, facts: dict):
        self.n, self.population, self.facts = n, population, facts

    def __call__(self, key: str, detail: str = "", **names: tuple[str, float, int]) -> Markup | None:
        """`names`: slot -> (statistic, factor, decimals)."""
        values = {slot: self.facts.get((statistic, detail)) for slot, (statistic, _, _) in names.items()}
        if any(v is None for v in values.values()):
            return None
        shown = {
            slot: release_number(
                self.n.t.count(round(values[slot] * factor))
                if decimals == 0
                else self.n.t.number(values[slot] * factor, decimals),
                f"adequacy/{self.n.member}/{self.n.wave}/{self.population}/{statistic}/{detail}",
            )
            for slot, (statistic, factor, decimals) in names.items()
        }
        return self.n.t(
            key, detail=self.n.source.titles_of(self.n.member, self.n.wave, self.population, detail), **shown
        )


def _precision(say: _Sayer) -> list[Markup | None]:
    scale, decimals = say.n.source.scale
    count, share = ("responses", 1, 0), ("detectable_share", 1, 0)
    score = ("detectable_score", scale / 100, decimals)
    return [
        say("sample_sees", n=count, share=share, score=score) or say("sample_sees_share", n=count, share=share),
        say("sample_margin", margin=("margin_of_error", 1, 0)),
    ]


def _returns(say: _Sayer) -> list[Markup | None]:
    count = ("responses", 1, 0)
    return [
        say("sample_planned", n=count, planned=("planned", 1, 0), rate=("response_rate", 100, 0)),
        say("sample_coverage", population=("population", 1, 0), coverage=("coverage", 100, 1)),
    ]


def _weights(n, unit: dict, say: _Sayer) -> list[Markup | None]:
    margins = ", ".join(
        n.source.titles_of(n.member, n.wave, unit["population"], code) for code in (unit["margins"] or "").split(", ")
    )
    lines = [n.t(f"weighting_{(unit['weighting'] or 'none').replace('-', '_')}", margins=margins)]
    for statistic, item in say.facts:
        if statistic == "largest_difference" and abs(say.facts[statistic, item]) >= MISFIT:
            lines.append(say("sample_misfit", item, points=("largest_difference", 1, 0), r=("r_indicator", 1, 2)))
    if unit["margin_difference"]:
        lines.append(n.t("weighting_contradiction", percent=n.t.number(100 * unit["margin_difference"], 2)))
    if unit["capped"]:
        held = round(100 * unit["margin_missed"], 1) == 0
        key = "weighting_capped" if held else "weighting_capped_missed"
        points = n.t.number(100 * unit["margin_missed"], 1)
        lines.append(n.t(key, capped=n.t.count(unit["capped"]), points=points))
    return lines
