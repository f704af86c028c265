"""One administrative figure, and how its words are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.context.rules import ContextRules

PART = " / "  # between an indicator and its breakdown


def plain(text: str) -> str:
    """Words as they are compared: without regard to case and to blanks around them."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Figure:
    """A row of context.csv; both days belong to the period.

    denominator: what the row says that its rate is of (an indicator, or `indicator / breakdown`, or none).
    """

    member: str
    start: date
    end: date
    indicator: str
    breakdown: str
    value: float
    unit: str
    source: str
    denominator: str = ""

    @property
    def period(self) -> tuple[date, date]:
        return self.start, self.end

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, as counts are."""
        return self.value == int(self.value)

    def total(self, rules: ContextRules) -> bool:
        return plain(self.breakdown) in {"", *map(plain, rules.totals)}

    def kind(self, rules: ContextRules) -> str | None:
        """persons or events; None for what has no rate, such as leaflets."""
        for kind, units in (("persons", rules.persons), ("events", rules.events)):
            if plain(self.unit) in map(plain, units):
                return kind
        return None


def years(start: date, end: date) -> float:
    """The length of a period, first and last day included: a calendar year is 1, whether a leap year or not."""
    parts = 0.0
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
        parts += ((last - first).days + 1) / ((date(year, 12, 31) - date(year, 1, 1)).days + 1)
    return parts
