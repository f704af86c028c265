"""Members' figures steadied by each other's: a second view, beside the direct ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST, ROUNDS = 3, 200


@dataclass(frozen=True)
class Pooled:
    """values and errors (root mean squared errors) by member; between: variance between members; gain: see pooled."""

    values: np.ndarray
    errors: np.ndarray
    between: float
    gain: float


def pooled(estimates: np.ndarray, variances: np.ndarray) -> Pooled | None:
    """Estimates drawn towards their common mean, each by as much as chance may have moved it.

    Model: a member's true value is the common mean plus an effect of variance t², by
    restricted maximum likelihood; the direct estimate keeps t² / (t² + v) of its
    distance from the mean. `gain` is the mean ratio of pooled to direct standard
    error; the pooled one includes what estimating the mean and t² costs, so that it
    can exceed 1. None for fewer than three members, or where a variance is 0.
    Source: Fay and Herriot (1979); errors: Datta and Lahiri (2000).
    """
    y, v = np.asarray(estimates, float), np.asarray(variances, float)
    if len(y) < FEWEST or not (v > 0).all():
        return None
    between = between_variance(y, v)
    weight = 1 / (between + v)
    mean, kept = (weight * y).sum() / weight.sum(), between * weight
    of_mean = (1 - kept) ** 2 / weight.sum()
    of_between = v**2 * weight**3 * 2 / (weight**2).sum()
    errors = np.sqrt(kept * v + of_mean + 2 * of_between)
    return Pooled(mean + kept * (y - mean), errors, between, float((errors / np.sqrt(v)).mean()))


def between_variance(y: np.ndarray, v: np.ndarray) -> float:
    """The restricted likelihood's maximum, by scoring from the moment estimate, cut at 0."""
    between = max(0.0, float(y.var(ddof=1) - v.mean()))
    for _ in range(ROUNDS):
        weight = 1 / (between + v)
        one, two, three = (float((weight**k).sum()) for k in (1, 2, 3))
        mean = (weight * y).sum() / one
        slope = float((weight**2 * (y - mean) ** 2).sum()) - one + two / one
        step = slope / (two - 2 * three / one + (two / one) ** 2)
        moved = max(0.0, between + step)
        if abs(moved - between) < 1e-12 * (1 + between):
            break
        between = moved
    return between
