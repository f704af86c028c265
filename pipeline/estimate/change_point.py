"""Where a series stepped from one level to another: looked for only when asked for, as whoever searches finds."""

from __future__ import annotations

import numpy as np

from pipeline.estimate.linear_trend import Series, departure, slope_weights

FEWEST_WAVES = 5
ALPHA = 0.05
AROUND = 2  # waves that a level needs on either side of a step
DRAWS, SEED = 1999, 20240601


def change_points(series: Series, draws: int = DRAWS) -> tuple[np.ndarray, np.ndarray]:
    """(the place of the new level's first wave, p-value), each (m,), of the likeliest step; -1 where none is named.

    The largest F of a step over all places with at least two waves on either side (sup-F, Andrews 1993); its p-value by
    parametric bootstrap: levels that never change, with the covariances estimated anew in each draw, searched in the
    same way, so that it allows for the search. A steady trend, or a way up and down again, makes steps likely too: none
    is named that fits no better than the straight line, nor where the waves depart from the two levels (see
    `linear_trend.departure`, p <= 0.05). A series of fewer than five waves has not two places to choose from:
    "too_few_waves" is said of it.
    """
    steps = _step_statistics(series.estimates, series.covariances)
    line = _squared(series.estimates, series.covariances, series.times)
    best = steps.max(1)
    places = steps.argmax(1) + AROUND
    each = [series.of(slice(i, i + 1)) for i in range(len(best))]
    p = np.array([_p_value(one, sup, draws) for one, sup in zip(each, best, strict=True)])
    levels = np.array(
        [departure(one, _step(len(one.times), place))[2][0] for one, place in zip(each, places, strict=True)]
    )
    return np.where((best > line) & (levels > ALPHA), places, -1), p


def _step_statistics(estimates: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """(m, places): the squared t of a step at each place."""
    k = estimates.shape[1]
    places = range(AROUND, k - AROUND + 1)
    return np.column_stack([_squared(estimates, covariances, _step(k, p)) for p in places])


def _step(k: int, place: int) -> np.ndarray:
    """(k,): 0 before the place, 1 from it on."""
    return (np.arange(k) >= place).astype(float)


def _squared(estimates: np.ndarray, covariances: np.ndarray, predictor: np.ndarray) -> np.ndarray:
    weights = slope_weights(covariances, predictor)
    variance = np.einsum("mi,mij,mj->m", weights, covariances, weights)
    return (weights * estimates).sum(1) ** 2 / variance


def _p_value(one: Series, observed: float, draws: int) -> float:
    rng = np.random.default_rng(SEED)
    covariance, df = one.covariances[0], one.df[0]
    levels = rng.normal(size=(draws, len(df))) @ np.linalg.cholesky(covariance).T
    factor = np.sqrt(rng.chisquare(df, (draws, len(df))) / df)
    estimated = covariance * factor[:, :, None] * factor[:, None, :]
    found = _step_statistics(levels, estimated).max(1)
    return float((1 + (found >= observed).sum()) / (draws + 1))
