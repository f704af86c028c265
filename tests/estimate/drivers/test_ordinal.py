"""Influences are what they are called: derivatives in a respondent's weight; separation is found, and only where it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.drivers.effects import average_marginal_effects
from pipeline.estimate.drivers.ordinal import derivatives, fit_weighted
from pipeline.estimate.drivers.separation import separated
from pipeline.estimate.drivers.terms import inflation

GROUPS = [np.array([], int), np.array([1, 2]), np.array([1, 2])]


def sample(seed: int, levels: int, n: int = 300):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, n)
    x = np.column_stack([rng.normal(size=n), group == 1, group == 2]).astype(float)
    latent = x @ [0.8, -0.5, 0.6] + rng.logistic(size=n)
    y = np.searchsorted(np.quantile(latent, np.linspace(0, 1, levels + 1)[1:-1]), latent)
    return x, y, rng.uniform(0.5, 3, n)


@pytest.mark.parametrize("levels", [2, 3, 4])
@pytest.mark.parametrize("respondent", [0, 17])
def test_influences_are_derivatives_in_the_weight(levels, respondent):
    x, y, w = sample(levels, levels)
    values, step = np.linspace(0, 100, levels), 1e-3

    def at(change):
        moved = w.copy()
        moved[respondent] += change
        fitted = fit_weighted(x, y, moved)
        return fitted.theta, average_marginal_effects(fitted, x, moved, values, GROUPS).effects

    fitted = fit_weighted(x, y, w)
    effects = average_marginal_effects(fitted, x, w, values, GROUPS)
    for k, influence in enumerate((fitted.influence, effects.influence)):
        numerical = (at(step)[k] - at(-step)[k]) / (2 * step)
        assert influence[respondent].tolist() == pytest.approx(numerical.tolist(), rel=1e-3, abs=1e-7)


@pytest.mark.parametrize("levels", [2, 4])
def test_scores_add_up_to_nothing_at_the_maximum(levels):
    x, y, w = sample(7, levels)
    scores, information = derivatives(fit_weighted(x, y, w).theta, x, y, w)
    assert np.abs(w @ scores).max() < 1e-4
    assert (np.linalg.eigvalsh(information) > 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_answers_that_a_threshold_sorts_are_separated_and_noise_is_not(seed, levels):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 2))
    direction = x @ rng.normal(size=2)
    sorted_by_it = np.searchsorted(np.quantile(direction, np.linspace(0, 1, levels + 1)[1:-1]), direction)
    assert separated(x, sorted_by_it)
    assert not separated(np.vstack([x, x]), np.concatenate([sorted_by_it, levels - 1 - sorted_by_it]))


def test_a_group_that_answers_all_alike_is_quasi_separated():
    x, y, _ = sample(3, 2)
    assert not separated(x, y)
    assert separated(x, np.where(x[:, 1] == 1, 1, y))


def test_separated_answers_have_no_fit():
    x, y, w = sample(3, 2)
    assert fit_weighted(x, np.where(x[:, 1] == 1, 1, y), w) is None


def test_variance_inflation_is_that_of_a_regression_on_the_others():
    x, _, w = sample(5, 2)
    for j, found in enumerate(inflation(x, w)):
        others = np.column_stack([np.ones(len(x)), np.delete(x, j, axis=1)])
        beta = np.linalg.lstsq(others * np.sqrt(w)[:, None], x[:, j] * np.sqrt(w), rcond=None)[0]
        mean = np.average(x[:, j], weights=w)
        r_squared = 1 - (w * (x[:, j] - others @ beta) ** 2).sum() / (w * (x[:, j] - mean) ** 2).sum()
        assert found == pytest.approx(1 / (1 - r_squared), rel=1e-8)
