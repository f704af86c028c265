"""Whatever is hidden, the truth lies between the bounds that the attacks work out."""

import random

import polars as pl
import pytest

from pipeline.audit.answers import bounded_answers
from pipeline.audit.bounds import bounded
from pipeline.audit.desk import Desk
from pipeline.audit.linked import linked_bounds
from pipeline.audit.relations import EVERYBODY, VALID, cells
from tests.audit.microdata import PROFILE
from tests.audit.releases import domain, good_release, item, unit

UNIT = ["member", "wave", "population"]


@pytest.fixture(scope="module", params=range(4))
def attacked(request, tmp_path_factory) -> tuple[Desk, pl.DataFrame]:
    """A release of which groups of questions are hidden at random, and the true figures."""
    release, draw = good_release(), random.Random(request.param)
    for member in ("GHA", "KEN", "EST", "TON"):
        for code in ("Q1", "Q2", "Q4"):
            variable = draw.choice(["P2", "P2", "P1"])
            groups = draw.sample(PROFILE[variable], 2)
            release.hide(unit(member, "2024") & domain(variable, *groups) & item(code))
    return Desk(release.write(tmp_path_factory.mktemp("hidden"))[0]), release.truth


def true_bases(truth: pl.DataFrame) -> dict[tuple, int]:
    """(member, wave, variable, group, indicator) -> base."""
    valid = truth.filter(pl.col("measure").is_in(VALID))
    sizes = truth.filter(pl.col("measure") == "nonresponse").with_columns(indicator=pl.lit(EVERYBODY))
    names = ["member", "wave", "domain_variable", "domain_category", "indicator"]
    return {tuple(r[:-1]): r[-1] for r in pl.concat([valid, sizes]).select(*names, "n").iter_rows()}


def test_bases_lie_between_their_bounds(attacked):
    desk, truth = attacked
    bases, derived = true_bases(truth), {}
    for row in desk.cells.filter(pl.col("derived").is_not_null()).iter_rows(named=True):
        key = (row["member"], row["wave"], row["domain_variable"], row["domain_category"], row["indicator"])
        derived[key] = row["derived"]
        assert bases[key] == row["derived"], key
    checked = 0
    for row in bounded(desk.relations).iter_rows(named=True):
        for group in row["names"]:
            key = (row["member"], row["wave"], row["domain_variable"], group, row["indicator"])
            if key not in derived:
                assert row["low"] <= bases[key] <= row["high"], key
                checked += 1
    assert checked > 10


def test_linked_bases_lie_between_their_bounds(attacked):
    desk, truth = attacked
    bases, checked = true_bases(truth), 0
    for (member, wave, _), (variable, group), indicator, low, high in linked_bounds(desk):
        assert low <= bases[member, wave, variable, group, indicator] <= high
        checked += 1
    assert checked > 0


def test_sensitive_answers_lie_between_their_bounds(attacked):
    desk, truth = attacked
    answers = truth.filter(pl.col("measure") == "share", pl.col("indicator") == "Q4").with_columns(
        count=(pl.col("estimate") * pl.col("n")).round().cast(pl.Int64)
    )
    names = ["member", "wave", "domain_variable", "domain_category", "category"]
    counts = {tuple(r[:-1]): r[-1] for r in answers.select(*names, "count").iter_rows()}
    rows = bounded_answers(desk)
    assert rows.height > 10
    for row in rows.iter_rows(named=True):
        key = (row["member"], row["wave"], row["domain_variable"], row["group"], row["category"])
        assert row["low"] <= counts[key] <= row["high"], key


def test_bases_of_an_unspoilt_release_are_read_off(attacked):
    _, truth = attacked
    known = cells(truth.with_columns(shown=True, weighted=False, role=pl.lit("")))
    assert known.filter("hidden").is_empty() and known["n"].null_count() == 0
