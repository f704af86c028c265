"""Workbooks: .xlsx and .xls."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

import polars as pl

from pipeline.errors import SubmissionError, said_by
from pipeline.ingest.dialects.head import known_in
from pipeline.ingest.limits import check_characters, check_columns, check_sheet, check_unpacked
from pipeline.ingest.table import TOP, Cells, Vocabulary
from pipeline.limits import Limits

MARK = "xl/workbook.xml"
SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
PLACES = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*[\"']([^\"'<>]*)[\"']")
PLACE = re.compile(rb"([A-Z]*)(\d*)")
FURTHER = re.compile(r"(.+?)\d+")  # EUSurvey goes on in Content1, Content2, ... after 254 columns


def read(path: Path, content: bytes, vocabulary: Vocabulary, limits: Limits) -> Cells:
    if content.startswith(b"PK"):
        check_packed(content, limits)
    sheets = _sheets(content, limits)
    whole = {name: pl.concat([sheet, *_further(sheets, name)], how="horizontal") for name, sheet in sheets.items()}
    name, sheet = max(whole.items(), key=lambda pair: (_known_headings(pair[1], vocabulary), pair[1].height * pair[1].width))
    if sheet.is_empty():
        raise SubmissionError("the workbook has no filled sheet; export it again", "empty")
    frame = sheet.rename({old: f"c{j}" for j, old in enumerate(sheet.columns)})
    check_characters(frame, limits)
    return Cells(frame, f"XLSX, sheet {name}")


def check_packed(content: bytes, limits: Limits) -> None:
    """Raises SubmissionError for a bomb, a broken archive, or an archive of something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if MARK not in archive.namelist():
                raise SubmissionError("it is a packed archive and no .xlsx workbook; unpack it, or save it as .xlsx, and hand in the export itself")
            check_unpacked(archive, limits)
            for name in filter(SHEETS.fullmatch, archive.namelist()):
                check_sheet(spanned(archive.read(name)), limits)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        raise _unreadable(error) from None


def spanned(sheet: bytes) -> int:
    """The cells of the rectangle that a sheet's filled cells span: the reader sets it up whole, if only two corners are filled.

    Raises ValueError for a cell that stands nowhere.
    """
    rows, columns = {1}, {1}
    for place in PLACES.findall(sheet):
        found = PLACE.fullmatch(place.upper())
        if not found:
            raise ValueError(f"a cell stands at {place.decode(errors='replace')!r}")
        letters, number = found.groups()
        if number:
            rows.add(int(number))
        if letters:
            columns.add(_column(letters))
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


@lru_cache(4096)
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _unreadable(error: Exception) -> SubmissionError:
    return SubmissionError(f"it can't be read as an Excel file ({said_by(error)}); save it again as .xlsx")


def _sheets(content: bytes, limits: Limits) -> dict[str, pl.DataFrame]:
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
        raise _unreadable(error) from None
    for sheet in sheets.values():
        check_sheet(sheet.height * sheet.width, limits)
        check_columns(sheet.width, limits)
    return {name: _renamed(sheet.cast(pl.String), name) for name, sheet in sheets.items()}


def _renamed(sheet: pl.DataFrame, name: str) -> pl.DataFrame:
    return sheet.rename({old: f"{name} {j}" for j, old in enumerate(sheet.columns)})


def _known_headings(sheet: pl.DataFrame, vocabulary: Vocabulary) -> int:
    """The most headings that one of its first rows has."""
    return max((known_in([cell or "" for cell in row], vocabulary) for row in sheet.head(TOP).rows()), default=0)


def _further(sheets: dict[str, pl.DataFrame], first: str) -> list[pl.DataFrame]:
    """The sheets on which the same respondents go on, row for row."""
    numbered = {n: s for n, s in sheets.items() if (found := FURTHER.fullmatch(n)) and found[1] == first}
    ordered = sorted(numbered, key=lambda n: (len(n), n))
    return [numbered[n] for n in ordered if numbered[n].height == sheets[first].height]
