"""An Excel workbook of sheets (Office Open XML, ECMA-376): the same tables give the same bytes, on any day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl

from pipeline.formats.ahead import ahead
from pipeline.formats.sheet import MAIN, Sheet, sheet_xml
from pipeline.formats.strings import Strings, escaped

MOST_ROWS = 1_048_576  # of a sheet, its head included
DAY = "1980-01-01T00:00:00Z"  # of every file inside: the first that a zip file can name
LEVEL = 2  # of compression: a third of the usual one's time, for a fifth more bytes
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_FONT = '<sz val="11"/>{}<name val="Calibri"/>'
_FONTS = (_FONT.format(""), "<b/>" + _FONT.format(""), "<u/>" + _FONT.format('<color rgb="FF0B5394"/>'))
_WRAP = '<alignment vertical="top" wrapText="1"/>'
# (number format, font, fill, more attributes, inside) of each format of sheet.Style; 49 is text, 3 is #,##0.
_FORMATS = (
    (0, 0, 0, "", ""),
    (49, 0, 0, "", ""),
    (49, 1, 2, "", ""),
    (49, 0, 0, ' quotePrefix="1"', ""),
    (3, 0, 0, "", ""),
    (164, 0, 0, "", ""),
    (165, 0, 0, "", ""),
    (49, 0, 0, ' applyAlignment="1"', _WRAP),
    (49, 2, 0, "", ""),
)


def write_book(path: Path, title: str, sheets: Sequence[Sheet]) -> None:
    """Write the workbook; ValueError where a table has more rows than a sheet."""
    if long := [s.name for s in sheets if s.table.height >= MOST_ROWS]:
        raise ValueError(f"{', '.join(long)}: more rows than a sheet can have")
    strings = Strings(column for sheet in sheets for column in _texts(sheet.table))
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=LEVEL) as book:
        for name, parts in _small_parts(title, sheets):
            _put(book, name, parts)
        for number, sheet in enumerate(sheets, 1):
            rows = ahead(sheet_xml(sheet, strings))  # neither polars nor zlib keeps the other waiting
            _put(book, f"xl/worksheets/sheet{number}.xml", rows)
        _put(book, "xl/sharedStrings.xml", strings.xml())


def _texts(table: pl.DataFrame) -> list[pl.Series]:
    """All that is written as text: the head, and numbers that are none."""
    numbers = [table[c].filter(~table[c].is_finite()).cast(pl.String) for c, kind in table.schema.items() if kind.is_float()]
    return [pl.Series(table.columns, dtype=pl.String), *numbers, *(table[c] for c, kind in table.schema.items() if kind == pl.String)]


def _put(book: ZipFile, name: str, parts: Iterable[str]) -> None:
    with book.open(name, "w") as file:  # dated as `DAY`, as zip files are that are given no date
        for part in parts:
            file.write(part.encode())


def _small_parts(title: str, sheets: Sequence[Sheet]) -> list[tuple[str, list[str]]]:
    return [
        ("[Content_Types].xml", [HEAD, _content_types(len(sheets))]),
        ("_rels/.rels", [HEAD, _relations([("officeDocument", "xl/workbook.xml"), ("core", "docProps/core.xml")])]),
        ("docProps/core.xml", [HEAD, _properties(title)]),
        ("xl/workbook.xml", [HEAD, _workbook(sheets)]),
        ("xl/_rels/workbook.xml.rels", [HEAD, _relations(_parts_of_book(len(sheets)))]),
        ("xl/styles.xml", [HEAD, _styles()]),
    ]


def _styles() -> str:
    fonts = "".join(f"<font>{font}</font>" for font in _FONTS)
    plain = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    grey = '<fill><patternFill patternType="solid"><fgColor rgb="FFE7ECEF"/></patternFill></fill>'
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1"{more}>{inside}</xf>'
        for number, font, fill, more, inside in _FORMATS
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.000"/>'
        f'<numFmt numFmtId="165" formatCode="0.0000"/></numFmts><fonts count="{len(_FONTS)}">{fonts}</fonts>'
        f'<fills count="3">{plain}{grey}</fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FORMATS)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _parts_of_book(sheets: int) -> list[tuple[str, str]]:
    numbered = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, sheets + 1)]
    return [*numbered, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]


def _content_types(sheets: int) -> str:
    parts = [("workbook", "sheet.main"), *((f"worksheets/sheet{n}", "worksheet") for n in range(1, sheets + 1))]
    parts += [("styles", "styles"), ("sharedStrings", "sharedStrings")]
    listed = "".join(f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}{kind}+xml"/>' for name, kind in parts)
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{listed}</Types>"
    )


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    kinds = {"core": f"{_PACKAGE}/relationships/metadata/core-properties"}
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{kinds.get(kind, f"{_OFFICE}/{kind}")}" Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _properties(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escaped(title)}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{DAY}</dcterms:created></cp:coreProperties>'
    )


def _workbook(sheets: Sequence[Sheet]) -> str:
    listed = "".join(f'<sheet name="{escaped(s.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in enumerate(sheets, 1))
    filters = "".join(
        f"""<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">'{escaped(s.name)}'!{_fixed(s.area)}</definedName>"""
        for n, s in enumerate(sheets)
    )
    names = f"<definedNames>{filters}</definedNames>"
    return f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews><sheets>{listed}</sheets>{names}</workbook>'


def _fixed(area: str) -> str:
    """A1:C20 -> $A$1:$C$20."""
    corners = [(c.rstrip("0123456789"), c.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for c in area.split(":")]
    return ":".join(f"${column}${row}" for column, row in corners)
