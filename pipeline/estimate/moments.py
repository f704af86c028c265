"""Condenses answers to additive sums, per instrument: the only stage that touches rows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate.bridged import anchor_tables, anchored_names, recoding
from pipeline.estimate.bridges import Bridges
from pipeline.estimate.design import PLACE, UNIT, Design, Frame, make_design
from pipeline.estimate.measures import factor_tables, scoring
from pipeline.estimate.quality import response_quality
from pipeline.estimate.weights import weigh
from pipeline.instrument import Instrument
from pipeline.store import Store, identifier

CELL = [*UNIT, "domain_variable", "domain_category", "indicator", "indicator_kind", "measure", "category"]
SUMS = ["n", "sw", "swy", "sw2", "sw2y", "sw2y2", "swy2", "ny"]
COLUMNS = [*CELL, *PLACE, *SUMS, "centre"]
CENTRE = 50.0  # of factor and index scores, as sql/060 has it


@dataclass(frozen=True)
class Moments:
    """What estimates are made of.

    cells: CELL + place + SUMS + centre (y is counted from there).
    codes: UNIT, place, domain_variable, domain_category, item, code, n, sw, sw2, before anything is scored,
    with y (the code's place in the order; null where answers have none), valid and categorical.
    design: the places and strata; weighting: UNIT and how each unit was weighted; quality: see
    quality.py; factor_pairs: sums of item pairs, see reliability.py; rest: see dif.py; largest: per
    domain its weight and its greatest weights (sql/072); bridged: as cells, of figures made for comparing two
    questionnaires (see bridged.py); modes: UNIT, mode, n (sql/085).
    """

    cells: pl.DataFrame
    codes: pl.DataFrame
    design: Design
    weighting: pl.DataFrame
    quality: pl.DataFrame
    factor_pairs: pl.DataFrame
    rest: pl.DataFrame
    largest: pl.DataFrame
    bridged: pl.DataFrame
    modes: pl.DataFrame


def compute_moments(
    store: Store,
    tables: dict[str, Instrument],
    frames: dict[tuple, Frame] | None = None,
    cap: float | None = None,
    bridges: Bridges | None = None,
) -> Moments:
    """Moments of every instrument that has answers.

    `tables`: answers table -> instrument; `frames`: unit -> Frame; `cap`: see
    weights.weigh; `bridges`: what is compared between questionnaires; nothing, if left out.
    """
    known = bridges or Bridges({}, {})
    parts = [_instrument_moments(store, table, instrument, frames or {}, cap, known) for table, instrument in tables.items()]
    cells, codes, bridged, places, weighting, quality, pairs, rest, largest, modes = (
        pl.concat(tables, how="vertical_relaxed") for tables in zip(*(p[:10] for p in parts), strict=True)
    )
    design = make_design(places, frames or {}, set().union(*(p[10] for p in parts)))
    numbers = design.places.select("place", *UNIT, *PLACE)
    cells, codes, bridged = (
        f.join(numbers, on=[*UNIT, *PLACE], maintain_order="left").drop(PLACE) for f in (cells, codes, bridged)
    )
    return Moments(cells, codes, design, weighting, quality, pairs, rest, largest, bridged, modes)


def _instrument_moments(
    store: Store, table: str, instrument: Instrument, frames: dict, cap: float | None, bridges: Bridges
) -> tuple:
    """(cells, codes, bridged cells, places, weighting notes, quality, item pairs, rest scores, greatest weights, modes, calibrated units) of one instrument."""
    store.execute(f"CREATE OR REPLACE TEMP VIEW answers AS SELECT * FROM {identifier(table)}")
    store.connection.register("frame_margin", _frame_margins(frames))
    tables = factor_tables(instrument)
    store.connection.register("profile_category", tables.pop("profile_category"))
    for model in ("010_respondent", "020_answer", "030_membership", "035_cell"):
        store.run_model(model)
    weighting = weigh(store.frame_of("036_cell_count"), frames, cap)
    store.connection.register("calibration", weighting.weights)
    store.run_model("037_weighted")
    codes = store.frame_of("040_item_moments")
    anchored = _score_cells(store, anchor_tables(instrument, bridges))
    bridged = [
        _added_up(codes, recoding(instrument, bridges)),
        anchored.filter(pl.col("indicator").is_in(anchored_names(instrument, bridges))),
    ]
    # last, as what follows reads the scores of the questionnaire itself
    cells = [_item_cells(codes, instrument), _score_cells(store, tables)]
    return (
        pl.concat(cells),
        _with_order(codes, instrument),
        pl.concat(bridged),
        store.frame_of("070_place"),
        weighting.notes,
        response_quality(store, instrument),
        store.frame_of("090_factor_pair"),
        store.frame_of("095_rest"),
        store.frame_of("072_largest"),
        store.frame_of("085_mode"),
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


def _score_cells(store: Store, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The sums of factor and index scores; `tables`: what sql/050 reads, which leaves them in the table `score`."""
    for name, frame in tables.items():
        store.connection.register(name, frame)
    store.run_model("050_score")
    named = {"measure": pl.lit("mean_score"), "category": pl.lit(""), "centre": pl.lit(CENTRE)}
    return store.frame_of("060_score_moments").with_columns(**named).select(COLUMNS)


def _item_cells(counts: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    asked = counts.select("item", "code").unique().sort("item", "code")
    return _added_up(counts, scoring(instrument, asked).with_columns(indicator="item"))


def _added_up(counts: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """Give each counted code its y per measure (`scored`: measures.SCORING and indicator) and add up."""
    w, w2, y = pl.col("sw"), pl.col("sw2"), pl.col("y")
    return (
        counts.join(scored, on=["item", "code"], maintain_order="left_right")
        .with_columns(indicator_kind=pl.lit("item"))
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
        .select(COLUMNS)
    )
