"""SQL over a release's tables."""

from __future__ import annotations

import re

import duckdb
import polars as pl

from pipeline.analyst.opened import Release
from pipeline.errors import ConfigurationError

FORMATS = ("table", "csv", "json", "markdown")
READS = {"SELECT", "EXPLAIN", "RELATION"}


def query(release: Release, sql: str) -> pl.DataFrame:
    """The answer to one statement that reads, over tables that bear the release's names.

    Only what the statement names is loaded; then DuckDB can reach no file, network
    or extension. Raises ConfigurationError, with what there is, for anything that can't be answered.
    """
    with duckdb.connect(":memory:") as connection:
        try:
            statements = connection.extract_statements(sql)
        except duckdb.Error as error:
            raise ConfigurationError(_said(error)) from None
        if len(statements) != 1 or statements[0].type.name not in READS:
            raise ConfigurationError("One statement that reads, please: SELECT ..., or FROM ...")
        for name in release.tables:
            if re.search(rf"(?<!\w){name}(?!\w)", sql, re.IGNORECASE):
                connection.register("loading", release[name].to_arrow())
                connection.execute(f'CREATE TABLE "{name}" AS FROM loading')
                connection.unregister("loading")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            return connection.execute(sql).pl()
        except duckdb.CatalogException as error:
            raise ConfigurationError(f"{_said(error)}\nTables of this release: {', '.join(release.tables)}.") from None
        except duckdb.Error as error:
            raise ConfigurationError(_said(error)) from None


def _said(error: duckdb.Error) -> str:
    """DuckDB's own words: they say what is wrong and where."""
    return str(error).strip()


def written(answer: pl.DataFrame, form: str) -> str:
    """An answer as text, in one of FORMATS."""
    if form == "csv":
        return answer.write_csv().rstrip("\n")
    if form == "json":
        return answer.write_json()
    style = "ASCII_MARKDOWN" if form == "markdown" else "UTF8_FULL_CONDENSED"
    with pl.Config(
        tbl_formatting=style, tbl_rows=-1, tbl_cols=-1, tbl_width_chars=10_000, fmt_str_lengths=10_000,
        tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True,
    ):  # fmt: skip
        return str(answer)
