"""Rates of administrative figures: what each is divided by, and how far chance alone could move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.context.figure import PART, Figure, plain, years
from pipeline.context.read import NO_RATE
from pipeline.context.rules import ContextRules
from pipeline.estimate.exact import binomial_interval, poisson_interval

NEAR = 365  # days: with a year or more between them, a denominator is none of a figure's
SHARE = 100  # parts of a whole are told in percent


@dataclass(frozen=True)
class Rate:
    """A rate and its interval, per `per` of `base` (persons, or persons times years); status says why there is none.

    status: published, whole (it is what others are divided by), not_counted (neither
    persons nor events, or no whole number), no_denominator, above_denominator.
    """

    status: str
    of: Figure | None = None
    base: float | None = None
    per: float | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    method: str | None = None


def rate_of(figure: Figure, figures: Sequence[Figure], rules: ContextRules) -> Rate:
    """The rate of a figure among those of its file.

    Persons among persons, and events among events, are a share of their denominator with
    Clopper and Pearson's (1934) exact binomial interval, as it is, whatever the period's
    length: persons are counted once in it. Events among persons are a rate per year of so
    many persons: the denominator times the period in years, with Garwood's (1936) exact
    Poisson interval. Parts of an indicator are told in percent of its total, all else per
    `per` of the denominator. Intervals are those of a count that chance alone moves.
    """
    kind = figure.kind(rules)
    if kind is None or not figure.whole:
        return Rate("not_counted")
    of = denominator(figure, figures, rules)
    if of is None or of.value == 0:
        return Rate("no_denominator")
    if of is figure:
        return Rate("whole")
    per = SHARE if plain(of.indicator) == plain(figure.indicator) else rules.per
    if kind == of.kind(rules):
        return _share(figure, of, per)
    return _per_year(figure, of, per) if kind == "events" and of.kind(rules) == "persons" else Rate("not_counted")


def _share(figure: Figure, of: Figure, per: float) -> Rate:
    if figure.value > of.value:
        return Rate("above_denominator", of)
    low, high = binomial_interval(figure.value, of.value)
    numbers = (per * figure.value / of.value, per * float(low), per * float(high))
    return Rate("published", of, of.value, per, *numbers, "clopper_pearson")


def _per_year(figure: Figure, of: Figure, per: float) -> Rate:
    base = of.value * years(*figure.period)
    low, high = poisson_interval(figure.value)
    return Rate("published", of, base, per, *(per * float(v) / base for v in (figure.value, low, high)), "garwood")


def denominator(figure: Figure, figures: Sequence[Figure], rules: ContextRules) -> Figure | None:
    """What a figure is divided by: of its own member, of its period or the nearest one; itself where it is the whole.

    The row names it (an indicator, or `indicator / breakdown`), else the rules do. Where
    the indicator has the figure's own breakdown that counts, else its total: cases in a region
    are told per staff of that region, where they are known.
    """
    name = plain(figure.denominator) or plain(rules.denominator)
    if name == NO_RATE:
        return None
    mine = [f for f in figures if f.member == figure.member]
    found = [f for f in mine if plain(f.indicator) == name]
    if not found:
        return _nearest(figure, [f for f in mine if plain(f.indicator + PART + f.breakdown) == name])
    totals = [f for f in found if f.total(rules)]
    if name == plain(figure.indicator):
        return next((f for f in totals if f.period == figure.period), None)
    alike = [f for f in found if plain(f.breakdown) == plain(figure.breakdown)]
    return _nearest(figure, alike) or _nearest(figure, totals)


def _nearest(figure: Figure, found: list[Figure]) -> Figure | None:
    """The shortest period that holds the figure's; else the one nearest to it, of those the longest together with it."""
    holding = [f for f in found if f.start <= figure.start and figure.end <= f.end]
    if holding:
        return min(holding, key=lambda f: (f.end - f.start, -f.start.toordinal()))
    near = [f for f in found if _apart(f, figure) < NEAR]
    return min(near, key=lambda f: (_apart(f, figure), -_together(f, figure), -f.start.toordinal()), default=None)


def _together(one: Figure, other: Figure) -> int:
    """Days that two periods share; below 1 where they do not meet."""
    return (min(one.end, other.end) - max(one.start, other.start)).days + 1


def _apart(one: Figure, other: Figure) -> int:
    """Days between two periods; 0 where they meet."""
    return max(0, -_together(one, other))
