"""Where a series stepped from one level to another: looked for only when asked for, as whoever searches finds."""

from __future__ import annotations

import numpy as np

from pipeline.estimate.linear_trend import Series, slope_weights

FEWEST_WAVES = 5
AROUND = 2  # waves that a level needs on either side of a step
DRAWS, SEED = 1999, 20240601


def change_points(series: Series, draws: int = DRAWS) -> tuple[np.ndarray, np.ndarray]:
    """(the place of the first wave of the new level, p-value), each (m,), of the likeliest step; the place is -1 where a line fits better.

    The largest F of a step over all places with at least two waves on either side (sup-F, Andrews 1993);
    its p-value by parametric bootstrap: levels that never change, with the covariances
    estimated anew in each draw, searched in the same way. So it allows for the search.
    A series of fewer than five waves has not two places to choose from: none is named there, and
    "too_few_waves" is said. A steady trend makes steps likely too: none is named that
    fits no better than the straight line.
    """
    steps = _step_statistics(series.estimates, series.covariances)
    line = _squared(series.estimates, series.covariances, series.times)
    best = steps.max(1)
    p = np.array([_p_value(series.of(slice(i, i + 1)), best[i], draws) for i in range(len(best))])
    return np.where(best > line, steps.argmax(1) + AROUND, -1), p


def _step_statistics(estimates: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """(m, places): the squared t of a step at each place."""
    k = estimates.shape[1]
    places = range(AROUND, k - AROUND + 1)
    return np.column_stack([_squared(estimates, covariances, (np.arange(k) >= p).astype(float)) for p in places])


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
