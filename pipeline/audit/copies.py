"""Attacks on the copies of the tables: what a workbook, an SDMX file or a description holds that the tables do not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import fastexcel
import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.numerals import numbers
from pipeline.audit.sdmx import strange_codes, unlike_observations
from pipeline.audit.sheets import exact_sheets
from pipeline.audit.tables import KEYS

BOOK = "release.xlsx"
TOLD = ("contents", "notes", "columns")  # sheets that hold words about the tables
PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|xl/(workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml"
)
# A sheet's elements but for its rows, and what may not stand among the rows: formulas, comments, texts outside the shared ones.
AROUND = {"worksheet", "dimension", "sheetViews", "sheetView", "pane", "cols", "col", "sheetData", "autoFilter", "hyperlinks", "hyperlink"}
AMONG = re.compile(rb"<(?!/?(?:row|c|v)[ >])[^>]{0,40}")
ELEMENT = re.compile(r"<(\w+)")
PLAIN = {0.0, 1.0, 95.0, 100.0, 1980.0}
TEXT = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t"


def unlike_workbook(desk: Desk) -> Iterator[Finding]:
    """Sheets that are not the tables, and whatever else a workbook can carry along."""
    path = desk.release / BOOK
    if not path.exists():
        return
    try:
        yield from (Finding("workbook", where, what) for where, what in _faults(desk, path))
    except (BadZipFile, ElementTree.ParseError, fastexcel.FastExcelError, KeyError) as error:
        yield Finding("workbook", BOOK, f"it can't be read ({str(error).splitlines()[0]}), so what it holds is not known")


def _faults(desk: Desk, path: Path) -> Iterator[tuple[str, str]]:
    book = fastexcel.read_excel(path)
    unknown = [name for name in book.sheet_names if name not in TOLD and name not in KEYS]
    if unknown:
        yield BOOK, f"sheets {listed(unknown)}: no tables of a release"
    seen: set[str] = set()
    exact = exact_sheets(path, {n: desk.tables[n].select(_stored(desk, n)) for n in book.sheet_names if n in KEYS})
    for name in book.sheet_names:
        if name in TOLD:
            sheet = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
            seen |= _words(sheet)
            yield from ((f"{BOOK}, {name}", what) for what in _told(desk, sheet))
        elif name in KEYS:
            seen |= _words(desk.tables[name]) | set(desk.tables[name].columns)
            if name not in exact:
                yield from ((f"{BOOK}, {name}", what) for what in _unlike(desk, book, name))
    yield from _parts(path, seen, dict(exact.values()))


def _words(table: pl.DataFrame) -> set[str]:
    return {w for c, kind in table.schema.items() if kind == pl.String for w in table[c].drop_nulls().unique()}


def _told(desk: Desk, sheet: pl.DataFrame) -> Iterator[str]:
    """Numbers in the words about the tables that are neither rules nor sizes of tables nor in the dictionary."""
    sizes = {float(n) for name, table in desk.tables.items() for n in (table.height, len(_stored(desk, name)))}
    path = desk.release / "dictionary.json"
    stated = json.dumps(desk.manifest) + (path.read_text(encoding="utf-8") if path.exists() else "")
    known = PLAIN | sizes | {abs(n) for n, _ in numbers(stated)}
    strange = sorted({n for word in _words(sheet) for n, _ in numbers(word) if abs(n) not in known})
    if strange:
        yield f"{listed(strange)}: numbers that nothing of the release explains"


def _unlike(desk: Desk, book: fastexcel.ExcelReader, name: str) -> Iterator[str]:
    """What differs between a sheet and the Parquet file."""
    table = pl.read_parquet(desk.release / f"{name}.parquet")
    sheet = book.load_sheet(name, dtypes={j: _kind(kind) for j, kind in enumerate(table.dtypes)}).to_polars()
    if sheet.columns != table.columns:
        yield f"its columns are not those of the table: {listed(sorted(set(sheet.columns) ^ set(table.columns)) or sheet.columns)}"
        return
    if sheet.height != table.height:
        yield f"it has {sheet.height} rows, the table {table.height}"
        return
    differing = [c for c in table.columns if not _plain(table[c]).equals(_plain(sheet[c]), null_equal=True)]
    if differing:
        yield f"its {listed(differing)} differ from the table's"


def _kind(kind: pl.DataType) -> str:
    return "string" if kind == pl.String else "boolean" if kind == pl.Boolean else "float"


def _plain(column: pl.Series) -> pl.Series:
    """As a sheet can hold it: numbers are floats, an empty text is an empty cell."""
    if column.dtype == pl.String:
        return column.fill_null("").alias("")
    return (column if column.dtype == pl.Boolean else column.cast(pl.Float64)).alias("")


def _parts(path: Path, seen: set[str], exact: dict[str, bytearray]) -> Iterator[tuple[str, str]]:
    """What lies in the file beside its cells: other parts, comments, formulas, texts that no cell shows.

    exact: part -> what stands around its rows, which are known to hold nothing strange.
    """
    with ZipFile(path) as book:
        names = book.namelist()
        if strange := [n for n in names if not PART.fullmatch(n)]:
            yield BOOK, f"holds {listed(strange)}, which no sheet needs"
        if book.comment:
            yield BOOK, "the file has a comment"
        for name in (n for n in names if "/sheet" in n):
            if strange := _around_cells(exact[name]) if name in exact else _strange_elements(book.read(name)):
                yield f"{BOOK}, {name}", f"holds {listed(strange)} beside its cells"
        texts = {_unescaped("".join(t.itertext())) for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(TEXT)}
        if unseen := sorted(texts - seen - {"NaN", "inf", "-inf"}):
            yield BOOK, f"{len(unseen)} texts that no cell shows, such as {unseen[0][:40]!r}"
        if b"<!--" in b"".join(book.read(n) for n in names if "/sheet" not in n):
            yield BOOK, "holds an XML comment"


def _strange_elements(xml: bytes) -> list[str]:
    before, _, rest = xml.partition(b"<sheetData>")
    rows, _, after = rest.rpartition(b"</sheetData>")
    among = AMONG.search(rows)
    return _around_cells(before + after) + ([among[0].decode(errors="replace")] if among else [])


def _around_cells(xml: bytes | bytearray) -> list[str]:
    around = xml.decode()
    return [e for e in ELEMENT.findall(around) if e not in AROUND] + (["a comment"] if "<!--" in around else [])


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def unlike_descriptions(desk: Desk) -> Iterator[Finding]:
    """Descriptions of tables or columns that the release does not have."""
    described = {f"{name}.csv-metadata.json": _metadata for name in desk.tables} | {"dictionary.json": _dictionary}
    for file, read in described.items():
        if (desk.release / file).exists():
            try:
                told = read(json.loads((desk.release / file).read_text(encoding="utf-8")))
                wrong = [name for name, columns in told.items() if not _described(desk, file, name, columns)]
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                wrong = [f"what can't be read ({error!r})"]
            if wrong:
                yield Finding("description", file, f"{listed(wrong)}: it does not describe the columns of this table")


def _metadata(said: dict) -> dict[str, list[str]]:
    """Table -> columns, of CSVW metadata."""
    return {said["url"].removesuffix(".csv"): [c["name"] for c in said["tableSchema"]["columns"]]}


def _dictionary(said: dict) -> dict[str, list[str]]:
    return {name: [c["name"] for c in table["columns"]] for name, table in said["tables"].items()}


def _described(desk: Desk, file: str, name: str, columns: list[str]) -> bool:
    stored = _stored(desk, name)
    return name in desk.tables and file in (f"{name}.csv-metadata.json", "dictionary.json") and (not stored or columns == stored)


def _stored(desk: Desk, name: str) -> list[str]:
    """The columns of a table as its file has them; none where it is not there."""
    path = desk.release / f"{name}.parquet"
    return list(pl.read_parquet_schema(path)) if path.exists() else []


def unlike_sdmx(desk: Desk) -> Iterator[Finding]:
    """Observations that are not the estimates, and codes that none of them uses."""
    data, structure = (desk.release / f"estimates.sdmx.{end}" for end in ("csv", "json"))
    if not data.exists():
        return
    try:
        observed = pl.read_csv(data, infer_schema=False)
        what = unlike_observations(observed, desk.tables["estimates"])
        codes = json.loads(structure.read_text(encoding="utf-8")) if structure.exists() and not what else None
        faults = [what] if what else [*strange_codes(observed, codes)] if codes else []
    except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        faults = [f"it can't be read ({error!r})"]
    yield from (Finding("sdmx", "estimates.sdmx", what) for what in faults)
