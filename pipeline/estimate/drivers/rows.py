"""The rows that regressions read: one per respondent, of one instrument."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate.drivers.outcomes import outcomes
from pipeline.instrument import Instrument
from pipeline.store import Store

MOST = 20_000  # respondents of a regression: what more of them would add to its precision, nobody could see


@dataclass(frozen=True)
class Respondents:
    """At most MOST of a unit, drawn at random; table: UNIT, PLACE, weight, scores (of `factors`, in order), codes (of `items`, in order).

    Microdata: stays within `estimate`.
    """

    instrument: Instrument
    factors: tuple[str, ...]
    items: tuple[str, ...]
    table: pl.DataFrame


def respondents(store: Store, instrument: Instrument) -> Respondents | None:
    """None where the instrument has no scored factor or no outcome; needs sql/010 to 050 to have run."""
    scored = {i.factor for i in instrument.coded_items() if i.factor and instrument.scale_of(i).scored}
    factors = tuple(f.code for f in instrument.factors if f.code in scored)
    asked = [o.item for o in outcomes(instrument)]
    if not factors or not asked:
        return None
    items = (*asked, *(i.code for i in instrument.profile))
    store.connection.register("driver_factor", _placed("factor", factors))
    store.connection.register("driver_item", _placed("item", items))
    return Respondents(instrument, factors, items, store.frame_of("097_driver_row", most=MOST))


def _placed(name: str, codes: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame({name: list(codes), "place": list(range(len(codes)))})
