"""Mechanical attacks: what lies in the release that does not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.tables import DOCUMENTS, FIGURES, KEYS, allowed

COPIES = ("release.xlsx", "estimates.sdmx.csv", "estimates.sdmx.json")  # see pipeline/audit/copies.py
SHORTEST_KEY = 32
KEY_LIKE = re.compile(r"[0-9a-f]{32,}")
BLACKENED = bytes(ord("0") if chr(byte) in "0123456789abcdef" else ord(" ") for byte in range(256))
PAGE_FILES = {".html", ".css", ".js", ".png", ".svg", ".json", ".csv", ".parquet", ".woff2", ".ico", ".txt", ".jsonl", ""}
# In a table of peers these give the sample's size away (effective size = n / deff, the error falls as 1/sqrt n).
TELLING = {"n", "n_effective", "deff", "df", "se", "wave", "weight", "rank"}


def foreign_files(desk: Desk) -> Iterator[Finding]:
    """Files that are no table or document of a release; among the pages, what no browser shows."""
    expected = {f"{n}.{end}" for n in KEYS for end in ("parquet", "csv", "csv-metadata.json")}
    expected |= {f"{n}.json" for n in DOCUMENTS} | set(COPIES)
    for path in sorted(p for p in desk.release.rglob("*") if p.is_file()):
        name = path.relative_to(desk.release).as_posix()
        if name not in expected:
            yield Finding(
                "file", f"release: {name}", "this file is no part of a release; whoever gets the folder gets it"
            )
    if desk.reports:
        for path in sorted(p for p in desk.reports.rglob("*") if p.is_file()):
            suffix = "" if "LICENSE" in path.name else path.suffix or "?"
            if suffix not in PAGE_FILES:
                name = path.relative_to(desk.reports).as_posix()
                yield Finding("file", f"reports: {name}", "this file is no page and no part of one")


def secrets(desk: Desk) -> Iterator[Finding]:
    """Long hexadecimal words that are no fingerprint the manifest states: with the key, every pseudonym falls."""
    stated = {desk.manifest.get("fingerprint", "")} | {i.get("sha256", "") for i in desk.manifest.get("inputs", [])}
    for name, text in _texts(desk):
        for word in sorted({w for w in _key_like(text) if w not in stated}):
            yield Finding("secret", name, f"holds a long hexadecimal word ({word[:4]}...) that may be a key")


def _key_like(text: str) -> list[str]:
    """Hexadecimal words as long as a key; first a look that takes a fifth of the time, and finds none in most texts."""
    return KEY_LIKE.findall(text) if b"0" * SHORTEST_KEY in text.encode().translate(BLACKENED) else []


def _texts(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every text in the release and on the pages; of tables, each different word once."""
    for path in sorted(desk.release.glob("*.json")):
        yield f"release: {path.name}", path.read_text(encoding="utf-8")
    for name, table in desk.tables.items():
        for column in table.columns:
            if table[column].dtype == pl.String and (table[column].str.len_bytes().max() or 0) >= SHORTEST_KEY:
                yield f"{name}: column {column}", "\n".join(table[column].unique().drop_nulls().sort())
    for path in sorted(p for p in desk.reports.rglob("*") if p.suffix in (".html", ".jsonl")) if desk.reports else []:
        yield f"reports: {path.relative_to(desk.reports).as_posix()}", path.read_text(encoding="utf-8")


def foreign_columns(desk: Desk) -> Iterator[Finding]:
    """Columns that a table does not have: respondents, exact sizes, anything nobody has judged."""
    for name, table in desk.tables.items():
        extra = [c for c in table.columns if c not in allowed(name)]
        telling = [c for c in extra if name == "peers" and c in TELLING]
        if telling:
            yield Finding("peer-column", "peers", f"{listed(telling)}: tells how many answered, and so who it is")
        if other := [c for c in extra if c not in telling]:
            yield Finding("column", name, f"{listed(other)}: no column of this table")


def unlike_copies(desk: Desk) -> Iterator[Finding]:
    """CSV and Parquet of a table that do not say the same."""
    for name, table in desk.tables.items():
        path = desk.release / f"{name}.csv"
        stored = desk.release / f"{name}.parquet"
        if path.exists() != stored.exists():
            yield Finding("csv", f"{name}.csv", "only one of CSV and Parquet is there")
        elif path.exists() and (difference := _difference(path, stored, table)):
            yield Finding("csv", f"{name}.csv", difference)


def _difference(path, stored, table: pl.DataFrame) -> str:
    """What differs between a table's two copies, in words; empty where nothing does."""
    schema = pl.read_parquet_schema(stored)
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline().strip().split(",")
    if header != list(schema):
        return f"its columns are not those of the Parquet file: {listed(sorted(set(header) ^ set(schema)) or header)}"
    try:
        copy = pl.read_csv(path, schema=schema)
    except pl.exceptions.PolarsError:
        return "it can't be read as the Parquet file's columns"
    if copy.height != table.height:
        return f"it has {copy.height} rows, the Parquet file {table.height}"
    differing = [c for c in schema if not copy[c].equals(table[c], null_equal=True) and not _marked(copy[c], table[c])]
    return f"its {listed(differing)} differ from the Parquet file's" if differing else ""


def _marked(copy: pl.Series, column: pl.Series) -> bool:
    """Whether texts differ by nothing but the apostrophe before what a spreadsheet might take for a formula."""
    return column.dtype == pl.String and bool((copy.eq_missing(column) | ((copy == "'" + column) & column.str.contains(r"^[=+\-@\t\r]"))).fill_null(False).all())


def suppressed_values(desk: Desk) -> Iterator[Finding]:
    """Figures left in rows that are called suppressed."""
    for name, table in desk.tables.items():
        figures = [c for c in FIGURES[name] if c != "as_of"]
        left = pl.any_horizontal(pl.col(c).is_not_null() for c in figures)
        for row in table.filter((pl.col("status") == "suppressed") & left).iter_rows(named=True):
            filled = [c for c in figures if row[c] is not None]
            yield Finding("suppressed-value", place(name, row), f"suppressed, yet {listed(filled)} can be read")
