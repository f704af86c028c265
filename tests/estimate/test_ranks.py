"""Rank intervals and groups: hand-made cases, what must hold whatever the figures, and that they hold together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.ranks import letters, rank_intervals, surely_apart


def ranks(*estimates: float, apart: float) -> list[tuple[int, int]]:
    return list(zip(*(side.tolist() for side in rank_intervals(np.array(estimates), apart)), strict=True))


@pytest.mark.parametrize("members, q", [(2, 2.771808), (5, 3.857656), (14, 4.742732), (26, 5.200850)])
def test_with_equal_errors_the_distance_is_tukey_s(members, q):
    """R: qtukey(0.95, c(2, 5, 14, 26), Inf)"""
    assert surely_apart(np.full(members, 2.0)) == pytest.approx(2 * q, rel=3e-4)


def test_two_members_differ_as_a_z_test_has_it():
    assert surely_apart(np.array([3.0, 4.0])) == pytest.approx(1.959964 * 5, rel=1e-3)


def test_few_degrees_of_freedom_set_members_further_apart():
    se = np.full(6, 1.0)
    assert surely_apart(se, 9) > surely_apart(se, np.array([9, 9, 9, 99, 99, 99])) > surely_apart(se, 99) > surely_apart(se)


def test_one_member_or_no_error_leaves_nothing_to_tell_apart():
    assert surely_apart(np.array([2.0])) == surely_apart(np.zeros(4)) == surely_apart(np.array([])) == 0.0


def test_unequal_errors_cost_less_than_giving_all_the_largest():
    mixed = np.array([1.0, 1, 1, 1, 3])
    simulated = np.quantile(np.ptp(np.random.default_rng(4).normal(size=(200_000, 5)) * mixed, axis=1), 0.95)
    assert surely_apart(mixed) == pytest.approx(simulated, rel=0.01)
    assert surely_apart(mixed) < 0.8 * surely_apart(np.full(5, 3.0))


def test_ranks_count_who_is_surely_better_and_who_surely_worse():
    assert ranks(70, 64, 62, 50, apart=5) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert ranks(70, 66, 62, 58, apart=5) == [(1, 2), (1, 3), (2, 4), (3, 4)]
    assert ranks(50, 70, apart=30) == [(1, 2), (1, 2)]


def test_a_difference_of_just_the_distance_is_one():
    assert ranks(0.3, 0.1 + 0.1, apart=0.1) == [(1, 1), (2, 2)]
    assert ranks(0.3, 0.21, apart=0.1) == [(1, 2), (1, 2)]


def test_equal_figures_share_their_ranks_even_without_error():
    assert ranks(60, 60, 50, apart=0) == [(1, 2), (1, 2), (3, 3)]


def test_letters_name_the_largest_groups_that_cannot_be_told_apart():
    assert letters(np.array([10.0, 9, 5, 1, 0]), 5) == ["a", "a b", "b c", "c d", "d"]
    assert letters(np.array([1.0, 2, 3]), 5) == ["a", "a", "a"]
    assert letters(np.array([1.0, 20, 40]), 5) == ["c", "b", "a"]
    assert letters(np.arange(28.0), 0.5)[0] == "ab", "after z come two letters"


figures = st.lists(st.integers(0, 100).map(float), min_size=2, max_size=12)
errors = st.lists(st.floats(0.2, 5), min_size=2, max_size=8)


@given(figures, st.integers(1, 60), st.randoms())
def test_who_is_named_first_changes_nothing(values, apart, random):
    order = list(range(len(values)))
    random.shuffle(order)
    straight, shuffled = ranks(*values, apart=apart), ranks(*(values[i] for i in order), apart=apart)
    assert shuffled == [straight[i] for i in order]
    groups, moved = letters(np.array(values), apart), letters(np.array([values[i] for i in order]), apart)
    assert moved == [groups[i] for i in order]


@given(figures, st.integers(1, 60))
def test_an_interval_holds_the_ranks_of_the_figures_themselves(values, apart):
    for value, (low, high) in zip(values, ranks(*values, apart=apart), strict=True):
        assert 1 <= low <= 1 + sum(v > value for v in values)
        assert len(values) - sum(v < value for v in values) <= high <= len(values)


@given(figures, st.integers(1, 60), st.integers(0, 30))
def test_more_precision_never_makes_an_interval_wider(values, apart, more):
    for (low, high), (wide_low, wide_high) in zip(
        ranks(*values, apart=apart), ranks(*values, apart=apart + more), strict=True
    ):
        assert wide_low <= low <= high <= wide_high


@settings(deadline=None, max_examples=40)
@given(errors, st.integers(0, 7), st.floats(0.1, 1))
def test_a_smaller_error_never_sets_members_further_apart(se, who, shrink):
    smaller = se.copy()
    smaller[who % len(se)] *= shrink
    assert surely_apart(np.array(smaller)) <= surely_apart(np.array(se)) * (1 + 2e-3)


@given(figures, st.integers(1, 60))
def test_members_share_a_letter_just_where_they_cannot_be_told_apart(values, apart):
    groups = [set(g.split()) for g in letters(np.array(values), apart)]
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            assert bool(groups[i] & groups[j]) == (abs(one - other) < apart)
    largest = [frozenset(k for k, g in enumerate(groups) if x in g) for x in set().union(*groups)]
    assert not any(a < b for a in largest for b in largest), "no group lies within another"
