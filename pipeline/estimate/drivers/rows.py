"""The rows that regressions read: one per respondent, of one instrument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.estimate.design import PLACE, UNIT
from pipeline.estimate.drivers.bootstrap import generator
from pipeline.estimate.drivers.outcomes import outcomes
from pipeline.instrument import Instrument

MOST = 10_000  # respondents of a unit's regression: what more of them would add to its precision, nobody could see


@dataclass(frozen=True)
class Respondents:
    """At most MOST of a unit, drawn at random; table: UNIT, PLACE, weight, scores (of `factors`, in order), codes (of `items`, in order).

    Microdata: stays within `estimate`.
    """

    instrument: Instrument
    factors: tuple[str, ...]
    items: tuple[str, ...]
    table: pl.DataFrame


def columns(instrument: Instrument) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(factors, items) that its regressions read; none where it has no scored factor or no outcome."""
    scored = {i.factor for i in instrument.coded_items() if i.factor and instrument.scale_of(i).scored}
    factors = tuple(f.code for f in instrument.factors if f.code in scored)
    asked = [o.item for o in outcomes(instrument)]
    return (factors, (*asked, *(i.code for i in instrument.profile))) if factors and asked else ((), ())


def respondents(instrument: Instrument, answers: pl.DataFrame, weighted: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Respondents.table of some units; `answers`, `weighted` (sql/037) and `scores` (by factor) have one row each, in one order.

    scores are null where too little was answered, codes '' for a blank.
    """
    factors, items = columns(instrument)
    drawn = _drawn(weighted) if items else pl.Series([], dtype=pl.UInt32)
    given = answers[drawn].select(pl.col(item).fill_null("").alias(f"c{k}") for k, item in enumerate(items))
    table = pl.concat([weighted[drawn].select(*UNIT, *PLACE, "weight"), scores[drawn].select(factors), given], how="horizontal")
    return table.select(*UNIT, *PLACE, "weight", _listed(factors, pl.Float64).alias("scores"), _listed(given.columns, pl.String).alias("codes"))


def _listed(names: Iterable[str], kind) -> pl.Expr:
    return pl.concat_list(*names) if names else pl.lit([], pl.List(kind))


def _drawn(weighted: pl.DataFrame) -> pl.Series:
    """The rows of all respondents of small units, and of MOST of each larger one."""
    units = weighted.with_row_index("row").group_by(UNIT, maintain_order=True).agg("row")
    return pl.concat([_some(unit, pl.Series(rows)) for *unit, rows in units.iter_rows()]).sort()


def _some(unit: list[str], rows: pl.Series) -> pl.Series:
    if len(rows) <= MOST:
        return rows
    return rows.gather(generator(*unit).choice(len(rows), MOST, replace=False).astype(np.uint32))
