"""Rounding to steps that are given in points of 100, whatever the measure's own unit."""

from __future__ import annotations

import polars as pl

BANDS = (0.01, 0.05, 0.1, 1.0)


def step_of(share: float, score: float) -> pl.Expr:
    """The step of a row's `measure` in its own unit: shares run from 0 to 1, scores from 0 to 100."""
    return pl.when(_is_share()).then(share / 100).otherwise(score)


def points() -> pl.Expr:
    """Points of 100 per unit of a row's `measure`."""
    return pl.when(_is_share()).then(100.0).otherwise(1.0)


def rounded(value: pl.Expr, step: pl.Expr) -> pl.Expr:
    """To the nearest step, without the last digits of floats and without a negative zero.

    Halfway but for those digits is halfway: they depend on the order of sums, and must not move a figure by a step.
    """
    return ((value / step).round(9).round() * step).round(6) + 0.0


def rounded_up(value: pl.Expr, step: pl.Expr) -> pl.Expr:
    """Up to the next step; a value that is a step but for the last digits of a float stays there."""
    return (value / step - 1e-9).ceil() * step


def band(q: pl.Expr) -> pl.Expr:
    """The upper edge of the band in which a q-value lies; null stays null."""
    found = pl.when(q <= BANDS[0]).then(BANDS[0])
    for edge in BANDS[1:]:
        found = found.when(q <= edge).then(edge)
    return found.otherwise(None)


def _is_share() -> pl.Expr:
    return pl.col("measure").is_in(["share", "favourable", "unfavourable", "nonresponse"])
