"""A regression that reads the same as in an earlier run is not fitted again."""

import polars as pl
import pytest

from pipeline.estimate.drivers import run
from pipeline.estimate.drivers.run import drivers
from pipeline.estimate.kept import KeptRows
from tests.estimate.drivers.worlds import answers, limits, moments_of

MEMBERS = [f"M{k}" for k in range(3)]


@pytest.fixture
def fitted(monkeypatch):
    """The regressions that were fitted, by their keys, in a list."""
    seen, estimate_model = [], run.estimate_model

    def fits(sample, outcome, designs, key, importance):
        seen.append(key)
        return estimate_model(sample, outcome, designs, key, importance)

    monkeypatch.setattr(run, "estimate_model", fits)
    return seen


def world(**replaced) -> pl.DataFrame:
    return pl.concat([replaced.get(m, answers(k, 300, m)) for k, m in enumerate(MEMBERS)])


def found(rows: pl.DataFrame, folder) -> pl.DataFrame:
    moments = moments_of(rows)
    return drivers(moments.rows, moments.design, limits(moments), KeptRows(folder))


def test_nothing_new_is_not_fitted_and_gives_the_same_rows(tmp_path, fitted):
    first = found(world(), tmp_path)
    assert {key[0] for key in fitted} >= set(MEMBERS)
    fitted.clear()
    assert found(world(), tmp_path).equals(first) and fitted == []
    assert found(world(), None).equals(first)


def test_other_answers_of_one_unit_are_fitted_again_and_pools_that_hold_it(tmp_path, fitted):
    found(world(), tmp_path)
    fitted.clear()
    changed = world(M1=answers(9, 290, "M1"))
    again = found(changed, tmp_path)
    assert {key[0] for key in fitted} <= {"M1", "all"} and "M1" in {key[0] for key in fitted}
    assert again.equals(found(changed, None))


def test_a_broken_file_is_made_anew_and_what_nobody_asks_for_goes(tmp_path, fitted):
    first = found(world(), tmp_path)
    files = sorted(tmp_path.iterdir())
    files[0].write_text("[{", encoding="utf-8")
    (tmp_path / "0123.unfinished").touch()
    fitted.clear()
    assert found(world(), tmp_path).equals(first) and len(fitted) == 1
    assert sorted(tmp_path.iterdir()) == files
