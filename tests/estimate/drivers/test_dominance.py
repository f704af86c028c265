"""Shapley shares against brute force, and the bootstrap's one step against fits made anew."""

from itertools import permutations

import numpy as np
import pytest

from pipeline.estimate.drivers.bootstrap import generator
from pipeline.estimate.drivers.dominance import general_dominance, shapley
from pipeline.estimate.drivers.ordinal import fit_weighted
from pipeline.estimate.proportional_odds import fit

FACTORS = np.array([1, 2, 3, 4])


def sample(seed: int, levels: int, n: int = 400):
    """Four correlated factors after one column that is always in the model; uneven weights."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    x = np.hstack([rng.integers(0, 2, (n, 1)), common + rng.normal(size=(n, 4))])
    latent = x @ [0.7, 0.8, 0.4, 0.0, 0.2] + rng.logistic(size=n)
    y = np.searchsorted(np.quantile(latent, np.linspace(0, 1, levels + 1)[1:-1]), latent)
    return x, y, rng.uniform(0.5, 2, n)


def brute_force(x, y, w, factors):
    """The gain in log-likelihood of each factor, averaged over every order in which they may enter."""

    def loglik(inside):
        columns = [j for j in range(x.shape[1]) if j not in factors or j in inside]
        return fit(x[:, columns], y, w).loglik

    known = {}
    gains = dict.fromkeys(factors.tolist(), 0.0)
    orders = list(permutations(factors.tolist()))
    for order in orders:
        for k, j in enumerate(order):
            for inside in (frozenset(order[:k]), frozenset(order[: k + 1])):
                known[inside] = known.get(inside) or loglik(inside)
            gains[j] += (known[frozenset(order[: k + 1])] - known[frozenset(order[:k])]) / len(orders)
    return np.array([gains[j] for j in factors.tolist()])


@pytest.mark.parametrize("levels", [2, 3, 5])
def test_shares_are_those_of_brute_force(levels):
    x, y, w = sample(levels, levels)
    found = general_dominance(fit_weighted(x, y, w), x, y, w, FACTORS, np.ones((len(y), 2)))
    gains = brute_force(x, y, w, FACTORS)
    assert found.shares.tolist() == pytest.approx((gains / gains.sum()).tolist(), abs=1e-5)


def test_r_squared_without_factors_is_that_of_the_other_columns():
    x, y, w = sample(4, 3)
    fitted = fit_weighted(x, y, w)
    found = general_dominance(fitted, x, y, w, FACTORS, np.ones((len(y), 2)))
    assert found.r_squared_without == pytest.approx(fit_weighted(x[:, :1], y, w).r_squared, abs=1e-6)
    assert found.r_squared_without < fitted.r_squared


@pytest.mark.parametrize("k", [1, 2, 5, 10])
def test_shapley_values_share_out_the_whole_evenly(k):
    sizes = np.array([int(s).bit_count() for s in range(2**k)], float)
    assert (shapley(k) @ sizes).tolist() == pytest.approx([1.0] * k)
    assert (shapley(k) @ np.ones(2**k)).tolist() == pytest.approx([0.0] * k, abs=1e-12)


def test_one_step_of_the_bootstrap_is_near_fits_made_anew():
    """Standard errors within a fifth of those of 100 replicates that are fitted in full."""
    x, y, w = sample(6, 3, n=600)
    rng = generator("test")
    replicates = rng.multinomial(len(y) - 1, np.full(len(y), 1 / len(y)), size=100).T * len(y) / (len(y) - 1)
    found = general_dominance(fit_weighted(x, y, w), x, y, w, FACTORS, replicates)
    full = []
    for b in range(100):
        moved = w * replicates[:, b]
        kept = moved > 0
        gains = brute_force(x[kept], y[kept], moved[kept], FACTORS)
        full.append(gains / gains.sum())
    assert found.se == pytest.approx(np.std(full, axis=0, ddof=1), rel=0.2, abs=0.004)


def test_a_factor_of_no_account_has_an_interval_that_reaches_nothing():
    x, y, w = sample(11, 3, n=800)
    rng = generator("other")
    replicates = rng.multinomial(len(y) - 1, np.full(len(y), 1 / len(y)), size=200).T * len(y) / (len(y) - 1)
    alone = np.hstack([x[:, :3], rng.normal(size=(len(y), 2))])
    found = general_dominance(fit_weighted(alone, y, w), alone, y, w, FACTORS, replicates)
    assert (found.low[2:] < 0.005).all() and (found.low[:2] > 0.05).all()


def test_more_factors_than_can_be_fitted_get_no_importance():
    x, y, w = sample(1, 2)
    wide = np.hstack([x, np.random.default_rng(1).normal(size=(len(y), 12))])
    assert general_dominance(fit_weighted(wide, y, w), wide, y, w, np.arange(1, 17), np.ones((len(y), 2))) is None
