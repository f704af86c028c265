"""How much each factor has to do with the outcome: general dominance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from pipeline.estimate.drivers.ordinal import Fitted
from pipeline.estimate.drivers.subsets import NotConverged, fit_subsets

MOST_FACTORS = 12  # 4,096 models; beyond it no importance is computed
MOST_RESPONDENTS = 5_000


@dataclass(frozen=True)
class Importance:
    """shares: of each factor, adding up to 1; low, high: 95 % percentile interval; se: of the replicates;
    r_squared_without: McFadden's R² of the model without any factor."""

    shares: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    r_squared_without: float


def general_dominance(
    fitted: Fitted,
    x: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    factors: np.ndarray,
    replicates: np.ndarray,
    effects: Sequence[int] = (),
) -> Importance | None:
    """Each factor's share of what all factors together add to McFadden's R².

    General dominance (Budescu 1993; for logits Azen and Traxel 2009): what a factor adds
    to R², averaged over all subsets of the other factors, those of one size weighing as
    in the Shapley value. All other columns (profile, members and waves) are in every model. All 2^k
    models are fitted, none is sampled; of more than 5,000 respondents a simple random sample of 5,000 stands for all, for
    the work is respondents times models, and the intervals are as wide as that makes them. None where a subset model has no maximum or
    the factors add nothing.

    replicates: respondents x replicates, each one's factor on the weight
    (`rao_wu`); effects: see `fit_subsets`. In a replicate the models are not fitted anew: log-likelihoods are expanded to second
    order in the weights (one Newton step, with the full model's scores and each one's curvature; Davidson
    and MacKinnon 1999), which is an approximation. What chance adds to R² comes twice in a replicate, the sample's
    own and the drawing's: gains are therefore brought back to the sample's mean (Efron and Tibshirani 1993, ch. 10)
    before they are made shares. Intervals are percentiles.
    """
    if len(factors) > MOST_FACTORS:
        return None
    combine = shapley(len(factors))
    try:
        found = fit_subsets(fitted, x, y, w, factors, combine, effects)
    except NotConverged:
        return None
    gained = combine @ found.loglik
    if gained.sum() <= 0:
        return None
    redrawn = _replicated(fitted, found, combine, w, replicates)
    low, high = np.percentile(redrawn, [2.5, 97.5], axis=1)
    without = 1 - found.loglik[0] / fitted.null_loglik
    return Importance(gained / gained.sum(), redrawn.std(axis=1, ddof=1), low, high, float(without))


def shapley(k: int) -> np.ndarray:
    """k x 2^k: the values of all subsets (numbered by their bits) times this are the Shapley values (Shapley 1953)."""
    numbers = np.arange(2**k)
    sizes = np.array([int(s).bit_count() for s in numbers])
    joined = np.array([factorial(max(s - 1, 0)) * factorial(k - s) for s in range(k + 1)]) / factorial(k)
    left = np.array([factorial(s) * factorial(max(k - s - 1, 0)) for s in range(k + 1)]) / factorial(k)
    member = (numbers >> np.arange(k)[:, None]) & 1 == 1
    return np.where(member, joined[sizes], -left[sizes])


def _replicated(fitted: Fitted, found, combine: np.ndarray, w: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """factors x replicates: the shares in each replicate in which the factors add anything."""
    moved = w[:, None] * replicates
    gradients = (fitted.influence @ fitted.information).T @ moved  # scores, which add up to 0 over the sample
    flat = found.inverses.reshape(len(found.inverses), -1)
    pairs = np.einsum("pb,qb->pqb", gradients, gradients).reshape(flat.shape[1], -1)
    gained = found.respondents @ moved + (combine @ flat) @ pairs / 2
    gained = gained - gained.mean(axis=1, keepdims=True) + (combine @ found.loglik)[:, None]
    gained = np.clip(gained, 0, None)
    total = gained.sum(axis=0)
    return gained[:, total > 0] / total[total > 0]
