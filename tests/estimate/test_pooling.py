"""Members' figures drawn towards their mean: known cases, and that they err less."""

import numpy as np
import pytest

from pipeline.estimate.pooling import between_variance, pooled

Y, V = np.array([40.0, 48, 55, 61, 52]), np.array([9.0, 4, 16, 2, 7])


def test_the_restricted_likelihood_is_at_its_largest():
    """R: optimize(function(t) {w <- 1/(t+v); m <- sum(w*y)/sum(w); .5*(sum(log(t+v))+log(sum(w))+sum(w*(y-m)^2))}, c(0, 1000), tol=1e-10)"""
    got = pooled(Y, V)
    assert got.between == pytest.approx(56.783875, abs=1e-5)
    assert got.values == pytest.approx([41.54729602, 48.21779993, 54.18876118, 60.67030690, 51.92424051], abs=1e-6)


def test_with_equal_errors_it_is_what_the_figures_vary_beyond_chance():
    assert between_variance(Y, np.full(5, 10.0)) == pytest.approx(Y.var(ddof=1) - 10)
    got = pooled(Y, np.full(5, 10.0))
    kept = 1 - 10 / Y.var(ddof=1)
    assert got.values == pytest.approx(Y.mean() + kept * (Y - Y.mean()))


def test_what_chance_explains_becomes_the_mean():
    got = pooled(np.array([49.0, 50, 51, 50]), np.full(4, 25.0))
    assert got.between == 0 and got.values == pytest.approx(np.full(4, 50.0))
    # 1/4 for the mean, 2 x 2/4 for t²: with so few members there is no gain, and the figure says so
    assert got.gain == pytest.approx(1.25**0.5)


def test_two_members_or_a_figure_without_error_are_not_pooled():
    assert pooled(Y[:2], V[:2]) is None and pooled(Y, V * [0, 1, 1, 1, 1]) is None


def test_the_less_precise_a_member_the_further_it_is_drawn():
    got = pooled(np.array([40.0, 40, 60, 60, 50]), np.array([1.0, 50, 1, 50, 5]))
    moved = np.abs(got.values - [40, 40, 60, 60, 50])
    assert moved[1] > moved[0] and moved[3] > moved[2]


def test_pooled_figures_err_less_and_the_gain_says_by_how_much():
    """400 worlds of 14 members, between-member sd 4, errors 3 to 6; bounds are four Monte Carlo standard errors."""
    rng = np.random.default_rng(11)
    se = np.linspace(3, 6, 14)
    ratios, gains = [], []
    for _ in range(400):
        truth = rng.normal(60, 4, 14)
        direct = rng.normal(truth, se)
        got = pooled(direct, se**2)
        ratios.append((((got.values - truth) ** 2) / se**2).mean())
        gains.append(np.mean(got.errors**2 / se**2))
    noise = np.std(np.array(ratios) - gains) / 400**0.5
    assert np.mean(ratios) < 0.75
    assert abs(np.mean(ratios) - np.mean(gains)) < 4 * noise + 0.02
