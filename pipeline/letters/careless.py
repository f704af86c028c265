"""Who left questions open or answered carelessly, of one submission: what sql/080 and 081 count, on the wide table.

They need one row per answer, which at a hundred thousand respondents is too slow for a check; a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from pipeline.estimate.quality import FAST_FRACTION, MOSTLY_SILENT, STRAIGHT_FEWEST
from pipeline.ingest.submission import Submission


@dataclass(frozen=True)
class Careless:
    """As sql/081: silent is the mean share of questions left open; counts of respondents flagged, and of those that the
    check asks about (straight_asked, fast_asked)."""

    respondents: int
    silent: float | None
    mostly_silent: int
    straight: int
    straight_asked: int
    fast: int
    fast_asked: int


def careless(s: Submission) -> Careless:
    """The counts of one submission that has answers."""
    silent, straight, fast = _silent(s), _straight(s), _fast(s)
    return Careless(
        s.answers.height,
        silent.mean(),
        (silent > MOSTLY_SILENT).sum(),
        straight.sum(),
        straight.count(),
        fast.sum(),
        fast.count(),
    )


def _silent(s: Submission) -> pl.Series:
    """Share of the questions without a valid answer, of those that anybody answered; null where there are none."""
    asked = [i for i in s.instrument.estimated if i.role != "profile"]
    none = {i.code: ["", *(m.code for m in s.instrument.scale_of(i).missing)] for i in asked}
    open_ = s.answers.select((pl.col(c).is_null() | pl.col(c).is_in(codes)).alias(c) for c, codes in none.items())
    heard = [c for c in open_.columns if not open_[c].all()]
    nobody = pl.Series([None] * s.answers.height, dtype=pl.Float64)
    return open_.select(pl.mean_horizontal(heard)).to_series() if heard else nobody


def _straight(s: Submission) -> pl.Series:
    """Whether a whole block of one scale bears one answer; null where no block has answers enough to tell."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for item in s.instrument.estimated:
        if item.role == "perception" and s.instrument.scale_of(item).kind in ("likert", "single"):
            blocks[item.scale].append(item.code)
    flags = [_one_answer(s, scale, codes) for scale, codes in blocks.items() if len(codes) >= STRAIGHT_FEWEST]
    if not flags:
        return _unknown(s)
    # one block with one answer is enough; a block that can't be told says nothing
    told = [flag.fill_null(False) for flag in flags]
    known = pl.any_horizontal(flag.is_not_null() for flag in flags)
    return s.answers.select(pl.when(known).then(pl.any_horizontal(told))).to_series()


def _one_answer(s: Submission, scale: str, codes: list[str]) -> pl.Expr:
    valid = [c.code for c in s.instrument.scales[scale].categories]
    given = [pl.when(pl.col(c).is_in(valid)).then(pl.col(c)) for c in codes]
    enough = pl.sum_horizontal(answer.is_not_null() for answer in given) >= STRAIGHT_FEWEST
    return pl.when(enough).then(pl.min_horizontal(given) == pl.max_horizontal(given))


def _fast(s: Submission) -> pl.Series:
    """Whether they took less than a third of the median time; null without a time."""
    item = s.instrument.design_item("duration")
    if item is None:
        return _unknown(s)
    took = s.answers[item.code].cast(pl.Float64, strict=False)
    median = took.median()
    return _unknown(s) if median is None else took < FAST_FRACTION * median


def _unknown(s: Submission) -> pl.Series:
    return pl.Series([None] * s.answers.height, dtype=pl.Boolean)
