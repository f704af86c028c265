"""Respondents whose answers look careless, told from the wide table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from pipeline.instrument import Instrument

STRAIGHT_FEWEST = 8  # items of one scale answered alike before it is called straight-lining (Johnson 2005)
FAST_FRACTION = 1 / 3  # of the median duration (Greszki, Meyer and Schoen 2015)
MOSTLY_SILENT = 0.5  # of the questions without a valid answer


def flags(answers: pl.DataFrame, instrument: Instrument, duration: pl.Expr) -> pl.DataFrame:
    """silent, straight, fast and flagged of each respondent of one unit, in their order (Meade and Craig 2012).

    silent: share of the questions without a valid answer, of those that anybody of the unit answered (the profile and free
    text aside; null where there are none); straight: one and the same answer to a whole block of eight or more items of one
    scale (Johnson 2005; null where no block was answered); fast: less than a third of the unit's median duration (Greszki,
    Meyer and Schoen 2015; null without one); flagged: any of these, silent where it is more than half.

    `answers`: a column of codes per item; `duration`: seconds.
    """
    fast = duration < FAST_FRACTION * duration.median()
    whole = answers.select(silent=_silent(answers, instrument), straight=_straight(answers, instrument), fast=fast)
    told = (pl.col("silent") > MOSTLY_SILENT, pl.col("straight"), pl.col("fast"))
    return whole.with_columns(flagged=pl.any_horizontal(flag.fill_null(False) for flag in told))


def _silent(answers: pl.DataFrame, instrument: Instrument) -> pl.Series:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)  # the questions with the same codes for no answer
    for item in instrument.estimated:
        if item.role != "profile":
            alike["", *(m.code for m in instrument.scale_of(item).missing)].append(item.code)
    open_ = answers.select(pl.col(items).fill_null("").is_in(codes) for codes, items in alike.items())
    heard = [c for c in open_.columns if not open_[c].all()]  # what nobody answered was not asked here
    if not heard:
        return pl.Series([None] * answers.height, dtype=pl.Float64)
    return open_.select(pl.mean_horizontal(heard)).to_series()


def _straight(answers: pl.DataFrame, instrument: Instrument) -> pl.Series:
    """One block with one answer is enough; a block that can't be told says nothing."""
    found = [_one_answer(answers, instrument, scale, codes).alias(scale) for scale, codes in _blocks(instrument)]
    if not found:
        return pl.Series([None] * answers.height, dtype=pl.Boolean)
    told = pl.any_horizontal(pl.all().fill_null(False))
    return pl.DataFrame(found).select(pl.when(pl.any_horizontal(pl.all().is_not_null())).then(told)).to_series()


def _blocks(instrument: Instrument) -> Iterator[tuple[str, list[str]]]:
    """Perception items by their scale, where there are enough of them."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for item in instrument.estimated:
        if item.role == "perception" and instrument.scale_of(item).kind in ("likert", "single"):
            blocks[item.scale].append(item.code)
    yield from ((scale, codes) for scale, codes in blocks.items() if len(codes) >= STRAIGHT_FEWEST)


def _one_answer(answers: pl.DataFrame, instrument: Instrument, scale: str, codes: list[str]) -> pl.Series:
    valid = pl.Enum([c.code for c in instrument.scales[scale].categories])
    given = answers.select(pl.col(codes).cast(valid, strict=False).to_physical())  # numbers are compared faster than texts
    enough = pl.sum_horizontal(pl.all().is_not_null()) >= STRAIGHT_FEWEST
    return given.select(pl.when(enough).then(pl.min_horizontal(pl.all()) == pl.max_horizontal(pl.all()))).to_series()


def flag_counts(flags: pl.DataFrame, unit: list[str]) -> pl.DataFrame:
    """Of each unit: respondents, silent (mean), how many each check flagged, and how many straight and fast asked about."""
    found = [
        pl.len().cast(pl.Int64).alias("respondents"),
        pl.col("silent").mean(),
        (pl.col("silent") > MOSTLY_SILENT).sum().cast(pl.Int64).alias("mostly_silent"),
        *(pl.col(check).sum().cast(pl.Int64) for check in ("straight", "fast", "flagged")),
        *(pl.col(check).count().cast(pl.Int64).alias(f"{check}_asked") for check in ("straight", "fast")),
    ]
    return flags.group_by(unit, maintain_order=True).agg(found).sort(unit) if unit else flags.select(found)
