"""Sorting by many columns of text."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

LARGEST = 2**63


def sorted_by(table: pl.DataFrame, names: Sequence[str], then: Sequence[str] = ()) -> pl.DataFrame:
    """`table.sort(*names, *then)`, for `names` of text without nulls: by the number that the places of all of a row's texts
    among their like make together, which takes a third of the time."""
    number, size = pl.lit(0, pl.UInt64), 1
    for name in names:
        texts = table[name].unique().sort()
        size *= max(len(texts), 1)
        number = number * len(texts) + pl.col(name).cast(pl.Enum(texts)).to_physical()
    if size > LARGEST:
        return table.sort(*names, *then)
    return table.with_columns(sorted_by=number).sort("sorted_by", *then).drop("sorted_by")
