"""The workbook: the tables and nothing else, nothing in it that computes, the same bytes on any day."""

import json
import re
from xml.etree import ElementTree
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.book import DAY, write_book
from pipeline.formats.dictionary import dictionary
from pipeline.formats.sheet import Sheet, letters
from pipeline.formats.strings import FORMULA, Strings
from pipeline.formats.workbook import FOR_ONE, write_workbook

MANIFEST = {"release": "abc", "code_version": "1", "rules": {"minimum_respondents": 10, "breakdown_by": None}, "instruments": ["q"], "suppression_off": False}
SCHEMA = {"member": pl.String, "wave": pl.String, "population": pl.String, "mode": pl.String, "share": pl.Float64, "status": pl.String}


def modes(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame([("XAA", "2021", *row) for row in rows], SCHEMA, orient="row")


def written(folder, table: pl.DataFrame, **manifest):
    path = folder / "release.xlsx"
    write_workbook(path, {"modes": table}, MANIFEST | manifest)
    return path


def sheet_of(path, number: int = 4) -> str:
    with ZipFile(path) as book:
        return book.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_a_sheet_holds_what_the_table_holds(tmp_path):
    table = modes(("a", "online", 0.1 + 0.2, "published"), ("b", "tablet", None, "suppressed"), ("c", "", 1e-105, "published"))
    read = fastexcel.read_excel(written(tmp_path, table)).load_sheet("modes").to_polars()
    assert read.columns == table.columns
    assert read["share"].to_list() == [0.1 + 0.2, None, 1e-105]
    assert read["mode"].to_list() == ["online", "tablet", None]


@pytest.mark.parametrize("first", FORMULA)
def test_a_text_that_begins_like_a_formula_is_text(tmp_path, first):
    word = f'{first}HYPERLINK("x")'
    path = written(tmp_path, modes((word, "online", 0.5, "published"), ("calm", "online", 0.5, "published")))
    xml = sheet_of(path)
    assert "<f" not in xml
    cells = dict(re.findall(r'<c r="(C\d)" s="(\d)" t="s">', xml))
    with ZipFile(path) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = styles.find("{*}cellXfs").findall("{*}xf")
    assert [formats[int(cells[c])].get("quotePrefix") for c in ("C2", "C3")] == ["1", None]
    read = fastexcel.read_excel(path).load_sheet("modes").to_polars()
    assert read["population"][0].replace("_x000D_", "\r") == word


def test_the_same_tables_give_the_same_bytes(tmp_path):
    table = modes(("a", "online", 0.5, "published"), ("b", "tablet", None, "suppressed"))
    one = written(tmp_path, table).read_bytes()
    assert written(tmp_path, table.clone()).read_bytes() == one
    with ZipFile(tmp_path / "release.xlsx") as book:
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert DAY in book.read("docProps/core.xml").decode()


def test_heads_are_frozen_and_filtered_and_columns_fit(tmp_path):
    xml = sheet_of(written(tmp_path, modes(("a", "a way of answering", 0.5, "published"))))
    assert 'state="frozen"' in xml and '<autoFilter ref="A1:F2"/>' in xml
    assert '<col min="4" max="4" width="19" customWidth="1"/>' in xml


def test_the_contents_lead_to_each_sheet(tmp_path):
    path = written(tmp_path, modes(("a", "online", 0.5, "published")))
    contents = fastexcel.read_excel(path).load_sheet("contents").to_polars()
    assert contents.row(0)[:4] == ("modes", dictionary()["modes"].meaning, 1, 6)
    assert """<hyperlink ref="A2" location="'modes'!A1"/>""" in sheet_of(path, 1)


def test_the_notes_say_release_rules_citation_and_what_suppressed_means(tmp_path):
    notes = fastexcel.read_excel(written(tmp_path, modes())).load_sheet("notes").to_polars()
    said = dict(notes.rows())
    assert said["Release"] == "abc" and said["Rules of disclosure control"] == "minimum_respondents: 10"
    assert {"How to cite", "Suppressed"} <= set(said) and "Warning" not in said
    off = fastexcel.read_excel(written(tmp_path, modes(), suppression_off=True)).load_sheet("notes").to_polars()
    assert "Suppression is off" in dict(off.rows())["Warning"]


def test_a_table_beyond_a_sheet_is_left_out_with_a_note(tmp_path, monkeypatch):
    for module in ("book", "workbook"):
        monkeypatch.setattr(f"pipeline.formats.{module}.MOST_ROWS", 2)
    monkeypatch.setattr("pipeline.formats.workbook._columns", lambda: Sheet("columns", pl.DataFrame({"a": ["b"]}), {}))
    monkeypatch.setattr("pipeline.formats.workbook._notes", lambda _: Sheet("notes", pl.DataFrame({"a": ["b"]}), {}))
    book = fastexcel.read_excel(written(tmp_path, modes(*[("a", "online", 0.5, "published")] * 3)))
    assert book.sheet_names == ["contents", "notes", "columns"]
    assert "more rows" in book.load_sheet("contents").to_polars()["left out"].item()


def test_a_table_with_a_text_beyond_a_cell_is_left_out_with_a_note(tmp_path):
    book = fastexcel.read_excel(written(tmp_path, modes(("x" * 40_000, "online", 0.5, "published"))))
    assert "modes" not in book.sheet_names


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_any_text_survives(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("book") / "x.xlsx"
    write_book(path, "x", [Sheet("x", pl.DataFrame({"a": texts}), {})])
    with ZipFile(path) as book:
        shared = [t.text for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter("{*}t")]
        shared = shared or [t.text for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall(".//{*}t")]
    back = [re.sub("_x([0-9A-F]{4})_", lambda f: chr(int(f[1], 16)), t) for t in shared]
    assert sorted(back) == sorted({*texts, "a"} - {""})


def test_every_part_is_well_formed(tmp_path):
    path = written(tmp_path, modes(("<&>\"'", "online", float("nan"), "published")))
    with ZipFile(path) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
    assert fastexcel.read_excel(path).load_sheet("modes", dtypes="string").to_polars()["share"].to_list() == ["NaN"]


def test_columns_have_letters():
    assert [letters(j) for j in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_each_text_is_written_once():
    strings = Strings([pl.Series(["b", "a", None, ""]), pl.Series(["a"])])
    assert strings.texts.to_list() == ["a", "b"] and strings.places(pl.Series(["b", "", None])).to_list() == [1, None, None]


def test_a_real_release_s_workbook_has_a_sheet_for_each_table_that_is_for_every_reader(sample_run):
    book = fastexcel.read_excel(sample_run / "release" / "release.xlsx")
    assert book.sheet_names == ["contents", "notes", "columns", *(name for name in dictionary() if name not in FOR_ONE)]
    left_out = dict(book.load_sheet("contents").to_polars().select("sheet", "left out").drop_nulls().rows())
    assert set(left_out) == {"peers", "ranks"} and all("recipient" in why for why in left_out.values())
    trends = book.load_sheet("trends").to_polars()
    table = pl.read_parquet(sample_run / "release" / "trends.parquet")
    assert trends["slope"].equals(table["slope"]) and trends.height == table.height


def test_the_workbook_follows_from_the_release_beside_it(api_run, tmp_path):
    release = api_run / "release"
    tables = {name: pl.read_parquet(release / f"{name}.parquet") for name in dictionary()}
    write_workbook(tmp_path / "again.xlsx", tables, json.loads((release / "manifest.json").read_text(encoding="utf-8")))
    assert (tmp_path / "again.xlsx").read_bytes() == (release / "release.xlsx").read_bytes()
