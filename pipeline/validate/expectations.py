"""What great_expectations says of answers. It takes two seconds to be loaded, so this works in a process of its own."""

from __future__ import annotations

import os
import warnings

import polars as pl

from pipeline.errors import StageError

os.environ["GX_ANALYTICS_ENABLED"] = "False"  # read when it is imported
KEYS = ["column", "answer"]
WHY = {
    "known": {"kind": "unknown", "reason": "this answer is none of the question's codes or labels"},
    "weight": {"kind": "weight", "reason": "a weight must be a number above 0"},
    "given": {"kind": "required", "reason": "a required answer is missing"},
    "again": {"kind": "repeated", "reason": "this respondent id stands in the file before; the first row counts"},
}
Cell = tuple[str, str | None]  # column and answer


def broken_cells(instrument: str, cells: pl.DataFrame, known: list[str]) -> list[tuple[Cell, dict[str, str]]]:
    """The cells that break a rule, each with its WHY.

    cells: KEYS, and per rule of WHY a text, which says what is to be looked at; known: the texts that `known` may have.
    Raises StageError where a rule could not be evaluated.
    """
    results = _validated(instrument, cells, _expectations(known))
    return [(cell, result.expectation_config.meta) for result in results for cell in _broken(result)]


def _expectations(known: list[str]) -> list:
    """What is expected of each rule's column."""
    from great_expectations import expectations as gxe

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
