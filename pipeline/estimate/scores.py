"""Scores of single respondents, on the wide table: what its columns are only the questionnaire says, so no SQL file can.

Every table here has one row per respondent, in the order of the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

import polars as pl

Tables = dict[str, pl.DataFrame]  # those of measures.factor_tables


@dataclass(frozen=True)
class Scores:
    """Scores from 0 to 100, polarity aligned, null where too little was answered.

    items, factors, indices: a column for each, by its code; of_factor: factor -> its items.
    """

    items: pl.DataFrame
    factors: pl.DataFrame
    indices: pl.DataFrame
    of_factor: dict[str, list[str]]


def scores(answers: pl.DataFrame, tables: Tables) -> Scores:
    """`answers`: a column of codes per item. A factor is the mean of its answered items, an index of its factors with a
    score; both need as many as `factor_size` and `index_size` say."""
    items = _scored(answers, tables["factor_item"])
    pairs = tables["factor_item"].select("factor", "item").unique(maintain_order=True)
    of_factor = dict(pairs.group_by("factor", maintain_order=True).agg("item").iter_rows())
    of_index = dict(tables["index_factor"].group_by("index_code", maintain_order=True).agg("factor").iter_rows())
    factors = means(items, of_factor, tables["factor_size"])
    return Scores(items, factors, means(factors, of_index, tables["index_size"]), of_factor)


def _scored(answers: pl.DataFrame, factor_item: pl.DataFrame) -> pl.DataFrame:
    known = factor_item.unique(["item", "code"], maintain_order=True).partition_by("item", as_dict=True, maintain_order=True)
    return answers.select(
        pl.col(item).replace_strict(part["code"], part["y"], default=None, return_dtype=pl.Float64)
        for (item,), part in known.items()
    )


def means(parts: pl.DataFrame, of: dict[str, list[str]], sizes: pl.DataFrame) -> pl.DataFrame:
    """Of each of `of` the mean of its parts, where enough of them are there."""
    needed = dict(sizes.iter_rows())
    there = {name: pl.sum_horizontal(pl.col(names).is_not_null()) for name, names in of.items()}
    return parts.select(pl.when(there[name] >= needed[name]).then(_sum(names) / there[name]).alias(name) for name, names in of.items())


def _sum(names: list[str]) -> pl.Expr:
    """One after the other: polars' own sum over columns takes them in an order that hangs on which thread is free."""
    return reduce(add, (pl.col(name).fill_null(0.0) for name in names))
