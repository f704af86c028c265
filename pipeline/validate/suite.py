"""Expectation suites (great_expectations) built from an instrument.

A suite runs over the distinct answers to each item, however many gave them, as pandas with Arrow types;
for each that breaks a rule every row that has it is found, with its submission.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

import polars as pl

from pipeline.errors import StageError
from pipeline.instrument import Instrument, Item

REPEAT = "_repeat"  # the column that says which rows repeat a respondent's id
KEYS = ["column", "answer"]
WHY = {
    "known": {"kind": "unknown", "reason": "this answer is none of the question's codes or labels"},
    "weight": {"kind": "weight", "reason": "a weight must be a number above 0"},
    "given": {"kind": "required", "reason": "a required answer is missing"},
    "again": {"kind": "repeated", "reason": "this respondent id stands in the file before; the first row counts"},
}


@dataclass(frozen=True)
class Finding:
    """One cell that breaks a rule; kind: the rule's, for what is said in other languages."""

    submission: str
    row: int
    column: str
    value: str
    reason: str
    kind: str


def check_answers(instrument: Instrument, answers: pl.DataFrame) -> list[Finding]:
    """Findings in `answers` (columns `_submission`, `row`, one text column per item, perhaps REPEAT)."""
    items = [i for i in instrument.items if i.code in answers.columns and answers[i.code].null_count() < answers.height]
    allowed = {i.code: _allowed(instrument, i, answers[i.code]) for i in items}
    expected = _expectations(items, {code: values for code, values in allowed.items() if values is not None})
    cells = _distinct(answers, {check: columns for check, (columns, _) in expected.items()})
    if cells.is_empty():
        return []
    results = _validated(instrument.instrument, cells, [expectation for _, expectation in expected.values()])
    return [finding for result in results for finding in _findings(result, answers)]


def _expectations(items: list[Item], allowed: dict[str, list[str]]) -> dict[str, tuple[list[str], object]]:
    """Per check the columns that it looks at, and what is expected of their answers."""
    from great_expectations import expectations as gxe

    weights = [i.code for i in items if i.design == "weight"]
    coded = [code for code in allowed if code not in weights]
    known = [_cell(code, answer) for code in coded for answer in allowed[code]]
    positive = [_cell(code, answer) for code in weights for answer in allowed[code]]
    return {
        "known": (coded, gxe.ExpectColumnValuesToBeInSet(column="known", value_set=known, meta=WHY["known"])),
        "weight": (weights, gxe.ExpectColumnValuesToBeInSet(column="weight", value_set=positive, meta=WHY["weight"])),
        "given": ([i.code for i in items if i.required], gxe.ExpectColumnValuesToNotBeNull(column="given", meta=WHY["given"])),
        "again": ([REPEAT], gxe.ExpectColumnValuesToBeNull(column="again", meta=WHY["again"])),
    }


def _cell(column: str, answer: str) -> str:
    return f"{column}={answer}"


def _distinct(answers: pl.DataFrame, looked_at: dict[str, list[str]]) -> pl.DataFrame:
    """Each distinct answer to each item that is looked at: KEYS, and per check a text, null where it is blank.

    What a check doesn't look at is null in its column too, or "" where blanks are what it looks for.
    """
    columns = [c for c in dict.fromkeys(c for names in looked_at.values() for c in names) if c in answers.columns]
    distinct = [answers.select(column=pl.lit(c), answer=pl.col(c)).unique() for c in columns]
    cells = pl.concat([pl.DataFrame(schema=dict.fromkeys(KEYS, pl.String)), *distinct]).sort(KEYS)
    cell, elsewhere = pl.concat_str(KEYS, separator="="), {"given": pl.lit("")}
    return cells.with_columns(
        pl.when(pl.col("column").is_in(names)).then(cell).otherwise(elsewhere.get(check)).alias(check) for check, names in looked_at.items()
    )


def _validated(name: str, cells: pl.DataFrame, expectations: list) -> list:
    """What great_expectations says of each expectation."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
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


def _allowed(instrument: Instrument, item: Item, column: pl.Series) -> list[str] | None:
    """The accepted values; for numbers and multiple answers those among the values that occur."""
    seen = column.drop_nulls().unique()
    if item.role == "design":
        above = {"weight": 0.0, "duration": None}
        return _numbers(seen, above[item.design]) if item.design in above else None
    if not item.scale or instrument.scale_of(item).kind == "text":
        return None
    scale = instrument.scale_of(item)
    codes = [c.code for c in (*scale.categories, *scale.missing)]
    if scale.kind == "multiple":
        return [v for v in seen if all(part in codes for part in v.split("|") if part)]
    if scale.kind == "number":
        return [*codes, *_numbers(seen)]
    return codes


def _numbers(column: pl.Series, above: float | None = None) -> list[str]:
    """Those of the texts that are finite numbers."""
    number = column.cast(pl.Float64, strict=False)
    fits = number.is_finite() if above is None else number.is_finite() & (number > above)
    return column.filter(fits.fill_null(False)).to_list()


def _findings(result, answers: pl.DataFrame) -> list[Finding]:
    """Every row that has an answer of which the check speaks. A check that raised is a broken check, never bad data."""
    raised = result.exception_info or {}
    if raised.get("raised_exception") or any(
        isinstance(v, dict) and v.get("raised_exception") for v in raised.values()
    ):
        raise StageError(f"validation rule {result.expectation_config.type} could not be evaluated: {raised}")
    broken = [] if result.success else result.result.get("unexpected_index_list") or []
    return [finding for bad in broken for finding in _where(answers, bad["column"], bad["answer"], result.expectation_config.meta)]


def _where(answers: pl.DataFrame, column: str, answer: object, why: dict[str, str]) -> list[Finding]:
    """Every row with this answer; `answer`: a text, or one of pandas' words for nothing."""
    has = pl.col(column) == answer if isinstance(answer, str) else pl.col(column).is_null()
    shown = answer[:60] if isinstance(answer, str) else ""
    return [Finding(*row, column, shown, why["reason"], why["kind"]) for row in answers.filter(has).select("_submission", "row").iter_rows()]
