"""What shared.py wrote, as a Python peer reads it; and how a peer is timed. Knows nothing of the pipeline.

A peer is run as `python PEER.py FOLDER RUNS`: it writes FOLDER/PEER.csv and, where it has tests, FOLDER/PEER-tests.csv,
and prints what it took as JSON.
"""

from __future__ import annotations

import importlib.metadata
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

UNIT = ["member", "wave", "population"]
COLUMNS = [*UNIT, "domain_variable", "domain_category", "indicator", "measure", "category", "estimate", "se"]
TEST_COLUMNS = [*UNIT, "domain_variable", "indicator", "test", "statistic", "df_numerator", "df", "p_value"]


@dataclass(frozen=True)
class Item:
    """One question: its measures (measure, category, column) and the categories by their number in `code.NAME`."""

    name: str
    measures: list[tuple[str, str, str]]
    categories: dict[int, str]

    @property
    def coded(self) -> str | None:
        """The column of the codes, where a respondent gives one of a few."""
        return f"code.{self.name}" if self.categories else None

    @property
    def uncoded(self) -> list[tuple[str, str, str]]:
        """The measures that the shares of the codes do not give."""
        return [m for m in self.measures if m[0] != "share" or not self.categories]

    @property
    def ordered(self) -> str | None:
        """The column that says where an answer stands in their order, where they have one."""
        return next((column for measure, _, column in self.measures if measure in ("mean_score", "mean")), None)


@dataclass(frozen=True)
class Unit:
    """One member, wave and population: its answers, its questions, and variable -> number -> category of its domains."""

    key: tuple[str, str, str]
    answers: pl.DataFrame
    items: list[Item]
    domains: dict[str, dict[int, str]]


Rows = Callable[[Unit, Any], Iterable[tuple]]


def units_in(folder: Path) -> list[Unit]:
    return [unit for path in sorted(folder.glob("answers-*.parquet")) for unit in _units(path)]


def _units(path: Path) -> Iterable[Unit]:
    stem = path.stem.removeprefix("answers-")
    items, domains = (_table(path.with_name(f"{name}-{stem}.csv")) for name in ("measures", "domains"))
    questions = [_item(name, rows) for (name,), rows in items.group_by("item", maintain_order=True)]
    named = {variable: _numbered(rows) for (variable,), rows in domains.group_by("variable", maintain_order=True)}
    for key, answers in pl.read_parquet(path).partition_by(UNIT, as_dict=True, maintain_order=True).items():
        yield Unit(key, answers, questions, named)


def _table(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).fill_null("")


def _item(name: str, rows: pl.DataFrame) -> Item:
    return Item(name, rows.select("measure", "category", "column").rows(), _numbered(rows.filter(pl.col("code") != "")))


def _numbered(rows: pl.DataFrame) -> dict[int, str]:
    return {int(code): category for category, code in rows.select("category", "code").iter_rows()}


def run(package: str, estimate: Callable[[Unit], Any], rows_of: Rows, test_rows_of: Rows | None = None) -> None:
    """Time `estimate` over all units, after a warm-up on the first.

    `rows_of` turns what it gives for a unit into COLUMNS after UNIT, `test_rows_of` into TEST_COLUMNS after UNIT.
    """
    folder, runs = Path(sys.argv[1]), int(sys.argv[2])
    units, clocks, cores = units_in(folder), [], []
    estimate(units[0])
    for _ in range(runs):
        clock, core = time.perf_counter(), time.process_time()
        found = [estimate(unit) for unit in units]
        clocks.append(time.perf_counter() - clock)
        cores.append(time.process_time() - core)
    _write(units, found, rows_of, COLUMNS, folder / f"{package}.csv")
    if test_rows_of:
        _write(units, found, test_rows_of, TEST_COLUMNS, folder / f"{package}-tests.csv")
    took = {"seconds": statistics.median(clocks), "cpu": statistics.median(cores)}
    print(json.dumps({"version": importlib.metadata.version(package)} | took))


def _write(units: list[Unit], found: list, rows_of: Rows, columns: list[str], path: Path) -> None:
    rows = [(*unit.key, *row) for unit, results in zip(units, found, strict=True) for row in rows_of(unit, results)]
    pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).write_csv(path)
