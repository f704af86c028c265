"""Expectation suites (great_expectations) built from an instrument.

A suite runs over all of an instrument's submissions at once, as pandas with
Arrow types; each broken rule comes back with submission, row, column and value.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

import polars as pl

from pipeline.errors import StageError
from pipeline.instrument import Instrument, Item

KEYS = ["_submission", "row"]


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
    """Findings in `answers` (columns `_submission`, `row`, one text column per item)."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = gx.ExpectationSuite(name=instrument.instrument)
    for expectation in _expectations(instrument, answers):
        suite.add_expectation(expectation)
    if not suite.expectations:
        return []
    batch = (
        context.data_sources.add_pandas("rows")
        .add_dataframe_asset("answers")
        .add_batch_definition_whole_dataframe("all")
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = batch.get_batch({"dataframe": _gx_frame(answers)}).validate(
            suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": KEYS}
        )
    return [finding for r in result.results for finding in _findings(r)]


def _gx_frame(answers: pl.DataFrame):
    """Pandas with Arrow types, which keep text text and nothing nothing."""
    return answers.to_pandas(use_pyarrow_extension_array=True)


def _expectations(instrument: Instrument, answers: pl.DataFrame) -> list:
    from great_expectations import expectations as gxe

    rules = []
    for item in instrument.items:
        if item.code not in answers.columns or answers[item.code].null_count() == answers.height:
            continue
        allowed = _allowed(instrument, item, answers[item.code])
        if allowed is not None:
            rules.append(
                gxe.ExpectColumnValuesToBeInSet(column=item.code, value_set=allowed, meta=_reason(item))
            )
        if item.required:
            rules.append(
                gxe.ExpectColumnValuesToNotBeNull(column=item.code, meta={"reason": "a required answer is missing", "kind": "required"})
            )
    if "_repeat" in answers.columns and answers["_repeat"].null_count() < answers.height:
        rules.append(
            gxe.ExpectColumnValuesToBeNull(
                column="_repeat",
                meta={"reason": "this respondent id stands in the file before; the first row counts", "kind": "repeated"},
            )
        )
    return rules


def _reason(item: Item) -> dict[str, str]:
    if item.design == "weight":
        return {"reason": "a weight must be a number above 0", "kind": "weight"}
    return {"reason": "this answer is none of the question's codes or labels", "kind": "unknown"}


def _allowed(instrument: Instrument, item: Item, column: pl.Series) -> list[str] | None:
    """The accepted values; for numbers and multiple answers those among the values that occur."""
    if item.role == "design":
        test = {"weight": lambda v: _is_number(v, above=0), "duration": _is_number}.get(item.design)
        return None if test is None else [v for v in column.drop_nulls().unique().to_list() if test(v)]
    if not item.scale or instrument.scale_of(item).kind == "text":
        return None
    scale = instrument.scale_of(item)
    codes = [c.code for c in (*scale.categories, *scale.missing)]
    if scale.kind == "multiple":
        seen = column.drop_nulls().unique().to_list()
        return [v for v in seen if all(part in codes for part in v.split("|") if part)]
    if scale.kind == "number":
        return [*codes, *(v for v in column.drop_nulls().unique().to_list() if _is_number(v))]
    return codes


def _is_number(text: str, above: float | None = None) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return value == value and abs(value) != float("inf") and (above is None or value > above)


def _findings(result) -> list[Finding]:
    """A check that raised is a broken check, never bad data."""
    raised = result.exception_info or {}
    if raised.get("raised_exception") or any(
        isinstance(v, dict) and v.get("raised_exception") for v in raised.values()
    ):
        raise StageError(f"validation rule {result.expectation_config.type} could not be evaluated: {raised}")
    if result.success:
        return []
    config = result.expectation_config
    column = config.kwargs["column"]
    return [
        Finding(
            str(bad["_submission"]),
            int(bad["row"]),
            column,
            "" if bad.get(column) is None else str(bad[column])[:60],
            config.meta["reason"],
            config.meta["kind"],
        )
        for bad in result.result.get("unexpected_index_list") or []
    ]
