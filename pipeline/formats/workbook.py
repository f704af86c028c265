"""The release as one Excel workbook: contents, notes, columns, and a sheet for each table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import yaml

from pipeline.formats.book import MOST_ROWS, write_book
from pipeline.formats.dictionary import Column, dictionary
from pipeline.formats.sheet import STYLE, Sheet
from pipeline.formats.strings import MOST_CHARACTERS

Tables = dict[str, pl.DataFrame]
FOR_ONE = ("peers", "ranks")  # a file that is handed on whole must not hold what each recipient sees
SMALL = "probability"  # the unit of figures that need more decimals


def write_workbook(path: Path, tables: Tables, manifest: dict) -> None:
    """`tables` by name; what a sheet can't hold, and what is for one reader, is left out and the contents say so."""
    left_out = {name: why for name, table in tables.items() if (why := _left_out(name, table))}
    kept = {name: table for name, table in tables.items() if name not in left_out}
    sheets = [_contents(tables, left_out), _notes(manifest), _columns(), *(_sheet(n, t) for n, t in kept.items())]
    write_book(path, f"Release {manifest['release']}", sheets)


@cache
def _texts() -> dict:
    return yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8"))


def _left_out(name: str, table: pl.DataFrame) -> str:
    """Why a table has no sheet; empty where it has one."""
    longest = [table[c].str.len_chars().max() or 0 for c, kind in table.schema.items() if kind == pl.String]
    if name in FOR_ONE:
        return _texts()["for_one"]
    if table.height >= MOST_ROWS:
        return _texts()["too_long"]
    return _texts()["too_wide"] if max(longest, default=0) > MOST_CHARACTERS else ""


def _contents(tables: Tables, left_out: dict[str, str]) -> Sheet:
    rows = [
        (name, dictionary()[name].meaning, table.height, table.width, left_out.get(name, ""))
        for name, table in tables.items()
    ]
    table = pl.DataFrame(rows, ["sheet", "what it holds", "rows", "columns", "left out"], orient="row")
    links = tuple((k, row[0]) for k, row in enumerate(rows, 2) if row[0] not in left_out)
    return Sheet("contents", table, {"sheet": STYLE.link, "rows": STYLE.whole, "columns": STYLE.whole}, links)


def _notes(manifest: dict) -> Sheet:
    rules = ", ".join(f"{name}: {value}" for name, value in sorted(manifest["rules"].items()) if value is not None)
    slots = manifest | {"rules": rules, "instruments": ", ".join(manifest["instruments"])}
    said = [*_texts()["always"], *(_texts()["unprotected"] if manifest["suppression_off"] else [])]
    rows = [(head, text.format(**slots)) for head, text in said]
    return Sheet("notes", pl.DataFrame(rows, ["about", "note"], orient="row"), {}, widths={"about": 28, "note": 110}, wrap=True)


def _columns() -> Sheet:
    rows = [
        (table.name, c.name, c.type, "key" if c.key else "", c.unit, c.meaning, _values(c))
        for table in dictionary().values()
        for c in table.columns
    ]
    names = ["table", "column", "type", "key", "unit", "meaning", "values"]
    return Sheet("columns", pl.DataFrame(rows, names, orient="row"), {}, widths={"meaning": 60, "values": 60}, wrap=True)


def _values(column: Column) -> str:
    return "\n".join([*([f"see {column.codes}"] if column.codes else []), *(f"{k}: {v}" for k, v in column.values.items())])


def _sheet(name: str, table: pl.DataFrame) -> Sheet:
    formats = {c.name: _format(c) for c in dictionary()[name].columns}
    return Sheet(name, table, formats)


def _format(column: Column) -> int:
    if column.type == "number":
        return STYLE.small if column.unit == SMALL else STYLE.number
    return STYLE.whole if column.type == "integer" else STYLE.text
