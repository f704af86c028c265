"""Expectation suites (great_expectations) built from an instrument.

A suite runs over the distinct answers to each item, however many gave them, as pandas with Arrow types;
for each that breaks a rule every row that has it is found, with its submission.
"""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from threading import Thread

import polars as pl

from pipeline.errors import StageError
from pipeline.instrument import Instrument, Item

os.environ["GX_ANALYTICS_ENABLED"] = "False"  # read when it is imported
REPEAT = "_repeat"  # the column that says which rows repeat a respondent's id
KEYS = ["column", "answer"]
CELL = pl.concat_str(KEYS, separator="=")
WHY = {
    "known": {"kind": "unknown", "reason": "this answer is none of the question's codes or labels"},
    "weight": {"kind": "weight", "reason": "a weight must be a number above 0"},
    "given": {"kind": "required", "reason": "a required answer is missing"},
    "again": {"kind": "repeated", "reason": "this respondent id stands in the file before; the first row counts"},
}


Cell = tuple[str, str | None]  # column and answer
Sound = set[Cell]


@dataclass(frozen=True)
class Finding:
    """One cell that breaks a rule; kind: the rule's, for what is said in other languages."""

    submission: str
    row: int
    column: str
    value: str
    reason: str
    kind: str


def by_submission(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Nothing was found in those that it lacks."""
    of = defaultdict(list)
    for finding in findings:
        of[finding.submission].append(finding)
    return of


def import_meanwhile() -> None:
    """Start to import great_expectations, which takes two seconds, in a thread: files are read by code that need not wait for it."""
    Thread(target=import_module, args=["great_expectations"], daemon=True).start()


def check_answers(instrument: Instrument, answers: pl.DataFrame, sound: Sound) -> list[Finding]:
    """Findings in `answers` (columns `_submission`, `row`, one text column per item, perhaps REPEAT).

    `sound`: what was found right before and is not looked at again; what is found right now is added.
    """
    filled = [i for i in instrument.items if i.code in answers.columns and answers[i.code].null_count() < answers.height]
    checks = _checks(instrument, filled)
    cells = _cells(answers, checks, {i.code: _numbers(instrument, i) for i in filled})
    cells = cells.filter([cell not in sound for cell in cells.select(KEYS).iter_rows()])
    if cells.is_empty():
        return []
    results = _validated(instrument.instrument, cells, _expectations(instrument, filled, cells))
    broken = [(cell, result.expectation_config.meta) for result in results for cell in _broken(result)]
    sound.update(set(cells.select(KEYS).iter_rows()) - {cell for cell, _ in broken})
    return [finding for cell, why in broken for finding in _where(answers, *cell, why)]


def _checks(instrument: Instrument, items: list[Item]) -> dict[str, list[str]]:
    """Per check the columns that it looks at."""
    return {
        "known": [i.code for i in items if i.design == "duration" or _is_coded(instrument, i)],
        "weight": [i.code for i in items if i.design == "weight"],
        "given": [i.code for i in items if i.required],
        "again": [REPEAT],
    }


def _is_coded(instrument: Instrument, item: Item) -> bool:
    return item.role != "design" and bool(item.scale) and instrument.scale_of(item).kind != "text"


def _numbers(instrument: Instrument, item: Item) -> pl.Expr:
    """Which answers to an item are numbers that it may have: right, whatever they are."""
    number = pl.col(item.code).cast(pl.Float64, strict=False)
    if item.design == "weight":
        return number.is_finite() & (number > 0)
    numeric = item.design == "duration" or (_is_coded(instrument, item) and instrument.scale_of(item).kind == "number")
    return number.is_finite() if numeric else pl.lit(False)


def _cells(answers: pl.DataFrame, checks: dict[str, list[str]], numbers: dict[str, pl.Expr]) -> pl.DataFrame:
    """Each distinct answer, but for `numbers`, to each item that is looked at: KEYS, and per check a text, null where it is blank.

    What a check doesn't look at is null in its column too, or "" where blanks are what it looks for.
    """
    columns = [c for c in dict.fromkeys(c for names in checks.values() for c in names) if c in answers.columns]
    right = {c: numbers[c].fill_null(False) if c in numbers else pl.lit(False) for c in columns}
    distinct = [answers.select(column=pl.lit(c), answer=pl.col(c).filter(~right[c]).unique()) for c in columns]
    cells = pl.concat([pl.DataFrame(schema=dict.fromkeys(KEYS, pl.String)), *distinct]).sort(KEYS)
    elsewhere = {"given": pl.lit("")}
    return cells.with_columns(
        pl.when(pl.col("column").is_in(names)).then(CELL).otherwise(elsewhere.get(check)).alias(check) for check, names in checks.items()
    )


def _expectations(instrument: Instrument, items: list[Item], cells: pl.DataFrame) -> list:
    """What is expected of each check's column."""
    from great_expectations import expectations as gxe

    coded = [i for i in items if _is_coded(instrument, i)]
    known = [f"{i.code}={answer}" for i in coded for answer in _allowed(instrument, i, cells.filter(column=i.code)["answer"])]
    return [
        gxe.ExpectColumnValuesToBeInSet(column="known", value_set=known, meta=WHY["known"]),
        gxe.ExpectColumnValuesToBeNull(column="weight", meta=WHY["weight"]),
        gxe.ExpectColumnValuesToNotBeNull(column="given", meta=WHY["given"]),
        gxe.ExpectColumnValuesToBeNull(column="again", meta=WHY["again"]),
    ]


def _validated(name: str, cells: pl.DataFrame, expectations: list) -> list:
    """What great_expectations says of each expectation."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = gx.ExpectationSuite(name=name, expectations=expectations)
    batch = context.data_sources.add_pandas("answers").add_dataframe_asset("distinct").add_batch_definition_whole_dataframe("all")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return batch.get_batch({"dataframe": _gx_frame(cells)}).validate(
            suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": KEYS}
        ).results


def _gx_frame(cells: pl.DataFrame):
    """Pandas with Arrow types, which keep text text and nothing nothing."""
    return cells.to_pandas(use_pyarrow_extension_array=True)


def _allowed(instrument: Instrument, item: Item, seen: pl.Series) -> list[str]:
    """The accepted answers beside numbers; for multiple answers those among the `seen` ones."""
    scale = instrument.scale_of(item)
    codes = [c.code for c in (*scale.categories, *scale.missing)]
    if scale.kind != "multiple":
        return codes
    return [answer for answer in seen.drop_nulls() if all(part in codes for part in answer.split("|") if part)]


def _broken(result) -> list[Cell]:
    """The cells that break a rule. A check that raised is a broken check, never bad data."""
    raised = result.exception_info or {}
    if raised.get("raised_exception") or any(
        isinstance(v, dict) and v.get("raised_exception") for v in raised.values()
    ):
        raise StageError(f"validation rule {result.expectation_config.type} could not be evaluated: {raised}")
    broken = [] if result.success else result.result.get("unexpected_index_list") or []
    # of nothing pandas has several words
    return [(bad["column"], bad["answer"] if isinstance(bad["answer"], str) else None) for bad in broken]


def _where(answers: pl.DataFrame, column: str, answer: str | None, why: dict[str, str]) -> list[Finding]:
    """Every row with this answer."""
    has = pl.col(column).is_null() if answer is None else pl.col(column) == answer
    rows = answers.filter(has).select("_submission", "row").iter_rows()
    return [Finding(*row, column, (answer or "")[:60], why["reason"], why["kind"]) for row in rows]
