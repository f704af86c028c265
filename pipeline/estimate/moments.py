"""Condenses answers to additive sums, per instrument: the only stage that touches rows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate.measures import factor_tables, scoring
from pipeline.instrument import Instrument
from pipeline.store import Store, identifier

UNIT = ["member", "wave", "population"]
CELL = [*UNIT, "domain_variable", "domain_category", "indicator", "indicator_kind", "measure", "category"]
PLACE = ["stratum", "psu"]
SUMS = ["n", "sw", "swy", "sw2", "sw2y", "sw2y2", "swy2"]
CENTRE = 50.0  # of factor and index scores, as sql/060 has it


@dataclass(frozen=True)
class Moments:
    """cells: CELL + PLACE + SUMS + centre (y is counted from there); strata: UNIT + stratum, n, psus, clustered."""

    cells: pl.DataFrame
    strata: pl.DataFrame


def compute_moments(store: Store, tables: dict[str, Instrument]) -> Moments:
    """Moments of every instrument that has answers. `tables`: answers table -> instrument."""
    parts = [_instrument_moments(store, table, instrument) for table, instrument in tables.items()]
    return Moments(pl.concat(p.cells for p in parts), pl.concat(p.strata for p in parts))


def _instrument_moments(store: Store, table: str, instrument: Instrument) -> Moments:
    store.execute(f"CREATE OR REPLACE TEMP VIEW answers AS SELECT * FROM {identifier(table)}")
    for name, frame in factor_tables(instrument).items():
        store.connection.register(name, frame)
    for model in ("010_respondent", "020_answer", "030_membership", "050_score"):
        store.run_model(model)
    items = _item_cells(store.frame_of("040_item_moments"), instrument)
    scores = store.frame_of("060_score_moments").with_columns(
        measure=pl.lit("mean_score"), category=pl.lit(""), centre=pl.lit(CENTRE)
    )
    columns = [*CELL, *PLACE, *SUMS, "centre"]
    return Moments(pl.concat([items.select(columns), scores.select(columns)]), store.frame_of("070_stratum"))


def _item_cells(counts: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Give each counted code its y per measure and add up."""
    asked = counts.select("item", "code").unique().sort("item", "code")
    w, w2, y = pl.col("sw"), pl.col("sw2"), pl.col("y")
    return (
        counts.join(scoring(instrument, asked), on=["item", "code"])
        .rename({"item": "indicator"})
        .with_columns(indicator_kind=pl.lit("item"))
        .group_by([*CELL, *PLACE])
        .agg(
            pl.col("n").sum(),
            sw=w.sum(),
            swy=(w * y).sum(),
            sw2=w2.sum(),
            sw2y=(w2 * y).sum(),
            sw2y2=(w2 * y * y).sum(),
            swy2=(w * y * y).sum(),
        )
        .with_columns(centre=pl.lit(0.0))
        .sort([*CELL, *PLACE])
    )
