"""Raking under a cap holds both wherever a linear programme says that both can hold."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.estimate.raking import rake, rake_under_cap

PEOPLE = 1000.0


def drawn(seed: int) -> tuple[np.ndarray, list[list[str]], list[dict[str, float]]]:
    """A table of two margins without an empty cell, and the population's counts for them."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(2, 5, 2)
    n = rng.integers(1, 40, rows * columns).astype(float)
    levels = [np.repeat(range(rows), columns), np.tile(range(columns), rows)]
    targets = [rng.dirichlet(np.full(k, 4.0)) * PEOPLE for k in (rows, columns)]
    return (
        n,
        [level.astype(str).tolist() for level in levels],
        [dict(zip(map(str, range(len(t))), t, strict=True)) for t in targets],
    )


def can_hold(n, margins, targets, limit: float) -> bool:
    """Whether any weights between 0 and the limit meet the margins."""
    conditions = [
        (np.where(np.array(levels) == level, n, 0.0), count)
        for levels, target in zip(margins, targets, strict=True)
        for level, count in target.items()
    ]
    rows, counts = zip(*conditions, strict=True)
    return linprog(np.zeros(len(n)), A_eq=np.array(rows), b_eq=counts, bounds=(0, limit)).status == 0


def missed(n, weights, margins, targets) -> float:
    sizes = n * weights
    return max(
        abs(sizes[np.array(levels) == level].sum() / sizes.sum() - count / PEOPLE)
        for levels, target in zip(margins, targets, strict=True)
        for level, count in target.items()
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), tightness=st.floats(0.05, 0.95))
def test_cap_and_margins_both_hold_or_the_miss_is_told(seed, tightness):
    n, margins, targets = drawn(seed)
    weights = rake(n, margins, targets)
    mean = PEOPLE / n.sum()
    limit = mean + tightness * (weights.max() - mean)
    assume(limit < weights.max() * 0.999)
    got, told = rake_under_cap(n, weights, margins, targets, limit)
    assert (got > 0).all() and got.max() <= limit * (1 + 1e-12)
    assert told == pytest.approx(missed(n, got, margins, targets), abs=1e-9)
    # a little slack on either side: at the very edge of what is possible turns without end would be needed
    if can_hold(n, margins, targets, limit * 0.98):
        assert told < 1e-8
        assert n @ got == pytest.approx(PEOPLE)
    elif not can_hold(n, margins, targets, limit * 1.02):
        assert told > 1e-6


def test_a_cap_above_every_weight_changes_nothing():
    n, margins, targets = drawn(1)
    weights = rake(n, margins, targets)
    got, told = rake_under_cap(n, weights, margins, targets, weights.max() * 1.01)
    assert np.array_equal(got, weights) and told < 1e-9


def test_capped_weights_stay_as_near_to_the_first_ones_as_they_can():
    """Below the cap a weight is the first one times a factor of its row and one of its column, as in raking."""
    n = np.array([10.0, 20, 30, 5, 25, 40])
    margins = [list("aaabbb"), list("xyzxyz")]
    targets = [{"a": 600.0, "b": 400.0}, {"x": 200.0, "y": 350.0, "z": 450.0}]
    weights = rake(n, margins, targets)
    got, told = rake_under_cap(n, weights, margins, targets, weights.max() * 0.92)
    ratio = np.log(got / weights).reshape(2, 3)
    capped = (got >= weights.max() * 0.92 * (1 - 1e-9)).reshape(2, 3)
    assert told < 1e-9 and capped.sum() == 1
    free = [c for c in range(3) if not capped[:, c].any()]
    assert ratio[0, free[0]] - ratio[1, free[0]] == pytest.approx(ratio[0, free[1]] - ratio[1, free[1]], abs=1e-7)
