"""A change in who was asked is no change: wave changes at the same composition."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.design import Frame
from tests.estimate.two_waves import (
    EARLIER,
    INSTRUMENT,
    LATER,
    adjusted,
    change,
    plain_by_rows,
    regressed_by_rows,
    standardised_by_rows,
    taken_apart,
    variance_by_rows,
    wave,
)

STATISTICS = {
    "standardised": standardised_by_rows,
    "regression": regressed_by_rows,
    "composition": lambda w, part: plain_by_rows(w, part) - standardised_by_rows(w, part),
}


def flipped(seed: int, n: int = 300, level: float = 50.0, **design) -> pl.DataFrame:
    """85 % managers, then 23 %; the later wave's opinion is `level`, the earlier's 50."""
    rng = np.random.default_rng(seed)
    return pl.concat([wave(EARLIER, n, 0.85, rng, **design), wave(LATER, n, 0.23, rng, level=level, **design)])


@pytest.mark.parametrize("adjustment", STATISTICS)
@pytest.mark.parametrize("design", [{}, {"weighted": True}, {"psus": 30}, {"strata": 3, "weighted": True, "psus": 20}])
def test_figures_and_errors_are_those_computed_row_by_row(adjustment, design):
    rows = flipped(3, n=200, **design).with_columns(pl.when(pl.col("_row") % 11 == 0).then(pl.lit("9")).otherwise("Q").alias("Q"))
    if "psus" in design:  # a sampling unit lies in one stratum
        rows = rows.with_columns(_psu=pl.col("_stratum") + "-" + pl.col("_psu"))
    found = change(adjusted(rows), adjustment)
    statistic, part = STATISTICS[adjustment], taken_apart(rows)
    assert found["difference"] == pytest.approx(statistic(part["w"], part), abs=1e-9)
    assert found["variance_of_difference"] == pytest.approx(variance_by_rows(statistic, rows), rel=1e-6)


def test_who_was_asked_does_not_count_as_change():
    found = adjusted(flipped(1, n=2000))
    plain = change(found, "composition")["difference"] + change(found, "standardised")["difference"]
    assert plain < -10, "managers think better by some 20 points, and there are fewer of them"
    for method in ("standardised", "regression"):
        row = change(found, method)
        assert abs(row["difference"]) < 3 * np.sqrt(row["variance_of_difference"])


def test_a_change_of_opinion_is_found_beside_the_change_of_composition():
    found = adjusted(flipped(2, n=2000, level=58.0))
    for method in ("standardised", "regression"):
        assert change(found, method)["difference"] > 5


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_plain_change_is_the_adjusted_one_and_the_composition_alone(seed):
    """Kitagawa (1955), with the mean of both waves' compositions."""
    rows = flipped(seed, n=150)
    found, part = adjusted(rows), taken_apart(rows)
    both = change(found, "standardised")["difference"] + change(found, "composition")["difference"]
    assert both == pytest.approx(plain_by_rows(part["w"], part), abs=1e-9)


STAFF = {"m": 1000.0, "s": 3000.0}


def by_the_frame(w: np.ndarray, part: dict) -> float:
    """Standardised to the later wave, whose weights are brought to the staff's numbers first."""
    grade, weights = np.array([g[0] for g in part["group"]]), w.copy()
    for g, count in STAFF.items():
        mine = (grade == g) & part["later"]
        weights[mine] *= count / w[mine].sum()
    return standardised_by_rows(weights, part | {"group": grade}, share_of_later=1.0)


def test_where_a_frame_counts_the_staff_its_composition_is_the_reference_and_is_known():
    rows, frame = flipped(4), Frame(total=4000.0, margins={"GRADE": STAFF}, finite=False)
    found = adjusted(rows, {LATER: frame}, instrument=INSTRUMENT.model_copy(update={"standardise_by": ("GRADE",)}))
    part, row = taken_apart(rows), change(found, "standardised")
    assert found.notes["reference"].to_list() == ["frame"]
    assert row["difference"] == pytest.approx(by_the_frame(part["w"], part), abs=1e-9)
    assert row["variance_of_difference"] == pytest.approx(variance_by_rows(by_the_frame, rows), rel=1e-6)


def test_a_grade_that_is_missing_in_one_wave_leaves_nothing_to_compare():
    rows = flipped(5).with_columns(
        GRADE=pl.when(pl.col("_wave") == "2024", pl.col("GRADE") == "m").then(pl.lit("t")).otherwise("GRADE")
    )
    found = adjusted(rows)
    assert found.changes.is_empty()
    assert found.notes.select("reason", "variable").rows() == [("no_overlap", "waves:GRADE")]


def test_a_few_of_a_grade_that_the_other_wave_lacks_are_left_out():
    rows = flipped(6).with_columns(
        GRADE=pl.when(pl.col("_wave") == "2024", pl.col("_row") < 4).then(pl.lit("t")).otherwise("GRADE")
    )
    found = change(adjusted(rows), "standardised")
    without = change(adjusted(rows.filter(pl.col("GRADE") != "t")), "standardised")
    assert found["difference"] == pytest.approx(without["difference"])
    assert found["n"] == 296


def test_variables_are_dropped_from_the_last_until_every_group_is_large_enough():
    rows = flipped(7).with_columns(
        GENDER=pl.when(pl.col("GRADE") == "m", pl.col("_wave") == "2024", pl.col("_row") > 20).then(pl.lit("f")).otherwise("GENDER")
    )
    sizes = rows.filter(pl.col("GRADE") == "m", pl.col("_wave") == "2024", pl.col("GENDER") == "m").height
    assert 0 < sizes < 5
    notes = adjusted(rows).notes
    assert notes["held_fixed"].to_list() == ["waves:GRADE"]
    assert notes["held_fixed_by_regression"].to_list() == ["waves:GRADE gender"]


def test_where_the_first_variable_s_groups_are_too_small_only_the_regression_is_left():
    rows = flipped(8).with_columns(
        GRADE=pl.when(pl.col("_row") < 3).then(pl.lit("t")).otherwise("GRADE")
    )
    found = adjusted(rows)
    assert set(found.changes["adjustment"]) == {"regression"}
    assert found.notes["held_fixed"].to_list() == [""]


def test_who_left_a_variable_open_has_no_part_in_the_adjusted_change():
    rows = flipped(9).with_columns(GRADE=pl.when(pl.col("_row") < 50).then(None).otherwise("GRADE"))
    found = change(adjusted(rows), "standardised")
    assert found["n"] == 250
    assert found["difference"] == pytest.approx(change(adjusted(rows.drop_nulls("GRADE")), "standardised")["difference"])


def test_hidden_groups_are_not_told_apart():
    """Held apart, their means could be worked out from the plain and the adjusted change."""
    rng = np.random.default_rng(10)
    rows = flipped(10).with_columns(GRADE=pl.when(pl.Series(rng.random(600) < 0.3)).then(pl.lit("t")).otherwise("GRADE"))
    hidden = [(LATER, "GRADE", "s"), (LATER, "GRADE", "t")]
    merged = rows.with_columns(GRADE=pl.col("GRADE").replace("t", "s"))
    found, expected = change(adjusted(rows, hidden=hidden), "standardised"), change(adjusted(merged), "standardised")
    assert found["difference"] == pytest.approx(expected["difference"])
    assert found["variance_of_difference"] == pytest.approx(expected["variance_of_difference"])


def test_a_variable_all_of_whose_groups_are_hidden_is_not_used():
    hidden = [(EARLIER, "GRADE", "m"), (EARLIER, "GRADE", "s")]
    notes = adjusted(flipped(11), hidden=hidden).notes
    assert notes.select("held_fixed", "left_out").rows() == [("gender", "waves:GRADE")]


def test_an_indicator_hidden_in_one_group_is_not_adjusted_by_it():
    blocks = [(LATER, "GRADE", "m", "Q"), (LATER, "GRADE", "s", "Q")]
    assert adjusted(flipped(12), hidden_blocks=blocks).changes.is_empty()


def test_who_was_asked_is_not_itself_adjusted():
    assert set(adjusted(flipped(13)).changes["indicator"]) == {"Q"}
