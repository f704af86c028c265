"""Frames: what they may say, and what is refused with a reason."""

import pytest

from pipeline.errors import ConfigurationError
from pipeline.frames import check_frames, make_frame, margins_of_units
from pipeline.workspace import WeightingRules
from tests.estimate.worlds import INSTRUMENT, UNIT

RULES = WeightingRules()


def rows(*margins: tuple) -> list[dict[str, str]]:
    keys = dict(zip(("member", "wave", "population"), UNIT, strict=True))
    return [{**keys, "margin": m, "category": c, "count": str(n)} for m, c, n in margins]


def frame(*margins: tuple, strata: set[str] = frozenset(), rules: WeightingRules = RULES):
    return make_frame(UNIT, margins_of_units(rows(*margins))[UNIT], INSTRUMENT, set(strata), rules)


def test_margins_that_miss_the_total_by_little_are_scaled_and_the_difference_is_kept():
    """Published staff tables: 4,379 + 16,140 is not 20,558."""
    got = frame(("total", "", 20558), ("G", "a", 4379), ("G", "b", 16140))
    assert got.total == 20558
    assert sum(got.margins["G"].values()) == pytest.approx(20558)
    assert got.differences["G"] == pytest.approx(20519 / 20558 - 1)


def test_margins_that_contradict_each_other_are_refused_with_the_difference():
    with pytest.raises(ConfigurationError, match=r"H adds up to 90, but the total is 100, -10 \(-10.0%\)"):
        check_frames(rows(("G", "a", 50), ("G", "b", 50), ("H", "a", 45), ("H", "b", 45)), [INSTRUMENT], 0.01)


def test_the_workspace_may_allow_more():
    rules = WeightingRules(margin_tolerance=0.2)
    got = frame(("G", "a", 50), ("G", "b", 50), ("H", "a", 45), ("H", "b", 45), rules=rules)
    assert sum(got.margins["H"].values()) == pytest.approx(100)


def test_a_margin_whose_categories_are_the_strata_counts_the_strata():
    got = frame(("region", "n", 60), ("region", "s", 40), strata={"n", "s"})
    assert got.strata == {"n": 60, "s": 40} and got.total == 100 and not got.margins


def test_sampling_units_are_counted_in_all_per_stratum_or_one_by_one():
    assert frame(("psu", "", 757)).psus == {"": 757}
    assert frame(("psu", "n", 30), ("psu", "s", 20), strata={"n", "s"}).psus == {"n": 30, "s": 20}
    assert frame(("psu", "d1", 12), ("psu", "d2", 8), ("psu", "d3", 9)).psus == {"": 3}


def test_planned_answers_are_no_margin():
    got = frame(("planned", "", 285), ("total", "", 900))
    assert (got.planned, got.total, got.margins) == (285, 900, {})


@pytest.mark.parametrize(
    ("margin", "message"),
    [(("age", "x", 5), "margin 'age' is no question"), (("G", "zzz", 5), "'zzz' is none of its codes or labels")],
)
def test_what_the_instrument_does_not_know_is_named(margin, message):
    with pytest.raises(ConfigurationError, match=message):
        frame(margin)


def test_a_category_stands_once():
    with pytest.raises(ConfigurationError, match="stands twice"):
        margins_of_units(rows(("G", "a", 1), ("G", "a", 2)))


def test_a_population_without_instrument_is_named():
    with pytest.raises(ConfigurationError, match="no instrument addresses the population 'q'"):
        check_frames([{**rows(("G", "a", 1))[0], "population": "q"}], [INSTRUMENT], 0.01)


def test_a_margin_that_counts_nobody_is_refused():
    with pytest.raises(ConfigurationError, match="counts nobody"):
        frame(("G", "a", 0), ("G", "b", 0))
