"""Workbooks and archives with something wrong in them."""

from __future__ import annotations

import io
import struct
import zipfile

from tests.ingest import exports

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def good() -> bytes:
    return exports.workbook({"Data": exports.two_headings()})


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def archive(members: dict[str, bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def replaced(part: str, content: bytes) -> bytes:
    """A good workbook with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(good())) as book:
        members = {name: book.read(name) for name in book.namelist()}
    return archive(members | {part: content})


def bomb() -> bytes:
    return replaced("xl/worksheets/sheet2.xml", b" " * (8 << 20))


def lying_bomb() -> bytes:
    """Its directory says that it is small."""
    content, size = bomb(), struct.pack("<I", 8 << 20)
    return content.replace(size, struct.pack("<I", 100))


def entities() -> bytes:
    """Ten times ten times ten ...: a billion laughs."""
    levels = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{levels}]>' + SHEET.format('<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>')
    return replaced("xl/worksheets/sheet1.xml", text.encode())


def outside_entity() -> bytes:
    cells = "".join(f'<c t="inlineStr"><is><t>{h}</t></is></c>' for h in ("Q01", "Q02", "&x;"))
    text = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SHEET.format(f"<row>{cells}</row>")
    return archive(_parts() | {"xl/worksheets/sheet1.xml": text.encode()})


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(good())) as book:
        return {name: book.read(name) for name in book.namelist()}


def sheet_with(rows: str, dimension: str = "") -> bytes:
    said = f'<dimension ref="{dimension}"/>' if dimension else ""
    return replaced("xl/worksheets/sheet1.xml", SHEET.format(rows).replace("<sheetData>", f"{said}<sheetData>").encode())


def two_corners() -> bytes:
    """Two cells at opposite corners of the largest sheet."""
    return sheet_with('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
