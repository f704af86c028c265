"""What a factor's items have to do with each other: sums of pairs, and each answer beside the respondent's others."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.estimate.ordering import sorted_by
from pipeline.estimate.scores import Scores

PAIR = dict.fromkeys([*UNIT, "factor", "item", "other_item"], pl.String) | {"n": pl.Int64}
PAIR |= dict.fromkeys(["sx", "sy", "sxy"], pl.Float64)
ORIGIN = [*UNIT, "mode", "language"]
REST = dict.fromkeys([*ORIGIN, "factor", "item"], pl.String) | {"y": pl.Float64, "rest": pl.Float64, "n": pl.Int64}
DIGITS = 3  # of the mean of the other answers


def factor_pairs(units: pl.DataFrame, scores: Scores) -> pl.DataFrame:
    """Rows of PAIR: sums and products of two items' scores over those who answered every item of the factor that their
    unit was asked. `units`: UNIT of each respondent. Respondents weigh alike."""
    rows = []
    for factor, names in scores.of_factor.items():
        items = pl.concat([units, scores.items.select(sorted(names))], how="horizontal")
        for unit, mine in items.partition_by(UNIT, as_dict=True, include_key=False).items():
            rows += [(*unit, factor, *row) for row in _pairs(mine)]
    return pl.DataFrame(rows, PAIR, orient="row").sort(list(PAIR)[:6])


def _pairs(items: pl.DataFrame) -> list[tuple]:
    """(item, other item, n, sums of each, sum of products) over complete cases."""
    asked = [name for name in items.columns if items[name].null_count() < items.height]
    y = items.select(asked).drop_nulls().to_numpy()
    if not y.size:
        return []
    sums, products = y.sum(axis=0), np.einsum("ni,nj->ij", y, y)
    places = combinations_with_replacement(range(len(asked)), 2)
    return [(asked[i], asked[j], len(y), sums[i], sums[j], products[i, j]) for i, j in places]


def rest(origin: pl.DataFrame, scores: Scores) -> pl.DataFrame:
    """Rows of REST: how many gave an answer y to an item, by the mean of their other answers to its factor.

    `origin`: ORIGIN of each respondent.
    """
    origin = origin.with_columns(pl.col("mode", "language").fill_null(""))
    known = origin.unique(ORIGIN, maintain_order=True).with_row_index("origin")
    numbers = origin.join(known, on=ORIGIN, maintain_order="left")["origin"]
    parts = [
        _beside(numbers, scores.items.select(names), item).select("origin", pl.lit(factor).alias("factor"), pl.lit(item).alias("item"), "y", "rest", "n")
        for factor, names in scores.of_factor.items()
        for item in names
    ]
    if not parts:
        return pl.DataFrame(schema=REST)
    told = pl.concat(parts).join(known, on="origin").select(pl.col(c).cast(t) for c, t in REST.items())
    return sorted_by(told, [*ORIGIN, "factor", "item"], ["y", "rest"])


def _beside(numbers: pl.Series, items: pl.DataFrame, item: str) -> pl.DataFrame:
    """origin, y, rest, n of one item of a factor."""
    others = [name for name in items.columns if name != item]
    mean = pl.mean_horizontal(others).round(DIGITS) if others else pl.lit(None, pl.Float64)
    told = items.select(numbers.alias("origin"), y=item, rest=mean).drop_nulls()
    return told.group_by("origin", "y", "rest").agg(n=pl.len())
