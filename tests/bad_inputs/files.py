"""Files that can't be read, or are no export of the survey."""

from __future__ import annotations

import gzip
import io
import json
import random

import polars as pl

from pipeline.limits import Limits
from tests.bad_inputs import packed
from tests.bad_inputs.case import File
from tests.fuzz.readers import mutated
from tests.ingest import exports

HEAD = ["Q01", "Q02", "Q03", "OBST", "GEN"]
ROW = ["5", "4", "1", "delay", "male"]
NO_SUCH = "its content is no such file"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
NOT_FOUND = "questions of trade-2024 were found"


def table(*rows, separator=",", encoding="utf-8", head=HEAD) -> bytes:
    return exports.delimited([head, *rows], separator, encoding=encoding)


def parquet(**columns) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


def truncated(writer: str, ending: str, share: float, **options):
    return lambda: packed.cut(exports.statistical(writer, ending, **options), share)


def _forged(seed: int) -> bytes:
    """With some bytes changed: readstat reads beyond its own memory then."""
    good = exports.statistical("write_sav", ".sav")
    return mutated(random.Random(seed), good, good)


EMPTY = [
    File("an empty file", b"", "the file is empty"),
    File("nothing but a byte order mark", b"\xef\xbb\xbf", "the file is empty"),
    File("nothing but blank lines", b"\r\n\r\n \t\r\n", "the file is empty"),
    File("nothing but NUL bytes", bytes(400), "the file is empty"),
    File("headings alone", table(), "no row of answers"),
    File("headings and blank rows", table() + b",,,,\r\n,,,,\r\n", "no row of answers"),
    File("headings alone, in a workbook", lambda: exports.workbook({"Data": [HEAD]}), "no row of answers", file="e.xlsx"),
    File("a workbook of empty sheets", lambda: exports.workbook({"A": [], "B": []}), "no filled sheet", file="e.xlsx"),
    File("headings alone, in Parquet", lambda: parquet(**{h: pl.Series([], dtype=pl.String) for h in HEAD}), "no row of answers", file="e.parquet"),
]
LIES = [
    File(f"a text that is named {ending}", table(ROW), NO_SUCH, file=f"e{ending}")
    for ending in (".xlsx", ".xls", ".sav", ".zsav", ".por", ".dta", ".xpt", ".parquet")
] + [
    File("a workbook that is named .sav", packed.good, NO_SUCH, file="e.sav"),
    File("an SPSS file that is named .xlsx", lambda: exports.statistical("write_sav", ".sav"), NO_SUCH, file="e.xlsx"),
    File("a web page that is named .xls", b"<html><table><tr><td>Q01</td></tr></table></html>", NO_SUCH, file="e.xls"),
]
BROKEN = [
    File("a workbook cut in half", lambda: packed.cut(packed.good(), 0.5), "can't be read as an Excel file", file="e.xlsx"),
    File("a workbook without its end", lambda: packed.cut(packed.good(), 0.97), "can't be read as an Excel file", file="e.xlsx"),
    File("the first bytes of a workbook", b"PK\x03\x04", "can't be read as an Excel file", file="e.xlsx"),
    File("a workbook whose sheet is no XML", lambda: packed.replaced("xl/worksheets/sheet1.xml", b"<<<>>>"), "no filled sheet", file="e.xlsx"),
    File("a workbook without its list of sheets", lambda: packed.replaced("xl/workbook.xml", b""), "can't be read as an Excel file", file="e.xlsx"),
    File("an old workbook that is locked or broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "can't be read as an Excel file", file="e.xls"),
    File("an SPSS file cut in half", truncated("write_sav", ".sav", 0.5), "can't be read as an SPSS file", file="e.sav"),
    File("an SPSS file of one line", b"$FL2@(#) SPSS DATA FILE", "can't be read as an SPSS file", file="e.sav"),
    File("an SPSS file that ends the process which reads it", lambda: _forged(22), "it breaks its reader", file="e.sav"),
    File("a compressed SPSS file cut in half", truncated("write_sav", ".zsav", 0.5, compress=True), "can't be read as an SPSS file", file="e.zsav"),
    File("a portable SPSS file cut in half", truncated("write_por", ".por", 0.5), "can't be read as an SPSS portable file", file="e.por"),
    File("a Stata file cut in half", truncated("write_dta", ".dta", 0.5), "can't be read as a Stata file", file="e.dta"),
    File("a Stata file of one line", b"<stata_dta><header>", "can't be read as a Stata file", file="e.dta"),
    File("an old Stata file cut in half", truncated("write_dta", ".dta", 0.5, version=10), "can't be read as a Stata file", file="e.dta"),
    File("a SAS file of one line", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000", "can't be read as a SAS file", file="e.xpt"),
    File("a Parquet file cut in half", lambda: packed.cut(exports.parquet(), 0.5), "can't be read as a Parquet file", file="e.parquet"),
    File("the first bytes of a Parquet file", b"PAR1", "can't be read as a Parquet file", file="e.parquet"),
    File("a quote that is not closed", b'Q01,Q02,Q03,OBST,GEN\r\n"5,4,1,delay,male\r\n', "a quote that is not closed"),
    File("a separator inside an answer without quotes", table(ROW) + b"5,4,1,delay, fees,male\r\n", "row 3 has more cells than the heading row"),
    File("NUL bytes among the answers", table(ROW) + b"5,\0,1,delay,male\r\n", "NUL characters"),
    File("UTF-16 without a byte order mark", table(ROW).decode().encode("utf-16-le"), "NUL characters"),
    File("UTF-16 that ends within a letter", table(ROW, encoding="utf-16")[:-1], "character encoding"),
]
FOREIGN = [
    File("an archive of exports", lambda: packed.archive({"officials.csv": table(ROW)}), "unpack it", file="e.zip"),
    File("a text document", lambda: packed.archive({"word/document.xml": b"<w/>"}), "unpack it", file="e.docx"),
    File("an archive that is named .xlsx", lambda: packed.archive({"officials.csv": table(ROW)}), "unpack it", file="e.xlsx"),
    File("a picture", PNG, "no text file", file="e.png"),
    File("a PDF", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", NOT_FOUND, file="e.pdf"),
    File("a packed CSV", lambda: gzip.compress(table(ROW), mtime=0), "no text file", file="e.csv.gz"),
    File("JSON", json.dumps([dict(zip(HEAD, ROW, strict=True))] * 3, indent=1).encode(), NOT_FOUND, file="e.json"),
    File("XML", b'<?xml version="1.0"?>\n<responses>\n<row id="1"/>\n</responses>\n', NOT_FOUND, file="e.xml"),
    File("a web page", b"<!doctype html>\n<html>\n<body>\n<h1>Log in</h1>\n</body></html>\n", NOT_FOUND, file="e.html"),
    File("a letter", b"Dear colleagues,\nplease find the answers attached.\nKind regards\n", "questions of trade-2024 were found", file="e.txt"),
    File("SPSS syntax without its data", b"GET DATA\n /TYPE=TXT\n /FILE='x.dat'.\n", NOT_FOUND, file="e.sps"),
    File("another survey", table(["1", "2"], ["3", "4"], head=["Temperature", "Rainfall"]), NOT_FOUND),
    File("answers without headings", exports.delimited([ROW] * 5), NOT_FOUND),
    File("a table on its side", exports.delimited([list(pair) for pair in zip(HEAD, ROW, ROW, strict=True)]), NOT_FOUND),
    File("one question of five", table(["5"], ["4"], head=["Q01"]), NOT_FOUND),
    File("texts of questions in a language that the questionnaire lacks", table(["5", "4", "1"], head=["Dürüstlük", "Kurallar", "Kararlar"]), NOT_FOUND),
]
SMALL = Limits(unpacked_megabytes=2, sheet_cells=20, columns=50, cell_characters=1_000, file_megabytes=1)
LARGE = [
    File("a zip bomb", packed.bomb, "grows when unpacked, more than the 2 MB", file="e.xlsx", limits=SMALL),
    File("a zip bomb that says it is small", packed.lying_bomb, "can't be read as an Excel file", file="e.xlsx", limits=SMALL),
    File("a sheet with more cells than are read", packed.good, "cells, more than the 20 that are read", file="e.xlsx", limits=SMALL),
    File("an SPSS file with more cells than are read", lambda: exports.statistical("write_sav", ".sav"), "cells, more than the 20 that are read", file="e.sav", limits=SMALL),
    File("100,000 columns", lambda: table(head=[f"c{j}" for j in range(100_000)]) + b"1,2\r\n", "100,000 columns, more than the 5,000"),
    File("100,000 columns in a row", lambda: table(["1"] * 100_000), "100,000 columns, more than the 5,000"),
    File("more columns than are read, in Parquet", lambda: parquet(**{f"c{j}": [1] for j in range(60)}), "60 columns, more than the 50", file="e.parquet", limits=SMALL),
    File("a cell of 10 MB", lambda: table(["x" * 10_000_000, "4", "1", "delay", "male"]), "10,000,000 characters, more than the 50,000"),
    File("a heading of 10 MB", lambda: table(ROW, head=["Q" * 10_000_000, *HEAD[1:]]), "characters, more than the 50,000"),
    File("a file of more megabytes than are read", lambda: table(ROW) * 60_000, "MB, more than the 1 that", limits=SMALL),
    File("a workbook that makes a text of itself a billion times", packed.entities, "unrecognized entity", file="e.xlsx"),
    File("a workbook that asks for a file of the machine", packed.outside_entity, "unrecognized entity", file="e.xlsx"),
    File("a cell far beyond any sheet", lambda: packed.sheet_with('<row r="9999999999"><c r="A9999999999"><v>1</v></c></row>'), "9,999,999,999 cells", file="e.xlsx"),
    File("a cell whose place is hidden in an entity", lambda: packed.sheet_with('<row r="1"><c r="&#88;FD1048576"><v>1</v></c></row>'), "a cell stands at", file="e.xlsx"),
    File("a sheet that says it is the largest, and holds little", lambda: packed.sheet_with('<row r="1"><c r="A1"><v>1</v></c></row>', "A1:XFD1048576"), "no row of answers", file="e.xlsx"),
    File("two cells at the corners of the largest sheet", packed.two_corners, "17,179,869,184 cells", file="e.xlsx"),
]
FILES = EMPTY + LIES + BROKEN + FOREIGN + LARGE
