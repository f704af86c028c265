"""Puts validated submissions into the store: what came, what counts, what was set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import polars as pl

from pipeline.ingest.submission import Submission
from pipeline.instrument import Instrument
from pipeline.remembered import READING, SOUND
from pipeline.store import Store, broken
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
MOST_ROWS = 1_000_000  # of one transaction
DESIGN = {"weight": pl.Float64, "stratum": pl.String, "psu": pl.String, "duration": pl.Float64} | dict.fromkeys(
    ["interviewer", "device", "mode", "language"], pl.String
)


def answers_table(instrument: Instrument) -> str:
    return f"answers_{instrument.instrument}"


@contextmanager
def loading(store: Store) -> Iterator[Callable[[list[Submission]], None]]:
    """Gives a function that adds submissions' answers to the store while others are read; the block ends when all are in.

    The answers of those that count go to one wide table per instrument. Those of submissions without are in the store that stands.
    """
    with ThreadPoolExecutor(1) as thread:
        under_way: list[Future] = []
        loaded: list[int] = []  # rows, since the last transaction

        def take(submissions: list[Submission]) -> None:
            counting = [s for s in submissions if s.state.startswith("accepted")]
            read, known = [s for s in counting if s.answers is not None], [s for s in counting if s.answers is None]
            work = [partial(store.append, answers_table(i), pl.concat(map(wide_answers, some)), _categories(i)) for i, some in _by_instrument(read)]
            work += [partial(store.copy, answers_table(i), [s.id for s in some]) for i, some in _by_instrument(known)]
            _finish(under_way)
            loaded.append(sum(s.rows_accepted for s in counting))
            enough = sum(loaded) >= MOST_ROWS
            under_way.append(thread.submit(_do, work, store, enough))
            if enough:
                loaded.clear()

        store.execute("BEGIN")  # what is appended by many small transactions is written twice
        yield take
        _finish(under_way)
        store.execute("COMMIT")


def _by_instrument(submissions: list[Submission]) -> Iterable[tuple[Instrument, list[Submission]]]:
    found: dict[str, tuple[Instrument, list[Submission]]] = {}
    for s in submissions:
        found.setdefault(s.instrument.instrument, (s.instrument, []))[1].append(s)
    return found.values()


def _categories(instrument: Instrument) -> dict[str, list[str]]:
    """The codes of each question that takes one of them; no other passes validation."""
    scales = {i.code: instrument.scale_of(i) for i in instrument.coded_items() if i in instrument.questions}
    return {code: [answer.code for answer in (*scale.categories, *scale.missing)] for code, scale in scales.items()}


def _do(work: list[Callable[[], None]], store: Store, enough: bool) -> None:
    """`enough`: a transaction that held more would need memory for it."""
    for part in work:
        part()
    if enough:
        store.execute("COMMIT")
        store.execute("BEGIN")


def _finish(under_way: list[Future]) -> None:
    while under_way:
        under_way.pop().result()


def load_records(store: Store, submissions: list[Submission], findings: list[Finding], standing: Standing | None = None) -> None:
    """Write tables submission, history and quarantine. `standing`: what is known of the store that this one replaces."""
    records = pl.DataFrame([_record(s) for s in submissions], schema=SUBMISSION, orient="row")
    store.write("submission", records)
    store.write("history", _gone(standing and standing.records, records))
    rows = [(f.submission, f.row, f.column, f.value, f.reason) for f in findings]
    store.write("quarantine", pl.DataFrame(sorted(rows), schema=QUARANTINE, orient="row"))


@dataclass(frozen=True)
class Standing:
    """What a store knows: `records` of every submission, those that have left the inbox included, None in a store that has
    none; how files were read, and which answers are sound (see remembered.py)."""

    records: pl.DataFrame | None
    readings: pl.DataFrame
    sound: pl.DataFrame


def standing(path: Path) -> Standing | None:
    """None without a store. Raises BrokenStoreError."""
    if not path.is_file():
        return None
    store = Store(path, read_only=True)
    try:
        there = store.tables()
        records = [store.frame(f"SELECT * FROM {t}").select(list(SUBMISSION)) for t in ("submission", "history") if t in there]
        known = {t: store.frame(f"SELECT * FROM {t}") if t in there else pl.DataFrame(schema=s) for t, s in (("reading", READING), ("sound", SOUND))}
        return Standing(pl.concat(records) if records else None, known["reading"], known["sound"])
    except duckdb.Error as error:
        raise broken(path, error) from None
    finally:
        store.close()


def _gone(earlier: pl.DataFrame | None, records: pl.DataFrame) -> pl.DataFrame:
    """Submissions whose file was overwritten or taken away since: they stay on record, and count for nothing."""
    if earlier is None:
        return records.clear()
    gone = earlier.join(records, on="submission", how="anti").unique("submission", keep="first").sort("submission")
    now = dict(records.filter(pl.col("state").str.starts_with("accepted")).select("file", "submission").iter_rows())
    by = pl.col("file").replace_strict(now, default="", return_dtype=pl.String)
    return gone.with_columns(state=pl.lit("superseded"), superseded_by=by, rows_accepted=pl.lit(0, pl.Int64))


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
