"""Sheets of a workbook that are their tables to the byte: they hold nothing else, however they may be read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import polars as pl

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_")
BEGIN, END = b"<sheetData>", b"</sheetData>"
STYLED = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
ROWS = 5_000  # that are in memory as XML at one time
PIECE = 2**20  # bytes of a part of the file that are unpacked at one time
NUMBER = pl.col("row ")
UNREADABLE = (BadZipFile, zlib.error, ElementTree.ParseError, pl.exceptions.PolarsError, OSError, EOFError, LookupError, ValueError)


def exact_sheets(path: Path, tables: dict[str, pl.DataFrame]) -> dict[str, tuple[str, bytearray]]:
    """Sheet -> (its part of the file, what stands there around its rows) of those whose rows are just those of their table.

    A sheet that is missing here may still say the same in another way.
    """
    try:
        with ZipFile(path) as book:
            parts, texts = _parts(book), _texts(book)
            found = {name: (parts[name], _around(_sheet(book, parts[name]), t, texts)) for name, t in tables.items() if name in parts}
    except UNREADABLE:
        return {}
    return {name: (part, around) for name, (part, around) in found.items() if around is not None}


def _parts(book: ZipFile) -> dict[str, str]:
    """Sheet -> its part of the file."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    sheets = list(ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet"))
    targets = {r.attrib["Id"]: f"xl/{r.attrib['Target']}" for r in relations}
    parts = {s.attrib["name"]: targets[s.attrib[RELATION]] for s in sheets}
    for several, names in ((sheets, parts), (relations, targets), (parts, set(parts.values())), (book.namelist(), set(book.namelist()))):
        if len(several) != len(names):
            raise ValueError("something is there twice, and its readers may not agree on which they read")
    return parts


def _sheet(book: ZipFile, part: str) -> bytearray:
    """What a part of the file holds; `ZipFile.read` would have its hundreds of megabytes in memory twice."""
    xml = bytearray()
    with book.open(part) as file:
        while piece := file.read(PIECE):
            xml += piece
    return xml


class _Texts:
    """The texts that a workbook's sheets share."""

    def __init__(self, texts: list[str]):
        if len(set(texts)) < len(texts) or "" in texts:
            raise ValueError("a text is there twice, or empty")
        self.kind = pl.Enum([*texts, ""])  # an empty one has no place, nor a cell
        self._names = pl.int_range(len(texts), eager=True).cast(pl.String).extend_constant(None, 1)
        self.places = pl.col(pl.String).cast(self.kind).to_physical()  # of all columns of texts; fails for one that is not shared
        self.ends = cache(self._ends)  # many columns look alike

    def _ends(self, look: str) -> pl.Expr:
        """What follows on a cell's name, by the place of its text; null for the empty one."""
        return pl.lit(f'{look} t="s"><v>' + self._names + "</v></c>")


def _texts(book: ZipFile) -> _Texts:
    return _Texts([_text(shared) for shared in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))])


def _text(shared: ElementTree.Element) -> str:
    (only,) = shared
    text = only.text or ""
    told = only.get(SPACE) == "preserve" or text == text.strip()
    if only.tag != f"{MAIN}t" or len(only) or ESCAPED.search(text) or not told:
        raise ValueError("a text that has parts, or of which its readers may not make the same")
    return text


def _around(xml: bytearray, table: pl.DataFrame, texts: _Texts) -> bytearray | None:
    """What stands around a sheet's rows, if these are those of the table; None if they are not."""
    first, last = xml.find(BEGIN), xml.rfind(END)
    place = first + len(BEGIN)
    try:
        for rows in _expected(xml, table, texts):
            if not xml.startswith(rows, place):
                return None
            place += len(rows)
    except (pl.exceptions.PolarsError, ValueError):
        return None  # a text that the sheets do not share, or a kind of value that they do not have
    return xml[:first] + xml[last + len(END) :] if first >= 0 and place == last else None


def _expected(xml: bytearray, table: pl.DataFrame, texts: _Texts) -> Iterator[bytes]:
    """The rows as they must be, head first; how they are styled is seen from the sheet itself."""
    head = pl.DataFrame([table.columns], schema=table.columns, orient="row")
    for first, part in ((1, head), (2, table)):
        cells = [_cell(xml, part[c], _letters(j), first, texts) for j, c in enumerate(part.columns)]
        row = pl.concat_str(pl.lit('<row r="'), NUMBER, pl.lit('">'), *cells, pl.lit("</row>"), ignore_nulls=True)
        values = part.with_columns(texts.places)
        for rows in values.with_row_index("row ", first).with_columns(NUMBER.cast(pl.String)).iter_slices(ROWS):
            yield rows.select(row.str.join("")).item().encode()


def _cell(xml: bytearray, column: pl.Series, letters: str, first: int, texts: _Texts) -> pl.Expr:
    """The cells of a column, null where it has no value; texts are told by their places."""
    begin, value = [pl.lit(f'<c r="{letters}'), NUMBER], pl.col(column.name)
    look = f'" s="{_style(xml, column, letters, first)}"'
    if column.dtype == pl.String:
        return pl.concat_str(*begin, texts.ends(look).gather(value))
    if column.dtype == pl.Boolean:
        return _valued(begin, f'{look} t="b"', value.cast(pl.Int8).cast(pl.String))
    number = _valued(begin, look, value.cast(pl.String).str.replace("e", "E", literal=True))
    if column.dtype.is_integer() or column.is_finite().all():
        return number
    named = pl.when(~value.is_finite()).then(value.cast(pl.String)).cast(texts.kind).to_physical()
    return pl.when(value.is_finite()).then(number).otherwise(pl.concat_str(*begin, texts.ends(look).gather(named)))


def _valued(begin: list[pl.Expr], look: str, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(*begin, pl.lit(f"{look}><v>"), value, pl.lit("</v></c>"))


def _style(xml: bytearray, column: pl.Series, letters: str, first: int) -> str:
    """How the column's first cell is styled. Raises ValueError where it is not there."""
    filled = column.is_not_null() & (column != "" if column.dtype == pl.String else True)
    if not filled.any():
        return ""
    cell = STYLED.match(xml, max(0, xml.find(f'<c r="{letters}{first + filled.arg_max()}" '.encode())))
    if cell is None:
        raise ValueError("a cell is missing")
    return cell[1].decode()


def _letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    head, last = divmod(column, 26)
    return (_letters(head - 1) if head else "") + chr(ord("A") + last)
