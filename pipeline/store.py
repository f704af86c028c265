"""The DuckDB store: connect, keep whole, run the SQL models in sql/.

One writer. A run builds into a temporary file beside the store and renames it
when it is whole, so a killed run leaves the last good store.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import duckdb
import polars as pl

from pipeline.code import PROJECT
from pipeline.errors import StageError, said_by

SQL = PROJECT / "sql"
# what comes in is given as frames: no statement, whatever a heading made of it, opens a file or an address
CONFIG = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "memory_limit": "1GB"}
CLOSED = {"enable_external_access": False}
DAMAGED = re.compile("corrupt|checksum", re.IGNORECASE)  # of DuckDB's words for a file that does not hold what was written
SESSION = "SET python_enable_replacements = false; SET TimeZone = 'UTC'"


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """`value` as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


class BrokenStoreError(StageError):
    """The store's file is no whole store."""


def broken(path: Path, error: duckdb.Error) -> BrokenStoreError:
    return BrokenStoreError(f"{path}: is broken ({said_by(error)}). Make it anew from the inbox with `cips ingest`.")


class Store:
    """A connection with the few verbs that the stages need."""

    def __init__(self, path: Path, read_only: bool = False, threads: int | None = None, standing: Path | None = None):
        """`threads`: how many may add up (all cores, if left out); with one, sums are the same to the last bit every time.

        `standing`: another store, whose rows may be copied here, see `copy`.
        """
        config = CONFIG if threads is None else CONFIG | {"threads": threads}
        self.standing = standing
        try:
            self.connection = duckdb.connect(str(path), read_only=read_only, config=config if standing else config | CLOSED)
            if standing:
                self._attach(standing)
        except duckdb.Error as error:
            if "lock" in said_by(error):
                raise StageError(f"{path}: another program has it open ({said_by(error)}). Close it and run again.") from None
            raise broken(path, error) from None
        self.connection.execute(SESSION).fetchall()

    def _attach(self, standing: Path) -> None:
        """It is the last file that is opened."""
        self.connection.execute(f"ATTACH {text(str(standing))} AS standing (READ_ONLY)").fetchall()
        for name, value in CLOSED.items():
            self.connection.execute(f"SET {name} = {value}").fetchall()

    def execute(self, sql: str, parameters=None) -> list[tuple]:
        return self.connection.execute(sql, parameters or []).fetchall()

    def frame(self, sql: str, parameters: dict | None = None) -> pl.DataFrame:
        return self.connection.sql(sql, params=parameters).pl()

    def run_model(self, name: str, **parameters) -> None:
        """Run sql/<name>.sql; `parameters` fill its $names."""
        self.connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"), parameters or None).fetchall()

    def frame_of(self, name: str, **parameters) -> pl.DataFrame:
        """What the query in sql/<name>.sql gives; `parameters` fill its $names."""
        return self.frame((SQL / f"{name}.sql").read_text(encoding="utf-8"), parameters or None)

    def write(self, table: str, frame: pl.DataFrame) -> None:
        """Replace `table` by `frame`."""
        self._take(f"CREATE OR REPLACE TABLE {identifier(table)} AS", frame)

    def append(self, table: str, frame: pl.DataFrame, categories: dict[str, list[str]] | None = None) -> None:
        """Add the rows of `frame` to `table`, which is made where it is not there yet.

        categories: of columns that have few values, all of them: kept as ENUM, which takes a quarter of the time to write and to read.
        """
        enums = [f"{identifier(c)}::ENUM ({', '.join(map(text, of))}) AS {identifier(c)}" for c, of in (categories or {}).items()]
        replaced = f" REPLACE ({', '.join(enums)})" if enums and table not in self.tables() else ""
        self._take(self._adding(table), frame, f"*{replaced}")

    def copy(self, table: str, submissions: list[str]) -> None:
        """Add the rows that the standing store's `table` has of `submissions`, in its order. Raises BrokenStoreError."""
        try:
            self.execute(f"{self._adding(table)} SELECT * FROM standing.{identifier(table)} WHERE list_contains(?, _submission)", [submissions])
        except duckdb.Error as error:
            if isinstance(error, duckdb.CatalogException) or DAMAGED.search(str(error)):
                raise broken(self.standing, error) from None
            raise

    def _adding(self, table: str) -> str:
        name = identifier(table)
        return f"INSERT INTO {name} BY NAME" if table in self.tables() else f"CREATE TABLE {name} AS"

    def _take(self, verb: str, frame: pl.DataFrame, columns: str = "*") -> None:
        self.connection.register("incoming", frame)
        self.execute(f"{verb} SELECT {columns} FROM incoming")
        self.connection.unregister("incoming")

    def tables(self) -> list[str]:
        return [row[0] for row in self.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY 1")]

    def beside(self) -> Store:
        """Another connection to the same store, with temporary tables of its own, for another thread."""
        other = copy(self)
        other.connection = self.connection.cursor()
        other.connection.execute(SESSION).fetchall()
        return other

    def close(self) -> None:
        self.connection.close()


@contextmanager
def building(path: Path, standing: bool = False):
    """A new store that takes `path`'s place only if the block ends well.

    `standing`: whether rows of the store that stands there may be copied, see Store.copy.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".building")
        temporary.unlink(missing_ok=True)
        _forget_spilled(path, temporary)
        store = Store(temporary, standing=path if standing else None)
    except OSError as error:
        raise StageError(
            f"{path.parent}: can't write there ({error}). Give a writable folder with --out DIR."
        ) from None
    try:
        yield store
        store.execute("CHECKPOINT")
        store.close()
        temporary.replace(path)
    except (duckdb.IOException, duckdb.FatalException, duckdb.TransactionException) as error:
        raise StageError(f"{path}: can't be written ({said_by(error, 160)}). Make room, or give another folder with --out DIR.") from None
    finally:
        store.close()
        for leftover in (temporary, temporary.with_name(f"{temporary.name}.wal")):
            leftover.unlink(missing_ok=True)
        _forget_spilled(temporary)


def _forget_spilled(*stores: Path) -> None:
    """Remove what DuckDB laid on the disk while it had no memory left for it: answers, if the run was killed."""
    for store in stores:
        shutil.rmtree(store.with_name(f"{store.name}.tmp"), ignore_errors=True)
