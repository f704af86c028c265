"""A corner of the simulation of ranks; bounds are four Monte Carlo standard errors."""

import pytest

from tests.simulation.rank_coverage import LEVEL, WORLDS, rank_coverage

DRAWS = 300
NOISE = 4 * (LEVEL * (1 - LEVEL) / DRAWS) ** 0.5


@pytest.mark.parametrize("members, sample", [(5, "100"), (14, "400"), (14, "60 to 800"), (5, "100 in 10 units")])
def test_intervals_of_all_members_hold_together(members, sample):
    found = rank_coverage(members, sample, DRAWS, 8)
    for world in WORLDS:
        for method in ("published", "own", "joint"):
            covered, width = found[world, method]
            assert covered > LEVEL - NOISE, (world, method)
            assert 1 <= width <= members


def test_intervals_that_do_not_overlap_are_no_sign_of_a_rank():
    """What everybody does: with 26 equal members half of the samples tell some of them apart."""
    assert rank_coverage(26, "100", 60, 8)["equal", "overlap"][0] < 0.8


def test_what_protection_costs_is_bounded():
    """Rounded figures and one distance for all: against exact ones, a fifth and half a rank wider at most where sizes differ by 13 times."""
    found = rank_coverage(14, "60 to 800", DRAWS, 8)
    for world in WORLDS:
        assert found[world, "published"][1] <= 1.3 * found[world, "own"][1] + 0.5
