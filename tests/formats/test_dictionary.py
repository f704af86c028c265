"""The data dictionary says of every column of a release what it means, and nothing that is not so."""

import json

import polars as pl
import pytest

from pipeline.audit.tables import KEYS, allowed
from pipeline.columns import TABLE_KEYS, TABLES
from pipeline.formats.dictionary import TYPES, dictionary, document
from pipeline.formats.page import PAGE, page

KINDS = {"text": pl.String, "date": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}
COLUMNS = [(table, column) for table in dictionary().values() for column in table.columns]


@pytest.fixture(scope="module")
def tables(sample_run) -> dict[str, pl.DataFrame]:
    return {p.stem: pl.read_parquet(p) for p in (sample_run / "release").glob("*.parquet")}


def test_every_table_and_column_of_a_release_is_in_it(tables):
    assert {name: table.columns for name, table in tables.items()} == {
        name: [c.name for c in table.columns] for name, table in dictionary().items()
    }


def test_every_column_has_a_meaning_and_a_type():
    for table, column in COLUMNS:
        assert len(column.meaning) > 3 and column.type in TYPES, (table.name, column.name)
        assert all(said for said in column.values.values()), (table.name, column.name)


def test_a_column_without_a_meaning_is_an_error(monkeypatch):
    monkeypatch.setitem(TABLES, "modes", [*TABLES["modes"], "new"])
    with pytest.raises(KeyError, match="new"):
        dictionary.__wrapped__()


def test_a_figure_has_a_unit_unless_it_is_a_statistic_of_a_test():
    bare = {c.name for _, c in COLUMNS if c.type in ("number", "integer") and not c.unit}
    assert bare == {"df", "df_numerator", "statistic", "departure_statistic", "departure_df", "cap", "rate_per"}


def test_columns_are_of_the_type_it_says(tables):
    for table, column in COLUMNS:
        assert tables[table.name][column.name].dtype == KINDS[column.type], (table.name, column.name)


def test_closed_lists_hold_every_value_there_is(tables):
    closed = [(t, c) for t, c in COLUMNS if c.values]
    assert len(closed) > 40
    for table, column in closed:
        seen = set(tables[table.name][column.name].drop_nulls()) - {""}
        assert seen <= set(column.values), (table.name, column.name)


def test_statuses_kinds_measures_tests_and_verdicts_are_closed_lists():
    named = {"status", "kind", "measure", "test", "verdict", "adjustment", "check", "bridge", "indicator_kind", "effect_name"}
    assert {c.name for _, c in COLUMNS if c.name in named and not c.values} == set()


def test_its_keys_tell_every_row_from_every_other(tables):
    for table in dictionary().values():
        keys = tables[table.name].select(table.keys)
        assert table.keys and not keys.is_duplicated().any(), table.name
        assert keys.null_count().sum_horizontal().item() == 0, table.name


def test_the_auditor_knows_the_same_tables():
    assert set(KEYS) == set(TABLES) == set(TABLE_KEYS)
    for name in TABLES:
        assert set(TABLES[name]) <= set(allowed(name)), name


def test_a_name_means_one_thing_unless_a_table_says_otherwise():
    meanings: dict[str, set[str]] = {}
    for _, column in COLUMNS:
        meanings.setdefault(column.name, set()).add(column.meaning)
    assert sum(len(said) > 1 for said in meanings.values()) <= 20
    assert all(len(said) == 1 for name, said in meanings.items() if name in ("status", "measure", "n_effective", "se_low"))


def test_the_release_holds_it(sample_run):
    written = json.loads((sample_run / "release" / "dictionary.json").read_text(encoding="utf-8"))
    assert written == document()


def test_the_parquet_files_hold_the_meanings(sample_run):
    told = pl.read_parquet_metadata(sample_run / "release" / "modes.parquet")
    assert json.loads(told["columns"])["share"] == next(c.meaning for _, c in COLUMNS if c.name == "share")


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m pipeline.formats.page`"
