"""Condenses answers to additive sums, per instrument: the only stage that touches rows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate import indirect
from pipeline.estimate.design import PLACE, UNIT, Design, Frame, make_design
from pipeline.estimate.measures import factor_tables, scoring
from pipeline.estimate.quality import response_quality
from pipeline.estimate.weights import weigh
from pipeline.instrument import Instrument
from pipeline.store import Store, identifier

CELL = [*UNIT, "domain_variable", "domain_category", "indicator", "indicator_kind", "measure", "category"]
SUMS = ["n", "sw", "swy", "sw2", "sw2y", "sw2y2", "swy2", "ny"]
CENTRE = 50.0  # of factor and index scores, as sql/060 has it


@dataclass(frozen=True)
class Moments:
    """What estimates are made of.

    cells: CELL + place + SUMS + centre (y is counted from there).
    codes: UNIT, place, domain_variable, domain_category, item, code, n, sw, sw2, before anything is scored,
    with y (the code's place in the order; null where answers have none), valid and categorical.
    design: the places and strata; weighting: UNIT and how each unit was weighted; quality: see
    quality.py; factor_pairs: sums of item pairs, see reliability.py; rest: see dif.py; largest: per
    domain its weight and its greatest weights (sql/072); rates: of indirect questions, see indirect.py.
    """

    cells: pl.DataFrame
    codes: pl.DataFrame
    design: Design
    weighting: pl.DataFrame
    quality: pl.DataFrame
    factor_pairs: pl.DataFrame
    rest: pl.DataFrame
    largest: pl.DataFrame
    rates: indirect.Rates


def compute_moments(
    store: Store, tables: dict[str, Instrument], frames: dict[tuple, Frame] | None = None, cap: float | None = None
) -> Moments:
    """Moments of every instrument that has answers.

    `tables`: answers table -> instrument; `frames`: unit -> Frame; `cap`: see weights.weigh.
    """
    parts = [_instrument_moments(store, table, instrument, frames or {}, cap) for table, instrument in tables.items()]
    cells, codes, told, places, weighting, quality, pairs, rest, largest = (
        pl.concat(tables, how="vertical_relaxed") for tables in zip(*(p[:9] for p in parts), strict=True)
    )
    design = make_design(places, frames or {}, set().union(*(p[9] for p in parts)))
    numbers = design.places.select("place", *UNIT, *PLACE)
    cells, codes, told = (
        f.join(numbers, on=[*UNIT, *PLACE], maintain_order="left").drop(PLACE) for f in (cells, codes, told)
    )
    rates = indirect.rates(told, design)
    return Moments(cells, codes, design, weighting, pl.concat([quality, rates.checks]), pairs, rest, largest, rates)


def _instrument_moments(store: Store, table: str, instrument: Instrument, frames: dict, cap: float | None) -> tuple:
    """(cells, codes, indirect answers, places, weighting notes, quality, item pairs, rest scores, greatest weights, calibrated units) of one instrument."""
    store.execute(f"CREATE OR REPLACE TEMP VIEW answers AS SELECT * FROM {identifier(table)}")
    for name, frame in factor_tables(instrument).items():
        store.connection.register(name, frame)
    store.connection.register("frame_margin", _frame_margins(frames))
    for model in ("010_respondent", "020_answer", "030_membership", "035_cell"):
        store.run_model(model)
    weighting = weigh(store.frame_of("036_cell_count"), frames, cap)
    store.connection.register("calibration", weighting.weights)
    store.run_model("037_weighted")
    store.run_model("050_score")
    codes = store.frame_of("040_item_moments")
    scores = store.frame_of("060_score_moments").with_columns(
        measure=pl.lit("mean_score"), category=pl.lit(""), centre=pl.lit(CENTRE)
    )
    columns = [*CELL, *PLACE, *SUMS, "centre"]
    answers = indirect.answers_to(instrument, codes)
    silent = _summed(indirect.unanswered(codes, answers), indirect.RATE)
    cells = pl.concat([t.select(columns) for t in (_item_cells(codes, instrument), scores, silent)])
    return (
        cells,
        _with_order(codes, instrument),
        codes.join(answers.filter(pl.col("y").is_not_null()), on=["item", "code"], maintain_order="left_right"),
        store.frame_of("070_place"),
        weighting.notes,
        response_quality(store, instrument),
        store.frame_of("090_factor_pair"),
        store.frame_of("095_rest"),
        store.frame_of("072_largest"),
        weighting.calibrated,
    )


def _with_order(codes: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Say of every code whether it is an answer, the only one of a few, and where it stands in their order."""
    scored = scoring(instrument, codes.select("item", "code").unique())
    order = scored.filter(pl.col("measure").is_in(["mean_score", "mean"])).select("item", "code", "y")
    of_one = [i.code for i in instrument.coded_items()]
    answers = scored.filter(pl.col("measure").is_in(["share", "mean"])).select("item", "code", valid=True).unique()
    return (
        codes.join(order, on=["item", "code"], how="left")
        .join(answers, on=["item", "code"], how="left")
        .with_columns(pl.col("valid").fill_null(False), categorical=pl.col("item").is_in(of_one))
    )


def _frame_margins(frames: dict[tuple, Frame]) -> pl.DataFrame:
    rows = [(*unit, item, code) for unit, f in frames.items() for item, counts in f.margins.items() for code in counts]
    return pl.DataFrame(rows, schema=dict.fromkeys([*UNIT, "item", "code"], pl.String), orient="row")


def _item_cells(counts: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Give each counted code its y per measure and add up."""
    asked = counts.select("item", "code").unique().sort("item", "code")
    scored = counts.join(scoring(instrument, asked), on=["item", "code"], maintain_order="left_right")
    return _summed(scored.rename({"item": "indicator"}), "item")


def _summed(scored: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Add up counted answers that have a y each: SUMS per CELL and PLACE."""
    w, w2, y = pl.col("sw"), pl.col("sw2"), pl.col("y")
    return (
        scored.with_columns(indicator_kind=pl.lit(kind))
        .group_by([*CELL, *PLACE], maintain_order=True)
        .agg(
            pl.col("n").sum(),
            sw=w.sum(),
            swy=(w * y).sum(),
            sw2=w2.sum(),
            sw2y=(w2 * y).sum(),
            sw2y2=(w2 * y * y).sum(),
            swy2=(w * y * y).sum(),
            ny=(pl.col("n") * y).sum(),
        )
        .with_columns(centre=pl.lit(0.0))
        .sort([*CELL, *PLACE])
    )
