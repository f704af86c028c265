"""Careless answers are told from the wide table as one would tell them row by row."""

from statistics import mean, median

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.careless import flag_counts, flags
from tests.letters.worlds import QUESTIONS, answers, instrument

NOW = instrument("now")
VALID, BLANK_OR_MISSING = ("1", "2", "3"), ("", "9")


def row_by_row(rows: list[dict]) -> list[tuple]:
    """(silent, straight, fast) of each row of one unit."""
    asked = [q for q in QUESTIONS if any(row[q] not in BLANK_OR_MISSING for row in rows)]
    times = [float(row["duration"]) for row in rows if row["duration"]]
    return [(_silent(row, asked), _straight(row), _fast(row, times)) for row in rows]


def _silent(row, asked):
    return mean(row[q] in BLANK_OR_MISSING for q in asked) if asked else None


def _straight(row):
    given = [row[q] for q in QUESTIONS if row[q] in VALID]
    return len(set(given)) == 1 if len(given) >= 8 else None


def _fast(row, times):
    return float(row["duration"]) < median(times) / 3 if row["duration"] else None


drawn = st.lists(
    st.tuples(st.sampled_from(["as is", "2", "9", ""]), st.integers(0, 10), st.sampled_from(["", "10", "300"])), min_size=12, max_size=12
)


@settings(max_examples=30, deadline=None)
@given(drawn, st.integers(0, 12))
def test_each_respondent_is_told_as_row_by_row_within_the_unit(drawn, first):
    """Each row answers its first questions alike, or says nothing to them, and took some time; the first rows are one unit."""
    rows = answers(12)
    for row, (answer, alike, took) in zip(rows, drawn, strict=True):
        row |= {"duration": took} | (dict.fromkeys(QUESTIONS[:alike], answer) if answer != "as is" else {})
    expected = row_by_row(rows[:first]) + row_by_row(rows[first:])
    table = pl.DataFrame(rows).with_columns(pl.col(QUESTIONS).replace("", None))
    took = pl.col("duration").cast(pl.Float64, strict=False)
    found = pl.concat(flags(unit, NOW, took) for unit in (table[:first], table[first:]))
    for (silent, straight, fast), told in zip(expected, found.iter_rows(named=True), strict=True):
        assert told["silent"] == pytest.approx(silent)
        assert (told["straight"], told["fast"]) == (straight, fast)
        assert told["flagged"] == ((silent or 0) > 0.5 or bool(straight) or bool(fast))
    everybody = flag_counts(found, []).row(0, named=True)
    assert everybody["respondents"] == 12 and everybody["flagged"] == found["flagged"].sum()
    assert everybody["fast_asked"] == sum(fast is not None for _, _, fast in expected)
