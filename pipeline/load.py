"""Puts validated submissions into the store: what came, what counts, what was set aside."""

from __future__ import annotations

import polars as pl

from pipeline.ingest.submission import Submission
from pipeline.instrument import Instrument
from pipeline.store import Store
from pipeline.validate.suite import Finding

SUBMISSION = {
    "submission": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "member": pl.String,
    "wave": pl.String,
    "population": pl.String,
    "instrument": pl.String,
    "format": pl.String,
    "state": pl.String,
    "superseded_by": pl.String,
    "rows_in": pl.Int64,
    "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64,
}
QUARANTINE = {"submission": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
DESIGN = {"weight": pl.Float64, "stratum": pl.String, "psu": pl.String, "duration": pl.Float64} | dict.fromkeys(
    ["interviewer", "device", "mode", "language"], pl.String
)


def answers_table(instrument: Instrument) -> str:
    return f"answers_{instrument.instrument}"


def load(store: Store, instruments: list[Instrument], submissions: list[Submission], findings: list[Finding]) -> None:
    """Write tables submission, quarantine and one wide answers table per instrument."""
    store.write("submission", pl.DataFrame([_record(s) for s in submissions], schema=SUBMISSION, orient="row"))
    rows = [(f.submission, f.row, f.column, f.value, f.reason) for f in findings]
    store.write("quarantine", pl.DataFrame(sorted(rows), schema=QUARANTINE, orient="row"))
    in_force = [s for s in submissions if s.state.startswith("accepted")]
    for instrument in instruments:
        theirs = [wide_answers(s) for s in in_force if s.instrument is instrument]
        if theirs:
            store.write(answers_table(instrument), pl.concat(theirs))


def _record(s: Submission) -> tuple:
    e = s.export
    return (
        s.id,
        e.name,
        e.sha256,
        e.member,
        e.wave,
        e.population,
        s.instrument.instrument if s.instrument else "",
        s.described,
        s.state,
        s.superseded_by,
        s.rows_in,
        s.rows_accepted if s.state != "superseded" else 0,
        s.rows_quarantined,
    )


def wide_answers(s: Submission) -> pl.DataFrame:
    """One row per respondent: keys and design columns (with "_" before them), then the items' codes."""
    keys = {"_submission": s.id, "_member": s.export.member, "_wave": s.export.wave, "_population": s.export.population}
    items = [i.code for i in s.instrument.questions]
    return s.answers.select(
        *(pl.lit(value).alias(name) for name, value in keys.items()),
        pl.col("row").alias("_row"),
        *(_design_column(s, name, dtype) for name, dtype in DESIGN.items()),
        *items,
    )


def _design_column(s: Submission, name: str, dtype) -> pl.Expr:
    item = s.instrument.design_item(name)
    source = pl.col(item.code) if item else pl.lit(None, dtype=pl.String)
    return source.cast(dtype, strict=False).alias(f"_{name}")
