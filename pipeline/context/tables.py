"""The release's tables of administrative figures. They hold no answer, so nothing of them is hidden (docs/disclosure.md)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.columns import COLUMNS
from pipeline.context.figure import PART, Figure
from pipeline.context.rates import Rate, rate_of
from pipeline.context.rules import ContextRules
from pipeline.context.totals import Sum, checked_sums
from pipeline.release import publishable

NUMBERS = {"value", "rate", "rate_base", "rate_per", "ci_low", "ci_high", "parts_sum", "difference"}


def context_tables(figures: Sequence[Figure], rules: ContextRules) -> dict[str, pl.DataFrame]:
    """`context`: each figure with its rate; `context_checks`: each total that could be checked, beside its parts' sum.

    Dates as text. A check's status is adds_up or differs, its difference the total less
    the sum of its parts.
    """
    rates = [_row(f) | _rated(rate_of(f, figures, rules)) for f in figures]
    sums = [_row(s.total) | _summed(s) for s in checked_sums(figures, rules)]
    return {name: _table(name, rows) for name, rows in (("context", rates), ("context_checks", sums))}


def _table(name: str, rows: list[dict]) -> pl.DataFrame:
    schema = {c: pl.Float64 if c in NUMBERS else pl.String for c in COLUMNS[name]}
    return publishable(pl.DataFrame([{c: row[c] for c in schema} for row in rows], schema), name)


def _row(figure: Figure) -> dict:
    return {
        "member": figure.member,
        "period_start": str(figure.start),
        "period_end": str(figure.end),
        "indicator": figure.indicator,
        "breakdown": figure.breakdown,
        "value": figure.value,
        "unit": figure.unit,
        "source": figure.source,
    }


def _rated(rate: Rate) -> dict:
    of = rate.of
    return {
        "rate": rate.rate,
        "rate_of": of and _name(of),
        "rate_base": rate.base,
        "base_start": of and str(of.start),
        "base_end": of and str(of.end),
        "rate_per": rate.per,
        "ci_low": rate.low,
        "ci_high": rate.high,
        "method": rate.method,
        "status": rate.status,
    }


def _summed(one: Sum) -> dict:
    return {
        "parts": ", ".join(p.breakdown for p in one.parts),
        "parts_sum": one.added,
        "difference": one.more,
        "status": "differs" if one.more else "adds_up",
    }


def _name(figure: Figure) -> str:
    return PART.join(filter(None, (figure.indicator, figure.breakdown)))
