"""What dialects share: finding the heading rows, and a table from where they end."""

from __future__ import annotations

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest.names import spellings
from pipeline.ingest.table import Cells, RawTable, Vocabulary, filled, is_filled, numbered
from pipeline.ingest.text import key


def keys_of(row: list[str]) -> list[str]:
    return [key(cell) for cell in row]


def row_with(top: list[list[str]], *needed: str) -> int | None:
    """The first of the top rows that has all of `needed` (as keys) among its cells."""
    return next((i for i, row in enumerate(top) if set(needed) <= set(keys_of(row))), None)


def row_with_any(top: list[list[str]], heads: tuple[tuple[str, ...], ...]) -> int | None:
    """The first row with all of one of `heads`, the first of these first."""
    return next((i for head in heads if (i := row_with(top, *head)) is not None), None)


def known_in(row: list[str], vocabulary: Vocabulary) -> int:
    """How many of its cells are headings that an instrument knows, and no answers: questions may be called 1, 2, 3, as answers are."""
    headings = vocabulary.headings - vocabulary.answers
    return sum(any(key(s) in headings for s in spellings(cell)) for cell in row if cell)


def heading_row(top: list[list[str]], vocabulary: Vocabulary) -> int:
    """The row with most known headings; where none is known, the first with two filled cells (or one, in one column)."""
    known = [known_in(row, vocabulary) for row in top]
    if max(known, default=0) >= 2:
        return known.index(max(known))
    needed = min(2, max((len(row) for row in top), default=0))
    return next((i for i, row in enumerate(top) if sum(bool(cell) for cell in row) >= needed), 0)


def table_from(
    cells: Cells,
    head: int,
    first: int,
    tool: str = "",
    names: list[tuple[str, ...]] | None = None,
    headings: list[str] | None = None,
) -> RawTable:
    """Headings from row `head` (or as given), answers from row `first` on; both count from 0."""
    stand = [(cell or "").strip() for cell in cells.frame.row(head)] if cells.frame.height else []
    headings = headings or stand
    width = _width(cells, head, headings)
    columns = [f"c{j}" for j in range(width)]
    rows = filled(numbered(cells.frame.slice(first).select(columns), first + 1))
    return RawTable(headings[:width], rows, cells.described, (names or [])[:width], tool=tool)


def _width(cells: Cells, head: int, headings: list[str]) -> int:
    """How many columns have a heading. Raises SubmissionError where a row goes on beyond them."""
    width = cells.lengths[head] if cells.lengths else len(headings)
    beyond = cells.frame.slice(head + 1).select(is_filled(pl.col(c)) for c in cells.frame.columns[width:])
    long = beyond.select(pl.any_horizontal(pl.all()).arg_true()).to_series() if beyond.width else []
    if len(long):
        raise SubmissionError(
            f"row {head + 2 + long[0]} has more cells than the heading row ({width}); a separator inside an answer may lack its quotes",
            "malformed",
        )
    while width > 1 and not headings[width - 1] and not cells.frame.slice(head + 1).select(is_filled(pl.col(f"c{width - 1}")).any()).item():
        width -= 1  # a separator at the end of each line
    return width


def set_aside(table: RawTable, heading: str, values: set[str], kind: str) -> list[tuple[int, str, str, str]]:
    """Rows whose cell under `heading` is (as a key) one of `values`."""
    j = next((j for j, h in enumerate(table.headings) if key(h) == key(heading)), None)
    if j is None:
        return []
    found = table.rows.select("row", f"c{j}").drop_nulls()
    return [(row, table.headings[j], cell, kind) for row, cell in found.iter_rows() if key(cell) in values]
