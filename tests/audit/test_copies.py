"""What workbook, SDMX files, descriptions and findings could carry along that the tables do not hold is found."""

import json
import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest

from pipeline.audit import MECHANICAL, audit
from pipeline.formats import write_formats
from pipeline.formats.dictionary import dictionary
from pipeline.formats.sdmx import observations
from pipeline.formats.workbook import write_workbook
from tests.audit.releases import UNIT, good_release

KEN = ["KEN", "2024", "officials"]


def copied(folder: Path, tables: dict[str, pl.DataFrame] | None = None, truth: bool = False) -> tuple[Path, Path]:
    """A good release with its copies; `tables`: what the workbook is made of instead; `truth`: of what SDMX is."""
    good = good_release()
    good.tables = whole(good.tables)
    release, reports = good.write(folder)
    write_formats(release, good.tables, good.documents)
    if tables:
        write_workbook(release / "release.xlsx", good.tables | whole(tables), good.documents["manifest"])
    if truth:
        observations(whole({"estimates": good.truth})["estimates"]).write_csv(release / "estimates.sdmx.csv")
    (reports / "findings.jsonl").write_text(json.dumps(finding(good.tables["estimates"])) + "\n", encoding="utf-8")
    return release, reports


def whole(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """With all columns that a release has, in its order; those that the good release does without are empty."""
    kinds = {"text": pl.String, "date": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}
    empty = {name: {c.name: pl.lit(None, kinds[c.type]) for c in dictionary()[name].columns} for name in tables}
    return {n: t.select(pl.col(c) if c in t.columns else e.alias(c) for c, e in empty[n].items()) for n, t in tables.items()}


def finding(estimates: pl.DataFrame, where: pl.Expr | None = None) -> dict:
    asked = pl.col("measure") == "mean_score"
    shown = (pl.col("domain_variable") == "") & (pl.col("status") == "published")
    row = estimates.filter(asked, shown if where is None else where, **dict(zip(UNIT, KEN, strict=True))).row(0, named=True)
    key = {c: row[c] for c in (*UNIT, "domain_variable", "domain_category", "indicator", "indicator_kind", "measure", "category", "concept") if row.get(c)}
    said = {"release": "5eed", **dict(zip(UNIT, KEN, strict=True)), "place": 1, "kind": "extremes", "verdict": "", "sensitive": False}
    numbers = [{"table": "estimates", "key": key, "figures": {"estimate": row["estimate"] and round(row["estimate"], 9)}}]
    return said | {"indicators": [row["indicator"]], "numbers": numbers, "page": "national/KEN-2024.html#x", "text": "High.", "language": "en"}


def rewritten(path: Path, change) -> None:
    """The zip file with `change` made to its parts (name -> bytes)."""
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    change(parts)
    with ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


def inside(part: str, old: bytes, new: bytes):
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    copied(folder)
    return folder


def found(folder: Path, change=None, good: Path | None = None, **more) -> list[str]:
    release, reports = folder / "release", folder / "reports"
    if good:
        shutil.copytree(good, folder, dirs_exist_ok=True)
        change(release, reports)
    else:
        copied(folder, **more)
    return [f"{f.kind}: {f.where}: {f.what}" for f in audit(release, reports, attacks=MECHANICAL)]


def book(change):
    return lambda release, reports: rewritten(release / "release.xlsx", change)


def hidden_rows(release, reports):
    copied_findings = finding(good_release().tables["estimates"], pl.col("status") == "suppressed")
    (reports / "findings.jsonl").write_text(json.dumps(copied_findings) + "\n", encoding="utf-8")


def other_finding(**values):
    def change(release, reports):
        path = reports / "findings.jsonl"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values) + "\n", encoding="utf-8")

    return change


def other_number(by: float):
    def change(release, reports):
        path = reports / "findings.jsonl"
        said = json.loads(path.read_text(encoding="utf-8"))
        said["numbers"][0]["figures"]["estimate"] += by
        path.write_text(json.dumps(said) + "\n", encoding="utf-8")

    return change


def a_code_that_nobody_gave(release, reports):
    path = release / "estimates.sdmx.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    next(c for c in said["data"]["codelists"] if c["id"] == "CL_CATEGORY")["codes"].append({"id": "77", "name": "x"})
    path.write_text(json.dumps(said), encoding="utf-8")


def a_column_of_sdmx(release, reports):
    path = release / "estimates.sdmx.csv"
    pl.read_csv(path, infer_schema=False).with_columns(ASKED=pl.lit("300")).write_csv(path)


def a_description_of_more(release, reports):
    columns = [{"name": c} for c in ("member", "respondent")]
    said = {"url": "adequacy.csv", "tableSchema": {"columns": columns}}
    (release / "adequacy.csv-metadata.json").write_text(json.dumps(said), encoding="utf-8")


def a_table_in_the_dictionary(release, reports):
    path = release / "dictionary.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["tables"]["answers"] = {"columns": []}
    path.write_text(json.dumps(said), encoding="utf-8")


def more_sheets(parts: dict[str, bytes]) -> None:
    first = parts["xl/workbook.xml"].index(b'<sheet name="notes"')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"][:first] + parts["xl/workbook.xml"][first:].replace(b"notes", b"answers", 1)


def note(said: bytes):
    def change(parts: dict[str, bytes]) -> None:
        parts["xl/sharedStrings.xml"] = re.sub(rb"cips-pipeline 0\.1\.0<", said + b"<", parts["xl/sharedStrings.xml"])

    return change


ROW = b"</sheetData>"
PLANTED = [
    (book(inside("xl/worksheets/sheet4.xml", b"<v>", b"<f>1+1</f><v>")), "workbook", "beside its cells"),
    (book(inside("xl/worksheets/sheet4.xml", ROW, b"<!-- 17 said yes -->" + ROW)), "workbook", "beside its cells"),
    (book(inside("xl/worksheets/sheet4.xml", ROW, ROW + b"<extLst><ext>17</ext></extLst>")), "workbook", "extLst"),
    (book(lambda parts: parts.update({"xl/comments1.xml": b"<x/>"})), "workbook", "comments1"),
    (book(lambda parts: parts.update({"customXml/item1.xml": b"<x/>"})), "workbook", "customXml"),
    (book(inside("xl/sharedStrings.xml", b"</sst>", b"<si><t>17 said yes</t></si></sst>")), "workbook", "no cell shows"),
    (book(inside("docProps/core.xml", b"</cp:coreProperties>", b"<!-- 17 --></cp:coreProperties>")), "workbook", "XML comment"),
    (book(more_sheets), "workbook", "answers"),
    (book(note(b"17.35 in the west")), "workbook", "17.35"),
    (lambda release, reports: (release / "release.xlsx").write_bytes(b"PK nothing"), "workbook", "can't be read"),
    (a_column_of_sdmx, "sdmx", "ASKED"),
    (a_code_that_nobody_gave, "sdmx", "77"),
    (a_description_of_more, "description", "adequacy"),
    (a_table_in_the_dictionary, "description", "answers"),
    (hidden_rows, "finding", "not the published"),
    (other_number(1.5), "finding", "not the published"),
    (other_number(2e-9), "finding", "not the published"),
    (other_number(1.7e-11), "finding", "not the published"),  # in decimals that nobody is shown
    (other_finding(text="It is 73.37 here."), "finding", "73.37"),
    (other_finding(asked=300), "finding", "asked"),
    (other_finding(member="LAO", wave="2022"), "finding", "nothing of it is published"),
    (lambda release, reports: (reports / "findings.jsonl").write_text("nothing\n"), "finding", "can't be read"),
]


def test_nothing_is_found_in_good_copies(tmp_path):
    assert audit(*copied(tmp_path)) == []


@pytest.mark.parametrize(("change", "kind", "what"), PLANTED)
def test_what_is_planted_in_a_copy_is_found(tmp_path, good, change, kind, what):
    told = found(tmp_path, change, good)
    assert told and all(t.startswith(f"{kind}:") for t in told) and any(what in t for t in told), told


def test_a_workbook_of_what_was_hidden_is_found(tmp_path):
    told = found(tmp_path, tables={"estimates": good_release().truth})
    assert told and all("release.xlsx, estimates: its" in t for t in told)


def test_a_workbook_with_more_rows_is_found(tmp_path):
    quality = good_release().tables["quality"]
    told = found(tmp_path, tables={"quality": pl.concat([quality, quality.head(1)])})
    assert any("quality" in t and "rows" in t for t in told)


def test_observations_of_what_was_hidden_are_found(tmp_path):
    assert any(t.startswith("sdmx:") and "differ" in t for t in found(tmp_path, truth=True))


def test_a_key_among_the_words_of_a_copy_is_found(tmp_path):
    release, reports = copied(tmp_path)
    said = json.loads((release / "dictionary.json").read_text(encoding="utf-8"))
    (release / "dictionary.json").write_text(json.dumps(said | {"key": "c0ffee" * 8}), encoding="utf-8")
    assert [f.kind for f in audit(release, reports)] == ["secret"]


def test_a_good_copy_can_be_read_by_its_readers(tmp_path):
    release, _ = copied(tmp_path)
    assert fastexcel.read_excel(release / "release.xlsx").load_sheet("estimates").height == good_release().tables["estimates"].height
