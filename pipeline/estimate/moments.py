"""Condenses answers to additive sums, per instrument: the only stage that touches rows."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from pipeline.estimate import indirect
from pipeline.estimate.bridged import anchor_tables, anchored_names, recoding
from pipeline.estimate.bridges import Bridges
from pipeline.estimate.design import PLACE, UNIT, Design, Frame, make_design
from pipeline.estimate.drivers.rows import Respondents, respondents
from pipeline.estimate.measures import factor_tables, scoring
from pipeline.estimate.quality import response_quality
from pipeline.estimate.weights import weigh
from pipeline.instrument import Instrument
from pipeline.store import Store, identifier

CELL = [*UNIT, "domain_variable", "domain_category", "indicator", "indicator_kind", "measure", "category"]
SUMS = ["n", "sw", "swy", "sw2", "sw2y", "sw2y2", "swy2", "ny"]
COLUMNS = [*CELL, *PLACE, *SUMS, "centre"]
CENTRE = 50.0  # of factor and index scores, as sql/060 has it
CROSSED = "\x1f"  # the domain of crossings of profile items, as sql/038 has it; their codes are joined by it too


@dataclass(frozen=True)
class Moments:
    """What estimates are made of.

    cells: CELL + place + SUMS + centre (y is counted from there).
    codes: UNIT, place, domain_variable, domain_category, item, code, n, sw, sw2, before anything is scored,
    with y (the code's place in the order; null where answers have none), valid and categorical.
    design: the places and strata; weighting: UNIT and how each unit was weighted; quality: see
    quality.py; factor_pairs: sums of item pairs, see reliability.py; rest: see dif.py; largest: per
    domain its weight and its greatest weights (sql/072). crossed: as cells, of the crossings of the
    profile items that adjusted trends hold fixed (domain_category: see sql/038), nonresponse and single shares
    of answers that have sides left out; crossing_sizes: UNIT, crossing, n. bridged: as cells, of figures made for
    comparing two questionnaires (see bridged.py); modes: UNIT, mode, n (sql/085). rates: of indirect questions, see
    indirect.py. rows: see drivers/rows.py.
    """

    cells: pl.DataFrame
    codes: pl.DataFrame
    design: Design
    weighting: pl.DataFrame
    quality: pl.DataFrame
    factor_pairs: pl.DataFrame
    rest: pl.DataFrame
    largest: pl.DataFrame
    crossed: pl.DataFrame
    crossing_sizes: pl.DataFrame
    bridged: pl.DataFrame
    modes: pl.DataFrame
    rates: indirect.Rates
    rows: tuple[Respondents, ...] = ()


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
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # instruments side by side: the store's queries keep to one thread each
        parts = list(threads.map(lambda t: _instrument_moments(store.beside(), *t, frames or {}, cap, known), tables.items()))
    *placed, places, weighting, quality, pairs, rest, largest, sizes, modes = (
        pl.concat(tables, how="vertical_relaxed") for tables in zip(*(p[:-2] for p in parts), strict=True)
    )
    design = make_design(places, frames or {}, set().union(*(p[-1] for p in parts)))
    numbers = design.places.select("place", *UNIT, *PLACE)
    cells, codes, crossed, bridged, told = (
        f.join(numbers, on=[*UNIT, *PLACE], maintain_order="left").drop(PLACE) for f in placed
    )
    rates = indirect.rates(told, design)
    rows = tuple(p[-2] for p in parts if p[-2] is not None)
    of_units = (weighting, pl.concat([quality, rates.checks]), pairs, rest, largest)
    return Moments(cells, codes, design, *of_units, crossed, sizes, bridged, modes, rates, rows)


def _instrument_moments(
    store: Store, table: str, instrument: Instrument, frames: dict, cap: float | None, bridges: Bridges
) -> tuple:
    """(cells, codes, crossed cells, bridged cells, indirect answers, places, weighting notes, quality, item pairs, rest
    scores, greatest weights, sizes of crossings, modes, rows, calibrated units) of one instrument."""
    store.execute(f"CREATE OR REPLACE TEMP VIEW answers AS SELECT * FROM {identifier(table)}")
    store.connection.register("frame_margin", _frame_margins(frames))
    tables = factor_tables(instrument)
    for name in ("profile_category", "crossed_item"):
        store.connection.register(name, tables.pop(name))
    for model in ("010_respondent", "020_answer", "035_cell"):
        store.run_model(model)
    weighting = weigh(store.frame_of("036_cell_count"), frames, cap)
    store.connection.register("calibration", weighting.weights)
    store.run_model("037_weighted")
    store.run_model("038_membership")
    codes, crossing = store.frame_of("040_item_moments"), pl.col("domain_variable") == CROSSED
    answers, scored = codes.filter(~crossing), _scored(instrument, codes)
    anchored = _score_cells(store, anchor_tables(instrument, bridges)).filter(~crossing)
    bridged = [
        _item_cells(answers, recoding(instrument, bridges)),
        anchored.filter(pl.col("indicator").is_in(anchored_names(instrument, bridges))),
    ]
    # last, as what follows reads the scores of the questionnaire itself
    scores = _score_cells(store, tables)
    told, silent = indirect.told(instrument, answers)
    cells = [_item_cells(answers, scored), scores.filter(~crossing), _summed(silent, indirect.RATE)]
    crossed = [_item_cells(codes.filter(crossing), scored.filter(compared("item"))), scores.filter(crossing)]
    return (
        pl.concat(cells),
        _with_order(answers, instrument, scored),
        pl.concat(crossed),
        pl.concat(bridged),
        told,
        store.frame_of("070_place"),
        weighting.notes,
        response_quality(store, instrument),
        store.frame_of("090_factor_pair"),
        store.frame_of("095_rest"),
        store.frame_of("072_largest").filter(~crossing),
        _sizes(codes.filter(crossing)),
        store.frame_of("085_mode"),
        respondents(store, instrument),
        weighting.calibrated,
    )


def compared(*indicator: str) -> pl.Expr:
    """Which measures are compared: scores, favourable shares and means; single shares only where an indicator has neither.

    `indicator`: the columns that name one, if not UNIT and indicator.
    """
    sided = pl.col("measure").is_in(["favourable", "mean_score", "mean"])
    return sided | ((pl.col("measure") == "share") & ~sided.any().over(indicator or (*UNIT, "indicator")))


def _sizes(codes: pl.DataFrame) -> pl.DataFrame:
    """UNIT, crossing, n: every respondent has an answer or a blank to every question."""
    per_item = codes.group_by([*UNIT, "domain_category", "item"]).agg(pl.col("n").sum())
    sizes = per_item.group_by([*UNIT, "domain_category"]).agg(pl.col("n").max())
    return sizes.rename({"domain_category": "crossing"}).sort(*UNIT, "crossing")


def _with_order(codes: pl.DataFrame, instrument: Instrument, scored: pl.DataFrame) -> pl.DataFrame:
    """Say of every code whether it is an answer, the only one of a few, and where it stands in their order."""
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


def _scored(instrument: Instrument, codes: pl.DataFrame) -> pl.DataFrame:
    """measures.SCORING and indicator of every code that was given."""
    seen = codes.select("item", "code").unique().sort("item", "code")
    return scoring(instrument, seen).with_columns(indicator="item")


def _score_cells(store: Store, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The sums of factor and index scores; `tables`: what sql/042 to 050 read, which leave them in the table `score`."""
    for name, frame in tables.items():
        store.connection.register(name, frame)
    for model in ("042_scored", "045_factor_sum", "050_score"):
        store.run_model(model)
    named = {"measure": pl.lit("mean_score"), "category": pl.lit(""), "centre": pl.lit(CENTRE)}
    return store.frame_of("060_score_moments").with_columns(**named).select(COLUMNS)


def _item_cells(counts: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """Give each counted code its y per measure (`scored`: measures.SCORING and indicator) and add up."""
    return _summed(counts.join(scored, on=["item", "code"], maintain_order="left_right"), "item")


def _summed(scored: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Add up counted answers that have a y each: COLUMNS."""
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
        .select(COLUMNS)
    )
