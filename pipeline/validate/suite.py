"""The rules that an instrument gives, for each distinct answer to each item, however many gave it.

For each that breaks a rule (see expectations.py) every row that has it is found, with its submission.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipeline.instrument import Instrument, Item
from pipeline.validate.expectations import KEYS, Cell, broken_cells
from pipeline.workers import checker

REPEAT = "_repeat"  # the column that says which rows repeat a respondent's id
CELL = pl.concat_str(KEYS, separator="=")
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
    broken = checker().submit(broken_cells, instrument.instrument, cells, _known(instrument, filled, cells)).result()
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


def _known(instrument: Instrument, items: list[Item], cells: pl.DataFrame) -> list[str]:
    """CELL of every answer that is one of a question's."""
    coded = [i for i in items if _is_coded(instrument, i)]
    return [f"{i.code}={answer}" for i in coded for answer in _allowed(instrument, i, cells.filter(column=i.code)["answer"])]


def _allowed(instrument: Instrument, item: Item, seen: pl.Series) -> list[str]:
    """The accepted answers beside numbers; for multiple answers those among the `seen` ones."""
    scale = instrument.scale_of(item)
    codes = [c.code for c in (*scale.categories, *scale.missing)]
    if scale.kind != "multiple":
        return codes
    return [answer for answer in seen.drop_nulls() if all(part in codes for part in answer.split("|") if part)]


def _where(answers: pl.DataFrame, column: str, answer: str | None, why: dict[str, str]) -> list[Finding]:
    """Every row with this answer."""
    has = pl.col(column).is_null() if answer is None else pl.col(column) == answer
    rows = answers.filter(has).select("_submission", "row").iter_rows()
    return [Finding(*row, column, (answer or "")[:60], why["reason"], why["kind"]) for row in rows]
