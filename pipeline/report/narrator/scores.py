"""The highest and the lowest score, where they surely differ."""

from __future__ import annotations

from pipeline.report.narrator.finding import MATTERS, Finding, figure
from pipeline.report.wording import cell_number

CONTEXT = 0.1 * MATTERS  # a description, not a difference: it is told where there is room


def extremes(n, profile: dict | None) -> list[Finding]:
    """Per population; nothing where the two intervals overlap, as which is which would be chance."""
    found = []
    for column, population in enumerate(n.populations if profile else []):
        cells = [(row["label"], row["cells"][column]) for row in profile["rows"] if not row["index"]]
        known = [(label, c) for label, c in cells if c and c["status"] == "published"]
        if len(known) > 1:
            low, high = (pick(known, key=lambda pair: pair[1]["estimate"]) for pick in (min, max))
            if low[1]["ci_high"] < high[1]["ci_low"]:
                found.append(_finding(n, population, low, high))
    return found


def _finding(n, population: str, low: tuple[str, dict], high: tuple[str, dict]) -> Finding:
    numbers = {
        name: cell_number(n.t.number(cell["estimate"], n.source.scale[1]), cell["id"])
        for name, (_, cell) in (("high", high), ("low", low))
    }
    text = n.t("finding_extremes", population=n.t.name(population), high_name=high[0], low_name=low[0], **numbers)
    facts = tuple(figure(cell["row"]) for _, cell in (high, low))
    return Finding(text, ("extremes", population), "profile", CONTEXT, population=population, facts=facts)
