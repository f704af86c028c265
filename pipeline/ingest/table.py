"""What a reader makes of a file, and what a dialect makes of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

TOP = 30  # rows from the top in which headings are looked for


@dataclass(frozen=True)
class Vocabulary:
    """What the instruments know, as keys (see text.key): headings (codes, aliases and wordings of questions) and answers (codes and labels)."""

    headings: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> frozenset[str]:
        return self.headings | self.answers


@dataclass(frozen=True)
class Cells:
    """A file's cells as text, before anything is a heading.

    frame: columns c0, c1, …, a row for each row of the file; described: its format, for messages;
    lengths: cells of each row, where rows differ.
    """

    frame: pl.DataFrame
    described: str
    lengths: list[int] | None = None

    def top(self) -> list[list[str]]:
        """The first rows, blank cells as ''."""
        return [[(cell or "").strip() for cell in row] for row in self.frame.head(TOP).rows()]


@dataclass(frozen=True)
class RawTable:
    """Text cells under headings.

    headings: as they stand; rows: `row` (its number in the file) and columns c0, c1, …; names: of each column all that its question may be known by, the heading first; labels: column ->
    code -> label, where the file itself says; missing: column -> codes that the file declares as no answer;
    tool: whose export it is, '' if none was recognised; set_aside: (row, column, value, kind) of rows that are no answers.
    """

    headings: list[str]
    rows: pl.DataFrame
    described: str
    names: list[tuple[str, ...]] = field(default_factory=list)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, frozenset[str]] = field(default_factory=dict)
    tool: str = ""
    set_aside: list[tuple[int, str, str, str]] = field(default_factory=list)

    def distinct(self, column: str) -> pl.Series:
        """The different cells of a column, but for missing ones."""
        if column not in self._distinct:
            self._distinct[column] = self.rows[column].drop_nulls().unique()
        return self._distinct[column]

    @cached_property
    def _distinct(self) -> dict[str, pl.Series]:
        return {}

    def names_of(self, j: int) -> tuple[str, ...]:
        return self.names[j] if self.names else (self.headings[j],)


def numbered(frame: pl.DataFrame, first_row: int) -> pl.DataFrame:
    """`frame` with its rows' numbers in the file."""
    return frame.with_row_index("row", offset=first_row).with_columns(pl.col("row").cast(pl.Int64))


def filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Without blank rows: in a text or a sheet they are no respondents, where a data file has them they are."""
    blank = pl.repeat(True, rows.height, eager=True)
    for column in rows.columns[1:]:
        blank &= ~rows.select(is_filled(pl.col(column))).to_series()
        if not blank.any():  # of most files the first column tells
            return rows
    return rows.filter(~blank)


def is_filled(cells: pl.Expr) -> pl.Expr:
    return cells.str.strip_chars().fill_null("") != ""
