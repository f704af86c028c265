"""Lines through wave estimates: by hand, as numpy draws them, and whatever the scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.estimate.linear_trend import change, contrast, departure, sameness, slope, slope_weights, wald_f
from tests.estimate.series import series


@st.composite
def drawn(draw, fewest=3):
    """(times, estimates, a covariance matrix)."""
    k = draw(st.integers(fewest, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    times = 2000 + np.cumsum(rng.uniform(0.3, 3, k))
    root = rng.normal(size=(k, k))
    return times, rng.normal(50, 10, k), root @ root.T + np.diag(rng.uniform(0.5, 2, k))


def test_three_waves_by_hand():
    """Weights 1, 1/4, 1 at times -1, 0, 1: the slope is half the difference of the ends, its variance 1 / (1 + 1)."""
    got = series([2021, 2022, 2023], [50, 60, 56], [1, 4, 1], df=[100, 50, 60])
    value, se, df = slope(got)
    assert value[0] == pytest.approx(3) and se[0] ** 2 == pytest.approx(0.5)
    assert df[0] == pytest.approx(75), "the ends count alike, and the middle has no part in it: 2 / (1/100 + 1/60)"
    # the only bend is middle - mean of the ends: 60 - 53, with variance 4 + 1/2
    f, rank, p = departure(got)
    assert f[0] == pytest.approx(7**2 / 4.5) and rank[0] == 1
    assert p[0] == pytest.approx(2 * stats.t.sf(7 / 4.5**0.5, 4.5**2 / (4**2 / 50 + 0.25**2 * (1 / 100 + 1 / 60))))
    assert [x[0] for x in change(got)] == pytest.approx([6, 2**0.5, 2**2 / (1 / 100 + 1 / 60)])


def test_a_shared_error_leaves_slopes_alone():
    """What all waves have in common (an estimated reference composition, say) moves the level and nothing else."""
    times, y, v = [2020, 2022, 2025], [40.0, 44, 43], np.array([2.0, 1, 3])
    plain, shared = series(times, y, v), series(times, y, np.diag(v) + 5)
    assert slope(shared)[0] == pytest.approx(slope(plain)[0])
    assert slope(shared)[1] == pytest.approx(slope(plain)[1])
    assert departure(shared)[0][0] == pytest.approx(
        departure(plain)[0][0], rel=0.05
    )  # leverage counts the whole variance


@given(drawn())
def test_independent_waves_give_numpys_weighted_line(world):
    times, y, matrix = world
    v = np.diag(matrix)
    (value,), (se,), _ = slope(series(times, y, v))
    line, known = np.polyfit(times - times.mean(), y, 1, w=1 / np.sqrt(v), cov="unscaled")
    assert value == pytest.approx(line[0], abs=1e-8) and se == pytest.approx(known[0, 0] ** 0.5, rel=1e-8)


@given(drawn())
def test_with_covariances_it_is_the_line_of_the_whitened_estimates(world):
    times, y, matrix = world
    (value,), (se,), _ = slope(series(times, y, matrix))
    white = np.linalg.inv(np.linalg.cholesky(matrix))
    x = white @ np.column_stack([np.ones(len(y)), times - times.mean()])
    fit, squares, *_ = np.linalg.lstsq(x, white @ y, rcond=None)
    assert value == pytest.approx(fit[1], abs=1e-7)
    assert se == pytest.approx(np.linalg.inv(x.T @ x)[1, 1] ** 0.5, rel=1e-7)
    f = departure(series(times, y, matrix, df=1e12))[0][0]
    assert f * (len(y) - 2) == pytest.approx(squares[0], rel=1e-6)


@given(drawn(), st.floats(-50, 50), st.floats(0.01, 20))
def test_shifts_leave_it_and_scales_scale_it(world, shift, scale):
    times, y, matrix = world
    one, other = series(times, y, matrix), series(times + shift, shift + scale * y, scale**2 * matrix)
    assert slope(other)[0] == pytest.approx(scale * slope(one)[0], rel=1e-6, abs=1e-7)
    assert slope(other)[1] == pytest.approx(scale * slope(one)[1], rel=1e-6)
    assert slope(other)[2] == pytest.approx(slope(one)[2], rel=1e-6)
    assert departure(other)[0] == pytest.approx(departure(one)[0], rel=1e-5, abs=1e-7)
    margin = np.array([7.0])
    assert sameness(other, scale * margin) == pytest.approx(sameness(one, margin), rel=1e-6)


@given(drawn())
def test_time_that_runs_backwards_turns_the_slope_round(world):
    times, y, matrix = world
    one, other = series(times, y, matrix), series(-times[::-1], y[::-1], matrix[::-1, ::-1])
    assert slope(other)[0] == pytest.approx(-slope(one)[0], abs=1e-8)
    assert np.array(slope(other)[1:]) == pytest.approx(np.array(slope(one)[1:]), rel=1e-6)
    assert change(other)[0] == pytest.approx(-change(one)[0])
    assert departure(other)[0] == pytest.approx(departure(one)[0], rel=1e-6, abs=1e-9)
    assert sameness(other, np.array([5.0])) == pytest.approx(sameness(one, np.array([5.0])))


@given(drawn(fewest=4))
def test_a_line_added_changes_the_slope_by_its_own_and_the_departure_by_nothing(world):
    times, y, matrix = world
    one, other = series(times, y, matrix), series(times, y + 2.5 * (times - 2000), matrix)
    assert slope(other)[0] == pytest.approx(slope(one)[0] + 2.5, abs=1e-7)
    assert departure(other)[0] == pytest.approx(departure(one)[0], rel=1e-5, abs=1e-7)


@given(drawn())
def test_no_linear_estimate_without_bias_is_more_precise(world):
    """Aitken's theorem, against the ordinary least squares line and that of the end waves."""
    times, y, matrix = world
    one = series(times, y, matrix)
    _, (best,), _ = slope(one)
    ordinary = slope_weights(np.eye(len(y))[None], times)
    ends = np.zeros((1, len(y)))
    ends[0, [0, -1]] = np.array([-1, 1]) / (times[-1] - times[0])
    assert best <= min(contrast(one, w)[1][0] for w in (ordinary, ends)) * (1 + 1e-9)


@settings(max_examples=50)
@given(drawn(fewest=4), st.floats(0.1, 60))
def test_sameness_is_the_least_sure_of_all_pairs(world, margin):
    times, y, matrix = world
    one = series(times, y, matrix)
    whole = sameness(one, np.array([margin]))[0]
    part = [
        sameness(series(times[[i, j]], y[[i, j]], matrix[np.ix_([i, j], [i, j])]), np.array([margin]))[0]
        for i in range(len(y))
        for j in range(i)
    ]
    assert whole == pytest.approx(max(part))


def test_sameness_is_two_one_sided_t_tests():
    """A difference of 1 with a standard error of 1 against a margin of 3, with 200 degrees of freedom."""
    got = sameness(series([2021, 2023], [50, 51], [0.5, 0.5], df=100.0), np.array([3.0]))[0]
    assert got == pytest.approx(stats.t.sf(2, 200))
    assert got == pytest.approx(max(stats.t.sf((3 + 1) / 1, 200), stats.t.sf((3 - 1) / 1, 200)))


def test_one_contrast_is_the_t_test_squared():
    one = series([1, 2, 3], [4.0, 6, 5], [1, 2, 0.5], df=[10, 20, 30])
    weights = np.array([[1.0, -3, 2]])
    value, se, df = contrast(one, weights)
    f, denominator, p = wald_f(one, weights.T)
    assert f == pytest.approx((value / se) ** 2) and denominator == pytest.approx(df)
    assert p == pytest.approx(2 * stats.t.sf(abs(value / se), df))


@pytest.mark.parametrize(
    "spoilt",
    [
        series([1, 2, 3], [4, np.nan, 6], [1, 1, 1]),
        series([1, 2, 3], [4, 5, 6], [1, 0, 1]),
        series([1, 2, 3], [4, 5, 6], [1, 1, 1], df=[3, 0, 3]),
        series([1, 2, 3], [4, 5, 6], np.ones((3, 3))),
        series([1, 2, 3], [4, 5, 6], np.ones((3, 3)) * 2 - np.eye(3)),
    ],
    ids=["no estimate", "no variance", "no degree of freedom", "one estimate thrice", "no covariance matrix"],
)
def test_what_cannot_carry_a_line_is_not_sound(spoilt):
    assert not spoilt.sound()[0]
    assert series([1, 2, 3], [4, 5, 6], [1, 2, 1]).sound()[0]
