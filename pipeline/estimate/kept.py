"""Keeps what was worked out between runs: who answered nothing new is neither counted nor fitted again.

What is kept is found by a hash of all that it was made of: answers, questionnaire, frame, rules, and the code. It is as
confidential as the store and lies beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path

import polars as pl

from pipeline.code import hash_of_code, hash_of_libraries
from pipeline.estimate.counted import Counted
from pipeline.store import SQL

UNFINISHED = ".unfinished"


class _Kept:
    """A folder of files by their marks; what no run asked for any more goes with `forget`."""

    def __init__(self, folder: Path | None):
        """Without a folder nothing is kept."""
        self.folder = folder
        self.asked: set[str] = set()

    def _found(self, mark: str) -> Path | None:
        self.asked.add(mark)
        path = self.folder and self.folder / mark
        return path if path and path.is_file() else None

    def _put(self, mark: str, write: Callable[[Path], object]) -> None:
        """Whole or not at all."""
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = self.folder / f"{mark}{UNFINISHED}"
            write(unfinished)
            unfinished.replace(self.folder / mark)

    def forget(self) -> None:
        """Remove what was not asked for."""
        for path in self.folder.glob("*") if self.folder else ():
            if path.name not in self.asked:
                path.unlink(missing_ok=True)


class KeptCounts(_Kept):
    """The sums of units, one file each."""

    def read(self, mark: str) -> Counted | None:
        """None where nothing is kept by that mark, or nothing whole."""
        path = self._found(mark)
        try:
            row = pl.read_parquet(path) if path else None
            return None if row is None else Counted(*(row[f.name].explode(empty_as_null=False).struct.unnest() for f in fields(Counted)))
        except (pl.exceptions.PolarsError, OSError):
            return None

    def write(self, mark: str, counted: Counted) -> None:
        def as_one_row(path: Path) -> None:
            row = pl.DataFrame([getattr(counted, f.name).to_struct(f.name).implode() for f in fields(Counted)])
            row.write_parquet(path, compression="lz4", statistics=False)

        self._put(mark, as_one_row)


class KeptRows(_Kept):
    """Rows of a table, one file for all that were made together."""

    def rows(self, mark: str, make: Callable[[], list[dict]]) -> list[dict]:
        """What is kept by that mark; else what `make` gives, which is kept."""
        path = self._found(mark)
        try:
            if path:
                return json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            pass  # nothing whole: made anew
        made = make()
        self._put(mark, lambda path: path.write_text(json.dumps(made, default=lambda number: number.item()), encoding="utf-8"))
        return made


def mark_of(*parts: str) -> str:
    """A hash of what something is made of; the code and the libraries that make it go in too."""
    return hashlib.sha256("\x1f".join((_code(), *parts)).encode()).hexdigest()


@cache
def _code() -> str:
    return hash_of_code(*SQL.glob("*.sql")) + hash_of_libraries(("polars", "duckdb", "numpy", "scipy"))
