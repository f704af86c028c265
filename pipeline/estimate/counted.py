"""Condenses the answers of some units of one instrument to additive sums: the only stage that touches rows.

The answers stay as wide as they came; what is joined and grouped by sql/ is long and small: answers to profile questions
and scores. What respondents gave is added up in spots.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from polars import selectors as cs

from pipeline.estimate.adding import added_up
from pipeline.estimate.bridged import anchor_tables, anchored_names
from pipeline.estimate.bridges import Bridges
from pipeline.estimate.careless import flags
from pipeline.estimate.design import PLACE, UNIT, Frame
from pipeline.estimate.drivers.rows import respondents
from pipeline.estimate.measures import factor_tables
from pipeline.estimate.pairs import PAIR, REST, factor_pairs, rest
from pipeline.estimate.quality import QUALITY, response_quality
from pipeline.estimate.scores import Scores, scores
from pipeline.estimate.spots import Spots
from pipeline.estimate.weights import Weighting, weigh
from pipeline.instrument import Instrument
from pipeline.store import Store, identifier

CELL = [*UNIT, "domain_variable", "domain_category", "indicator", "indicator_kind", "measure", "category"]
SUMS = ["n", "sw", "swy", "sw2", "sw2y", "sw2y2", "swy2", "ny"]
COLUMNS = [*CELL, *PLACE, *SUMS, "centre"]
OWN = ["_member", "_wave", "_population", "_stratum", "_psu", "_weight", "_mode"]  # what sql/010 reads
TOGETHER = {"quality": QUALITY, "pairs": PAIR, "rest": REST, "rows": dict.fromkeys(UNIT, pl.String)}  # see Terms
CENTRE = 50.0  # of factor and index scores before they are squared: cancellation would cost digits


@dataclass(frozen=True)
class Terms:
    """How answers are added up.

    frames: unit -> Frame; cap: see weights.weigh; bridges: what is compared between questionnaires; together: whether to tell
    too what takes the answers of a respondent together (quality, pairs, rest and rows of Counted, else without rows).
    """

    frames: dict[tuple, Frame]
    cap: float | None
    bridges: Bridges
    together: bool = True


@dataclass(frozen=True)
class Counted:
    """Sums of some units of one instrument: every table has columns UNIT.

    codes: as Moments.codes before anything is said of codes, crossings included, with PLACE for place; scores, anchored:
    COLUMNS of factor and index scores, the questionnaire's and those over anchor items (see bridged.py), crossings
    included; places: sql/070; weighting: Weighting.notes; quality, pairs, rest, largest, modes, rows: as in Moments.
    """

    codes: pl.DataFrame
    scores: pl.DataFrame
    anchored: pl.DataFrame
    places: pl.DataFrame
    weighting: pl.DataFrame
    quality: pl.DataFrame
    pairs: pl.DataFrame
    rest: pl.DataFrame
    largest: pl.DataFrame
    modes: pl.DataFrame
    rows: pl.DataFrame


def count(store: Store, table: str, units: pl.DataFrame, instrument: Instrument, terms: Terms) -> Counted:
    """Add up the answers of `units` (UNIT) in an answers table of `instrument`; see moments.compute_moments."""
    answers = _answers(store, table, units, terms.frames, instrument)
    weighting = _weigh(store, instrument, terms.frames, terms.cap)
    weighted = store.frame("FROM weighted ORDER BY respondent")
    spots = Spots(store.frame_of("039_spot"), store.frame("FROM membership"), weighted["alike"])
    found, anchors = scores(answers, factor_tables(instrument)), scores(answers, anchor_tables(instrument, terms.bridges))
    return Counted(
        codes=spots.answers(*_counted(answers, weighted, instrument)),
        scores=_summed(spots, found, weighted),
        anchored=_summed(spots, anchors, weighted).filter(pl.col("indicator").is_in(anchored_names(instrument, terms.bridges))),
        places=store.frame_of("070_place"),
        weighting=weighting.notes,
        largest=store.frame_of("072_largest"),
        modes=store.frame_of("085_mode"),
        **(_together(instrument, answers, weighted, found) if terms.together else {name: pl.DataFrame(schema=of) for name, of in TOGETHER.items()}),
    )


def _together(instrument: Instrument, answers: pl.DataFrame, weighted: pl.DataFrame, found: Scores) -> dict[str, pl.DataFrame]:
    units_of = answers.select(pl.col(f"_{name}").alias(name) for name in UNIT)
    return {
        "quality": response_quality(
            _flagged(answers, units_of, instrument),
            pl.concat([found.factors, found.indices], how="horizontal"),
            weighted["weight"],
            answers.select(interviewer="_interviewer", device="_device"),
        ),
        "pairs": factor_pairs(units_of, found),
        "rest": rest(units_of.with_columns(answers.select(mode="_mode", language="_language")), found),
        "rows": respondents(instrument, answers, weighted, found.factors),
    }


def _answers(store: Store, table: str, units: pl.DataFrame, frames: dict, instrument: Instrument) -> pl.DataFrame:
    """The answers, wide, numbered by `_respondent`; leaves what places respondents (`answers`, `profile_answer`, `profile`) in the store."""
    store.connection.register("unit", units)
    of_units = "SEMI JOIN unit ON unit.member = _member AND unit.wave = _wave AND unit.population = _population"
    answers = store.frame(f"FROM {identifier(table)} {of_units}").sort("_submission", "_row").with_row_index("_respondent", 1)
    answers = answers.with_columns(pl.col("_respondent").cast(pl.Int64), cs.by_dtype(pl.Categorical).cast(pl.String))
    profile, margins = [i.code for i in instrument.profile], {item for f in frames.values() for item in f.margins}
    placing = [c for c in answers.columns if c in margins or c in profile]
    long = [answers.select(respondent="_respondent", item=pl.lit(c), code=pl.col(c).fill_null("")) for c in placing]
    nobody = pl.DataFrame(schema={"respondent": pl.Int64, "item": pl.String, "code": pl.String})
    codes = pl.concat_str(pl.col(profile).fill_null(""), separator="\x1f") if profile else pl.lit("")
    store.connection.register("answers", answers.select("_respondent", *OWN))
    store.connection.register("profile_answer", pl.concat([nobody, *long]))
    store.connection.register("profile", answers.select(respondent="_respondent", codes=codes))
    return answers


def _weigh(store: Store, instrument: Instrument, frames: dict[tuple, Frame], cap: float | None) -> Weighting:
    """Leaves `respondent`, `weighted` and `membership` in the store."""
    store.connection.register("frame_margin", _frame_margins(frames))
    tables = factor_tables(instrument)
    for name in ("profile_category", "crossed_item"):
        store.connection.register(name, tables[name])
    store.run_model("010_respondent")
    store.run_model("035_cell")
    weighting = weigh(store.frame_of("036_cell_count"), frames, cap)
    store.connection.register("calibration", weighting.weights)
    store.run_model("037_weighted")
    store.run_model("038_membership")
    return weighting


def _frame_margins(frames: dict[tuple, Frame]) -> pl.DataFrame:
    rows = [(*unit, item, code) for unit, f in frames.items() for item, counts in f.margins.items() for code in counts]
    return pl.DataFrame(rows, schema=dict.fromkeys([*UNIT, "item", "code"], pl.String), orient="row")


def _summed(spots: Spots, found: Scores, weighted: pl.DataFrame) -> pl.DataFrame:
    """COLUMNS of factor and index scores."""
    tables = {"factor": found.factors, "index": found.indices}
    names = sorted((name, kind) for kind, table in tables.items() for name in table.columns)
    y = np.array([tables[kind][name].to_numpy() for name, kind in names]).reshape(len(names), weighted.height).T
    indicators = pl.DataFrame(names, dict.fromkeys(["indicator", "indicator_kind"], pl.String), orient="row")
    more = {"measure": pl.lit("mean_score"), "category": pl.lit(""), "centre": pl.lit(CENTRE)}
    return spots.scores(y - CENTRE, weighted["weight"].to_numpy(), indicators).with_columns(**more).select(COLUMNS)


def _counted(answers: pl.DataFrame, weighted: pl.DataFrame, instrument: Instrument) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(alike, given, n, sw, sw2: each item's answers, added up over those who are alike;
    item, code: of each number that is given, in their order, '' for a blank)."""
    first, w = weighted["alike"].unique().sort(), weighted["weight"].to_numpy()
    row, one, w2 = first.search_sorted(weighted["alike"]).to_numpy().astype(np.int64), np.ones(len(w)), w * w
    parts, names = [], []
    for item in sorted(i.code for i in instrument.questions if i.code in answers.columns):
        told = answers[item].fill_null("")
        codes = told.unique().sort()
        given = told.cast(pl.Enum(codes)).to_physical().to_numpy()
        place, sums = added_up(row * len(codes) + given, n=one, sw=w, sw2=w2)
        parts.append(pl.DataFrame({"alike": first[place // len(codes)], "given": place % len(codes) + len(names), **sums}))
        names += [(item, code) for code in codes]
    return pl.concat(parts), pl.DataFrame(names, {"item": pl.String, "code": pl.String}, orient="row")


def _flagged(answers: pl.DataFrame, units_of: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """UNIT and what careless.flags says, in the order of respondents."""
    parts = pl.concat([units_of, answers], how="horizontal").partition_by(UNIT, maintain_order=True)
    told = [pl.concat([part.select("_respondent", *UNIT), flags(part, instrument, pl.col("_duration"))], how="horizontal") for part in parts]
    return pl.concat(told).sort("_respondent")
