"""CSVW metadata, checked as a reader of it does: each CSV is what its metadata says."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.formats.csvw import metadata
from pipeline.formats.dictionary import dictionary

ROWS = 3000  # of a large table
PARSED = {"integer": int, "double": float, "date": date.fromisoformat, "boolean": {"true": True, "false": False}.__getitem__}


def rows_of(path: Path, said: dict) -> tuple[list[str], list[list[str]]]:
    """(head, rows) by the dialect."""
    d = said["dialect"]
    with path.open(encoding=d["encoding"].replace("utf-8", "utf-8-sig"), newline="") as file:
        lines = csv.reader(file, delimiter=d["delimiter"], quotechar=d["quoteChar"], doublequote=d["doubleQuote"])
        head = next(lines)
        return head, [line for line, _ in zip(lines, range(ROWS), strict=False)]


def fault(cell: str, column: dict) -> str:
    """What is wrong with a cell by its column's description; empty where nothing is."""
    if cell == column["null"]:
        return ""
    kind = column["datatype"]
    base = kind["base"] if isinstance(kind, dict) else kind
    if base == "string":
        pattern = kind["format"] if isinstance(kind, dict) else ""
        return "" if re.search(pattern, cell) else f"{cell!r} is not {pattern}"
    try:
        PARSED[base](cell)
    except (ValueError, KeyError):
        return f"{cell!r} is no {base}"
    return ""


@pytest.mark.parametrize("name", sorted(dictionary()))
def test_each_csv_is_what_its_metadata_says(sample_run, name):
    folder = sample_run / "release"
    said = json.loads((folder / f"{name}.csv-metadata.json").read_text(encoding="utf-8"))
    assert said == metadata(dictionary()[name])
    assert said["@context"][0] == "http://www.w3.org/ns/csvw"
    head, rows = rows_of(folder / said["url"], said)
    columns = said["tableSchema"]["columns"]
    assert head == [c["titles"] for c in columns] and (rows or name == "coded")
    faults = {f for row in rows for cell, column in zip(row, columns, strict=True) if (f := fault(cell, column))}
    assert not faults
    at = [head.index(key) for key in said["tableSchema"]["primaryKey"]]
    keys = [tuple(row[i] for i in at) for row in rows]
    assert len(set(keys)) == len(keys)


def test_the_check_finds_what_is_not_so():
    columns = {c["name"]: c for c in metadata(dictionary()["estimates"])["tableSchema"]["columns"]}
    assert fault("published", columns["status"]) == "" != fault("shown", columns["status"])
    assert fault("12", columns["n"]) == "" != fault("12.5", columns["n"])
    assert fault("", columns["estimate"]) == "" != fault("about 3", columns["estimate"])
    assert fault("2021-01-01", {"null": "", "datatype": "date"}) == "" != fault("2021", {"null": "", "datatype": "date"})
