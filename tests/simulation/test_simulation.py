"""A corner of `make simulate` on every run; bounds are four Monte Carlo standard errors."""

import numpy as np
import pytest

from tests.simulation.coverage import false_discoveries, false_positives, share_coverage

DRAWS = 400


def bound(rate: float) -> float:
    return 4 * np.sqrt(rate * (1 - rate) / DRAWS)


@pytest.mark.parametrize("design", ["srs", "stratified", "clustered"])
@pytest.mark.parametrize("share", [0.05, 0.5])
def test_intervals_of_a_share_hold_the_truth(design, share):
    """Korn and Graubard's are conservative: they may cover more than 95 %, not less."""
    assert share_coverage(design, 100, share, DRAWS, 1)["covered"] > 0.95 - bound(0.95)


def test_ten_answers_are_never_called_reliable():
    assert share_coverage("srs", 10, 0.5, 50, 2)["shown"] == 0


@pytest.mark.parametrize("design", ["srs", "stratified", "clustered"])
def test_tests_cry_wolf_once_in_twenty(design):
    for test, rate in false_positives(design, 100, DRAWS, 3).items():
        assert abs(rate - 0.05) < bound(0.05) + 0.01, test


def test_marks_are_wrong_once_in_twenty_at_most():
    assert false_discoveries(100, DRAWS, 4) < 0.05 + 4 * 0.15 / np.sqrt(DRAWS)
