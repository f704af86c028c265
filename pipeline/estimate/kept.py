"""Keeps the sums of units between runs: who answered nothing new is not counted again.

What is kept is found by a hash of all that it was made of: the answers as they stand in the store, the questionnaire, the
frame, the rules, and the code. It is as confidential as the store and lies beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from functools import cache
from pathlib import Path

import polars as pl

from pipeline.code import hash_of_code, hash_of_libraries
from pipeline.estimate.counted import Counted
from pipeline.store import SQL

ENDING = ".parquet"


class Kept:
    """A folder of sums, one file a unit; what no run asked for any more goes with `forget`."""

    def __init__(self, folder: Path | None):
        """Without a folder nothing is kept."""
        self.folder = folder
        self.asked: set[str] = set()

    def read(self, mark: str) -> Counted | None:
        """What was kept by that mark; None where there is nothing, or nothing whole."""
        self.asked.add(mark)
        if self.folder is None or not (path := self.folder / f"{mark}{ENDING}").is_file():
            return None
        try:
            row = pl.read_parquet(path)
            return Counted(*(row[f.name].explode(empty_as_null=False).struct.unnest() for f in fields(Counted)))
        except (pl.exceptions.PolarsError, OSError):
            return None

    def write(self, mark: str, counted: Counted) -> None:
        """Whole or not at all."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        row = pl.DataFrame([getattr(counted, f.name).to_struct(f.name).implode() for f in fields(Counted)])
        unfinished = self.folder / f"{mark}.unfinished"
        row.write_parquet(unfinished, compression="lz4", statistics=False)
        unfinished.replace(self.folder / f"{mark}{ENDING}")

    def forget(self) -> None:
        """Remove what was not asked for."""
        if self.folder is not None:
            for path in self.folder.glob("*"):
                if path.suffix != ENDING or path.stem not in self.asked:
                    path.unlink()


def mark_of(*parts: str) -> str:
    """A hash of what sums are made of; the code and the libraries that make them go in too."""
    return hashlib.sha256("\x1f".join((_code(), *parts)).encode()).hexdigest()


@cache
def _code() -> str:
    return hash_of_code(*SQL.glob("*.sql")) + hash_of_libraries(("polars", "duckdb", "numpy"))
