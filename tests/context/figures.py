"""Figures for the tests, and the published ones that they must stand up to."""

from datetime import date
from pathlib import Path

from pipeline.context.figure import Figure
from pipeline.context.read import read_context
from pipeline.context.rules import ContextRules

RULES = ContextRules()
NEWSLETTER = Path(__file__).resolve().parents[1] / "reference" / "context_newsletter19.csv"
ADMINISTRATIONS = ("TUR", "RUS", "AZE", "LTU", "COL")


def figure(indicator="staff", breakdown="total", value=1000, year=2020, unit="persons", days=None, **more) -> Figure:
    """One figure of one administration; `days` instead of the whole year."""
    start, end = (date.fromisoformat(d) for d in days) if days else (date(year, 1, 1), date(year, 12, 31))
    return Figure(more.pop("member", "XXA"), start, end, indicator, breakdown, float(value), unit, "a report", **more)


def staff(year=2020, **breakdowns) -> list[Figure]:
    """Staff by breakdown; `_` in a name is a blank."""
    return [figure("staff", b.replace("_", " "), v, year) for b, v in breakdowns.items()]


def newsletter() -> list[Figure]:
    return read_context(NEWSLETTER, ADMINISTRATIONS, RULES)
