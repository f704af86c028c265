"""The release: the protected tables, all that reports may read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl

from pipeline.columns import COLUMNS, COUNTS, KEYS, WORDS

BUILDING = ".building"
Described = dict[str, dict[str, str]]


def publishable(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The table `name` with its columns in order; suppressed rows emptied but for keys and status."""
    columns, keys = COLUMNS[name], KEYS[name]
    shown = pl.col("status") != "suppressed"
    emptied = [pl.when(shown).then(pl.col(c)).alias(c) for c in columns if c not in keys and c != "status"]
    return frame.with_columns(emptied).select(columns).sort(keys, nulls_last=True)


def nothing(name: str) -> pl.DataFrame:
    """The table `name` without rows, to add rows to: texts for its keys and WORDS, whole numbers for COUNTS, else numbers."""
    kinds = dict.fromkeys((*KEYS[name], *WORDS, "status"), pl.String) | dict.fromkeys(COUNTS, pl.Int64)
    return pl.DataFrame(schema={c: kinds.get(c, pl.Float64) for c in COLUMNS[name]})


def beside(folder: Path) -> Path:
    """Where a release (or its reports) is made, to be put in place when it is whole."""
    return folder.with_name(folder.name + BUILDING)


def write_release(folder: Path, tables: dict[str, pl.DataFrame], documents: dict, described: Described | None = None) -> None:
    """Write tables as Parquet and CSV and documents (name -> content) as JSON into `folder`, which is emptied first.

    described: table -> what its Parquet file says of it, by key.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", metadata=(described or {}).get(name))
        _no_formulas(table).write_csv(folder / f"{name}.csv", include_bom=True)
    for name, document in documents.items():
        write_document(folder / f"{name}.json", document)


def _no_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """With an apostrophe before texts that a spreadsheet would take for a formula; numbers stay, signs and all."""
    text = pl.selectors.string()
    risky = text.str.contains(r"^[=+\-@\t\r]") & text.cast(pl.Float64, strict=False).is_null()
    return table.with_columns(pl.when(risky).then("'" + text).otherwise(text).name.keep())


def write_document(path: Path, document: dict) -> None:
    """Write JSON, always in the same order."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def put_in_place(folder: Path) -> None:
    """Let what was built beside `folder` take its place; what was there before goes last."""
    old = _old(folder)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.replace(old)
    beside(folder).replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put back what a run that was killed had moved away, and not yet replaced."""
    if not folder.exists() and _old(folder).exists():
        _old(folder).replace(folder)


def _old(folder: Path) -> Path:
    return folder.with_name(folder.name + ".old")
