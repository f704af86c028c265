"""SPSS (.sav, .zsav, .por), Stata (.dta) and SAS (.xpt): codes with the file's own labels and declared missing values."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from pipeline.errors import SubmissionError, said_by
from pipeline.ingest.limits import check_characters, check_columns, check_sheet
from pipeline.ingest.table import RawTable, Vocabulary, numbered
from pipeline.ingest.text import key
from pipeline.limits import Limits

READ = {"SPSS": "read_sav", "SPSS portable": "read_por", "Stata": "read_dta", "SAS": "read_xport"}
ENDINGS = {"SPSS": ".sav", "SPSS portable": ".por", "Stata": ".dta", "SAS": ".xpt"}
ARTICLES = {"SPSS": "an", "SPSS portable": "an", "Stata": "a", "SAS": "a"}
PORTABLE = b"SPSS PORT FILE"  # within the first 512 bytes
RETRIED = ("windows-1252", "windows-1251", "windows-1256")  # where the file lies about its encoding


def read(path: Path, content: bytes, vocabulary: Vocabulary, limits: Limits) -> RawTable:
    format_ = _format(content)
    frame, meta = _read(content, format_, limits)
    names = list(frame)
    headings = [str(name or "") for name in names]
    cells = {f"c{j}": [_text(value) for value in frame[name]] for j, name in enumerate(names)}
    table = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    check_characters(table, limits)
    rows = numbered(table, 1)
    labels = {f"c{j}": _labels(meta, name) for j, name in enumerate(names)}
    return RawTable(
        headings,
        rows,
        format_,
        names=[(heading, *filter(None, [meta.column_names_to_labels.get(name)])) for heading, name in zip(headings, names, strict=True)],
        labels={column: found for column, found in labels.items() if found},
        missing={f"c{j}": declared for j, name in enumerate(names) if (declared := _missing(meta, name, rows[f"c{j}"]))},
    )


def _format(content: bytes) -> str:
    if content.startswith((b"$FL2", b"$FL3")):
        return "SPSS"
    if content.startswith(b"HEADER RECORD"):
        return "SAS"
    return "SPSS portable" if PORTABLE in content[:512] else "Stata"


def _read(content: bytes, format_: str, limits: Limits):
    """Columns by name and what the file says of them. Raises SubmissionError."""
    import pyreadstat

    reader = getattr(pyreadstat, READ[format_])
    # user_missing: without it declared missing codes would silently be nothing
    options = {"output_format": "dict"} | ({"user_missing": True} if format_ in ("SPSS", "Stata") else {})
    # from the very bytes that were hashed, under an ending that is right
    with tempfile.NamedTemporaryFile(suffix=ENDINGS[format_]) as copy:
        copy.write(content)
        copy.flush()
        failed = None
        for encoding in (None, *RETRIED):
            try:
                more = {"encoding": encoding} if encoding and format_ != "SPSS portable" else {}
                _, meta = reader(copy.name, metadataonly=True, **options, **more)
                check_columns(meta.number_columns or 0, limits)
                check_sheet((meta.number_rows or 0) * (meta.number_columns or 0), limits)
                return reader(copy.name, **options, **more)
            except SubmissionError:
                raise
            except Exception as error:  # pyreadstat's errors share no base class
                failed = failed or error
                if not isinstance(error, UnicodeDecodeError) and "encod" not in str(error).lower():
                    break
    raise SubmissionError(f"it can't be read as {ARTICLES[format_]} {format_} file ({said_by(failed)}); save it again as {ENDINGS[format_]}")


def _text(value) -> str | None:
    """Numbers are floats there: 4.0 becomes "4"; Stata's .a to .z come as letters and stay told apart from words."""
    if value is None or value != value:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _labels(meta, name: str) -> dict[str, str]:
    return {_text(float(code)) if isinstance(code, int) else _text(code): str(label) for code, label in meta.variable_value_labels.get(name, {}).items()}


def _missing(meta, name: str, cells: pl.Series) -> frozenset[str]:
    """The codes among a column's cells that the file declares as no answer."""
    ranges = (meta.missing_ranges or {}).get(name, [])
    tags = set((meta.missing_user_values or {}).get(name, []))
    declared = {cell for cell in cells.drop_nulls().unique() if cell in tags or any(_within(cell, r) for r in ranges)}
    return frozenset(declared)


def _within(cell: str, span: dict) -> bool:
    low, high = span["lo"], span["hi"]
    if isinstance(low, str):
        return key(low) == key(cell)
    try:
        return low <= float(cell) <= high
    except ValueError:
        return False
