"""One reader per file format; each gives every cell as text, untouched.

Nothing is inferred: a code must not turn into a number, nor N/A into nothing.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest.text import key

SIGNATURES = {b"PK\x03\x04": "XLSX", b"$FL2": "SPSS", b"$FL3": "SPSS"}
CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1256")  # Western, Central European, Cyrillic, Arabic


@dataclass(frozen=True)
class RawTable:
    """Text cells: `headings` as they stand, `rows` with columns c0, c1, … and `first_row`,
    the number of the first data row in the file (for messages)."""

    headings: list[str]
    rows: pl.DataFrame
    first_row: int
    described: str


def read_export(path: Path, words: frozenset[str] = frozenset()) -> RawTable:
    """Read an export by what it contains. Raises SubmissionError.

    `words`: wording and labels (as keys) that tell code pages apart.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"the file can't be opened ({error.strerror}); check its permissions") from None
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise SubmissionError("the file is empty; export it again from the survey tool", "empty")
    kind = next((kind for magic, kind in SIGNATURES.items() if content.startswith(magic)), "text")
    if kind == "text" and path.suffix.lower() in (".xlsx", ".xls", ".sav", ".zsav"):
        raise SubmissionError(
            f"it is named {path.suffix} but its content is no such file; export it again or mend the extension"
        )
    if kind == "text":
        table = _read_csv(content, words)
    else:
        table = {"XLSX": _read_xlsx, "SPSS": _read_spss}[kind](path, content)
    if table.rows.is_empty():
        raise SubmissionError("it has headings but no row of answers; export it again with the responses", "empty")
    return table


def _table(grid: list[list[str | None]], described: str) -> RawTable:
    """The first row with two filled cells or more (or one, in a one-column file) is the heading."""
    width = max(len(row) for row in grid)
    needed = min(2, width)
    head = next((i for i, row in enumerate(grid) if sum(bool(c and c.strip()) for c in row) >= needed), 0)
    headings = [(cell or "").strip() for cell in grid[head]]
    too_long = next(
        (i for i, row in enumerate(grid[head + 1 :], head + 2) if any(c for c in row[len(headings) :])), None
    )
    if too_long:
        raise SubmissionError(
            f"row {too_long} has more cells than the heading row ({len(headings)}); a separator inside an answer may lack its quotes",
            "malformed",
        )
    body = list(grid[head + 1 :])
    columns = {f"c{j}": [row[j] if j < len(row) else None for row in body] for j in range(len(headings))}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("row", offset=head + 2)
    filled = frame.filter(pl.any_horizontal(pl.exclude("row").str.strip_chars().fill_null("") != ""))
    return RawTable(headings, filled.with_columns(pl.col("row").cast(pl.Int64)), head + 2, described)


def _read_csv(content: bytes, words: frozenset[str]) -> RawTable:
    text, encoding = decode(content, words)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    csv.field_size_limit(10_000_000)
    try:
        grid = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise SubmissionError(f"it is no well-formed CSV ({error}); look for a quote that is not closed", "malformed") from None
    grid = [row or [None] for row in grid]
    name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}[separator]
    return _table(grid, f"CSV, {name}, {encoding}")


def decode(content: bytes, words: frozenset[str] = frozenset()) -> tuple[str, str]:
    """Text and the name of its encoding: by BOM, strict UTF-8, else the Windows code page that makes most of `words`.

    The pages' order breaks ties; nothing is guessed from statistics.
    """
    boms = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    named = next((name for bom, name in boms.items() if content.startswith(bom)), None)
    found = _decoded(content, [named] if named else ["utf-8"])
    if not found and not named:
        found = _decoded(content, CODE_PAGES)
    if not found:
        raise SubmissionError(
            "its character encoding is neither UTF-8, UTF-16 nor a Windows code page; save it as CSV UTF-8",
            "encoding",
        )
    encoding = max(found, key=lambda name: _known_words(found[name], words)) if len(found) > 1 else next(iter(found))
    if "\0" in found[encoding]:
        raise SubmissionError("it holds NUL characters, so it is no text file; export it again as CSV in UTF-8")
    return found[encoding], encoding


def _decoded(content: bytes, encodings) -> dict[str, str]:
    """Encoding -> text, for those that fit every byte."""
    texts = {}
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            texts[encoding] = content.decode(encoding)
    return texts


def _known_words(text: str, words: frozenset[str]) -> int:
    """How many different cells are among `words`."""
    return sum(key(cell) in words for cell in set(re.split(r'[;,\t|\r\n"]+', text)))


def _separator(text: str) -> str:
    """The separator that the heading line holds most often outside quotes."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    outside = "".join(part for i, part in enumerate(line.split('"')) if i % 2 == 0)
    return max([",", ";", "\t", "|"], key=outside.count)


def _read_xlsx(path: Path, content: bytes) -> RawTable:
    try:
        sheets = pl.read_excel(
            io.BytesIO(content),
            sheet_id=0,
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
        )
    except Exception as error:  # the reader's errors share no base class
        raise SubmissionError(
            f"it can't be read as an Excel file ({str(error).splitlines()[0][:120]}); save it again as .xlsx"
        ) from None
    name, sheet = max(sheets.items(), key=lambda pair: pair[1].height * pair[1].width)
    if sheet.is_empty():
        raise SubmissionError("the workbook has no filled sheet; export it again", "empty")
    return _table([list(row) for row in sheet.cast(pl.String).rows()], f"XLSX, sheet {name}")


def _read_spss(path: Path, content: bytes) -> RawTable:
    import pyreadstat

    try:
        # user_missing: without it the declared missing codes would silently be nothing
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="polars")
    except Exception as error:  # pyreadstat's errors share no base class
        raise SubmissionError(
            f"it can't be read as an SPSS file ({str(error).splitlines()[0][:120]}); save it again as .sav"
        ) from None
    cells = frame.select(_spss_text(frame[name]).alias(f"c{j}") for j, name in enumerate(frame.columns))
    rows = cells.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    return RawTable(list(frame.columns), rows, 1, "SPSS")


def _spss_text(column: pl.Series) -> pl.Series:
    """SPSS numbers are floats: 4.0 becomes "4"."""
    if not column.dtype.is_float():
        return column.cast(pl.String)
    whole = column.is_finite() & (column == column.round(0))
    return pl.select(
        pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
    ).to_series()
