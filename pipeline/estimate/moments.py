"""Moments: the additive sums of every unit, with what is said of codes by the questionnaires."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from pipeline.estimate import indirect
from pipeline.estimate.adding import added_up
from pipeline.estimate.bridged import recoding
from pipeline.estimate.bridges import Bridges
from pipeline.estimate.counted import CELL, COLUMNS, SUMS, Counted, Terms
from pipeline.estimate.counting import count_all, joined
from pipeline.estimate.design import PLACE, UNIT, Design, Frame, make_design
from pipeline.estimate.drivers.rows import Respondents, columns
from pipeline.estimate.kept import KeptCounts
from pipeline.estimate.measures import scoring
from pipeline.instrument import Instrument
from pipeline.store import Store

__all__ = ["CELL", "SUMS", "Moments", "compared", "compute_moments"]
CALIBRATED = ("post-stratified", "raked")  # the weightings that meet margins
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
    kept: KeptCounts | None = None,
    together: bool = True,
) -> Moments:
    """Moments of every instrument that has answers.

    `tables`: answers table -> instrument; `frames`: unit -> Frame; `cap`: see
    weights.weigh; `bridges`: what is compared between questionnaires; nothing, if left out;
    `kept`: sums of earlier runs, which are not added up again; `together`: see Terms, without it quality, factor_pairs, rest
    and rows are empty.
    """
    terms = Terms(frames or {}, cap, bridges or Bridges({}, {}), together)
    counted = count_all(store, tables, terms, kept or KeptCounts(None))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        parts = list(threads.map(lambda of_one: _described(*of_one, terms.bridges), counted))
    everything = joined([found for _, found in counted])
    calibrated = everything.weighting.filter(pl.col("weighting").is_in(CALIBRATED)).select(UNIT)
    design = make_design(everything.places, terms.frames, set(calibrated.iter_rows()))
    numbers = design.places.select("place", *UNIT, *PLACE)
    cells, codes, crossed, bridged, told = (
        _numbered(pl.concat(of, how="vertical_relaxed"), numbers)
        for of in zip(*parts, strict=True)
    )
    rates = indirect.rates(told, design)
    crossing = pl.col("domain_variable") == CROSSED
    return Moments(
        cells,
        codes,
        design,
        everything.weighting,
        pl.concat([everything.quality, rates.checks]),
        everything.pairs,
        everything.rest,
        everything.largest.filter(~crossing),
        crossed,
        _sizes(everything.codes.filter(crossing)),
        bridged,
        everything.modes,
        rates,
        tuple(Respondents(i, *columns(i), found.rows) for i, found in counted if not found.rows.is_empty()),
    )


def _numbered(table: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """With `place` for PLACE."""
    number, places = _runs(table, [*UNIT, *PLACE])
    return table.drop(PLACE).with_columns(places.join(numbers, on=[*UNIT, *PLACE], how="left", maintain_order="left")["place"][number])


def _runs(table: pl.DataFrame, columns: list[str]) -> tuple[pl.Series, pl.DataFrame]:
    """(the number of each row's run, from 0; `columns` of each run): rows that follow each other with the same texts are one run,
    which is found faster than texts are looked up."""
    starts = table.select(pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in columns)).to_series()
    return starts.cum_sum() - 1, table.filter(starts).select(columns)


def _described(instrument: Instrument, counted: Counted, bridges: Bridges) -> tuple:
    """(cells, codes, crossed cells, bridged cells, answers to indirect questions) of one instrument."""
    crossing = pl.col("domain_variable") == CROSSED
    codes, scores = counted.codes, counted.scores
    answers, scored = codes.filter(~crossing), _scored(instrument, codes)
    told, silent = indirect.told(instrument, answers)
    cells = [_item_cells(answers, scored), scores.filter(~crossing), _summed(silent, indirect.RATE)]
    crossed = [_item_cells(codes.filter(crossing), scored.filter(compared("item"))), scores.filter(crossing)]
    bridged = [_item_cells(answers, recoding(instrument, bridges)), counted.anchored.filter(~crossing)]
    return pl.concat(cells), _with_order(answers, instrument, scored), pl.concat(crossed), pl.concat(bridged), told


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


def _scored(instrument: Instrument, codes: pl.DataFrame) -> pl.DataFrame:
    """measures.SCORING and indicator of every code that was given."""
    seen = codes.select("item", "code").unique().sort("item", "code")
    return scoring(instrument, seen).with_columns(indicator="item")


def _item_cells(counts: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """Give each counted code its y per measure (`scored`: measures.SCORING and indicator) and add up, by numbers."""
    what = ["indicator", "measure", "category"]
    number, spots = _runs(counts, [*UNIT, "domain_variable", "domain_category", *PLACE])
    measures = scored.select(what).unique().sort(what).with_row_index("what")
    ys = scored.join(measures, on=what).select("item", "code", "what", "y")
    numbered = counts.select("item", "code", "n", "sw", "sw2", spot=number).join(ys, on=["item", "code"], maintain_order="left_right")
    place = numbered.select(pl.col("spot").cast(pl.Int64) * measures.height + pl.col("what")).to_series().to_numpy()
    present, added = added_up(place, **{name: values.to_numpy() for name, values in numbered.select(**_summands()).to_dict().items()})
    sums = pl.DataFrame(added, dict.fromkeys(SUMS, pl.Float64))
    named = pl.concat([sums.cast({"n": pl.Int64}), spots[present // measures.height], measures[present % measures.height].drop("what")], how="horizontal")
    return named.with_columns(indicator_kind=pl.lit("item"), centre=pl.lit(0.0)).select(COLUMNS)


def _summands() -> dict[str, pl.Expr]:
    """What counted answers that have a y each give to SUMS."""
    n, w, w2, y = pl.col("n"), pl.col("sw"), pl.col("sw2"), pl.col("y")
    return {"n": n, "sw": w, "swy": w * y, "sw2": w2, "sw2y": w2 * y, "sw2y2": w2 * y * y, "swy2": w * y * y, "ny": n * y}


def _summed(scored: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Add up counted answers that have a y each: COLUMNS."""
    found = scored.with_columns(indicator_kind=pl.lit(kind)).group_by([*CELL, *PLACE], maintain_order=True).agg(**{name: each.sum() for name, each in _summands().items()})
    return found.with_columns(centre=pl.lit(0.0)).sort([*CELL, *PLACE]).select(COLUMNS)
