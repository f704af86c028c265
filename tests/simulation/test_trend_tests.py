"""A corner of the trends' simulation on every run; bounds are four Monte Carlo standard errors."""

import numpy as np
import pytest

from pipeline.estimate.trends import trends
from tests.simulation.trend_tests import drawn, ends, few_units, flat, one_out, rates, rising

DRAWS = 2000
BOUND = 4 * np.sqrt(0.05 * 0.95 / DRAWS)


@pytest.mark.parametrize("k", [3, 4, 6])
@pytest.mark.parametrize("n", [100, 400])
def test_where_nothing_moves_slopes_and_departures_are_found_once_in_twenty(k, n):
    got = rates(flat(k), n, DRAWS, seed=k)
    assert abs(got["slope"] - 0.05) < BOUND and abs(got["departure"] - 0.05) < BOUND
    assert abs(got["covered"] - 0.95) < BOUND


@pytest.mark.parametrize("k", [3, 4, 6])
def test_a_rise_is_found_and_is_no_departure_from_a_line(k):
    got = rates(rising(k, 2), 400, DRAWS, seed=10 + k)
    assert got["slope"] > 0.95 and abs(got["departure"] - 0.05) < BOUND and abs(got["covered"] - 0.95) < BOUND


@pytest.mark.parametrize("k", [3, 4, 6])
@pytest.mark.parametrize("levels", [ends, one_out])
def test_no_change_is_claimed_falsely_once_in_twenty_at_most(k, levels):
    got = [rates(levels(k), n, DRAWS, seed=20 + k)["same"] for n in (100, 400, 3600)]
    assert max(got) < 0.05 + BOUND
    assert got[-1] > 0 or levels is one_out


def test_no_change_is_claimed_where_nothing_moves_and_enough_answered():
    assert rates(flat(3), 3600, 500)["same"] > 0.98
    assert rates(flat(3), 100, 500)["same"] < 0.02, "a small survey cannot tell"


@pytest.mark.parametrize("k", [3, 4, 6])
def test_few_sampling_units_do_not_make_trends(k):
    assert few_units(k, 10, DRAWS, seed=k) < 0.06 + BOUND


def test_a_step_is_named_where_there_is_none_once_in_twenty_at_most():
    """Of single series, each searched over all its places: sup-F without an allowance for the search finds one in six."""
    table = trends(drawn(flat(8), 200, 160, 11), change_point=True)
    assert abs((table["change_point_p_value"] <= 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 160)
