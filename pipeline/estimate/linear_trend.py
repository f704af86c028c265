"""Straight lines through wave estimates whose covariance is estimated: slope, departure, sameness of waves.

All functions work on many series at a time, all of the same waves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import special

KNOWN = 1e9  # degrees of freedom from which on a variance counts as known
SINGULAR = 1e-12  # smallest over largest eigenvalue of correlations


@dataclass(frozen=True)
class Series:
    """m series over the same k waves.

    times: (k,) in years; estimates: (m, k); covariances: (m, k, k), of the estimates, with
    their variances on the diagonal; df: (m, k), degrees of freedom of each variance.
    """

    times: np.ndarray
    estimates: np.ndarray
    covariances: np.ndarray
    df: np.ndarray

    @property
    def variances(self) -> np.ndarray:
        """(m, k)."""
        return np.diagonal(self.covariances, axis1=1, axis2=2)

    def sound(self) -> np.ndarray:
        """(m,): whether every figure is there, every variance positive, and no estimate a sum of others."""
        v, df, off = self.variances, self.df, self.covariances
        there = np.isfinite(self.estimates).all(1) & np.isfinite(off).all((1, 2)) & (v > 0).all(1) & (df > 0).all(1)
        scale = np.sqrt(np.where(there[:, None], v, 1))
        correlations = np.where(there[:, None, None], off, np.eye(v.shape[1])) / scale[:, :, None] / scale[:, None, :]
        values = np.linalg.eigvalsh(correlations)
        return there & (values[:, 0] > SINGULAR * values[:, -1])

    def of(self, chosen: np.ndarray) -> Series:
        """The chosen series alone."""
        return Series(self.times, self.estimates[chosen], self.covariances[chosen], self.df[chosen])


def contrast(series: Series, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(value, standard error, degrees of freedom), each (m,), of the sum of the estimates times `weights` (m, k).

    Degrees of freedom by Satterthwaite (1946): variances count as known to their own, covariances
    between waves as known; never more than those of all these waves together.
    """
    value = (weights * series.estimates).sum(1)
    variance = np.einsum("mi,mij,mj->m", weights, series.covariances, weights)
    spread = ((weights**2 * series.variances) ** 2 / series.df).sum(1)
    df = np.minimum(variance**2 / np.maximum(spread, 1e-300), np.where(weights != 0, series.df, 0).sum(1))
    return value, np.sqrt(variance), df


def slope_weights(covariances: np.ndarray, predictor: np.ndarray) -> np.ndarray:
    """(m, k): the weights whose sum with the estimates is the generalised least squares slope on `predictor` (k,).

    Aitken (1935): (X'V⁻¹X)⁻¹X'V⁻¹, of X = (1, predictor).
    """
    x = np.column_stack([np.ones(len(predictor)), predictor - predictor.mean()])
    weighted = np.linalg.solve(covariances, np.broadcast_to(x, (*covariances.shape[:2], 2)))
    information = np.einsum("ki,mkj->mij", x, weighted)
    return np.linalg.solve(information, np.swapaxes(weighted, 1, 2))[:, 1]


def slope(series: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(slope per year, standard error, degrees of freedom), each (m,), by generalised least squares.

    The estimates' covariance stands for the true one. Without covariances between waves it is the
    least squares line with weights 1/variance. Degrees of freedom: the harmonic mean of the waves' own,
    each wave counting by its part in the slope's variance. Satterthwaite's would be too many, as the weights are
    made of the same variances (Kenward and Roger 1997 widen the error for that): with ten sampling units in each of six
    waves they cry wolf in 8 % of samples, these in 5 % to 6 % (`make simulate`).
    """
    weights = slope_weights(series.covariances, series.times)
    value, se, _ = contrast(series, weights)
    parts = weights**2 * series.variances
    return value, se, parts.sum(1) / (parts / series.df).sum(1)


def departure(series: Series, predictor: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(F, its numerator's degrees of freedom, p-value), each (m,), of the estimates' departure from a straight line.

    `predictor` (k,): what takes time's place, such as 0 before a step and 1 after it.

    By `wald_f`, of the k - 2 contrasts that are 0 on every line: the Wald statistic is the weighted sum of squared
    residuals of the least squares line (Cochran's Q).
    """
    along = series.times - series.times.mean() if predictor is None else predictor
    line = np.column_stack([np.ones(len(along)), along])
    bends = np.linalg.svd(line)[0][:, 2:]  # what is orthogonal to every line
    f, _, p = wald_f(series, bends)
    return f, np.full(len(f), float(bends.shape[1])), p


def wald_f(series: Series, contrasts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(F, its denominator's degrees of freedom, p-value), each (m,), of "all `contrasts` (k, r) are 0".

    Wald's statistic, made an F by Johansen (1980), which allows for each variance being estimated. Of the differences
    of all waves it is Welch's (1951) test of equal means; of one contrast the t-test by Satterthwaite (1946), squared.
    """
    rank = contrasts.shape[1]
    middle = np.linalg.inv(np.einsum("ki,mkl,lj->mij", contrasts, series.covariances, contrasts))
    projection = np.einsum("ki,mij,lj->mkl", contrasts, middle, contrasts)
    wald = np.einsum("mk,mkl,ml->m", series.estimates, projection, series.estimates).clip(0)  # rounding goes below
    leverage = np.diagonal(projection, axis1=1, axis2=2) * series.variances
    a = (leverage**2 / series.df).sum(1)
    f = wald / (rank + 2 * a - 6 * a / (rank + 2))
    df = np.minimum(rank * (rank + 2) / (3 * np.maximum(a, 1e-300)), KNOWN)
    return f, df, special.fdtrc(rank, df, f)


def sameness(series: Series, margin: np.ndarray) -> np.ndarray:
    """(m,): p-value of "two waves differ by `margin` (m,) or more" against "no two of them do".

    For every pair of waves, so also the first and the last and any two in a row, two one-sided t-tests
    (Schuirmann 1987); the largest p-value of all pairs, which needs no allowance for their
    number (Berger 1982, intersection-union test).
    """
    largest = np.zeros(len(series.estimates))
    for i, j in combinations(range(len(series.times)), 2):
        difference, se, df = contrast(series, _difference(series, i, j))
        largest = np.maximum(largest, special.stdtr(np.minimum(df, KNOWN), (np.abs(difference) - margin) / se))
    return largest


def change(series: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(last wave minus first, standard error, degrees of freedom), each (m,); no line is assumed."""
    return contrast(series, _difference(series, 0, len(series.times) - 1))


def _difference(series: Series, first: int, last: int) -> np.ndarray:
    weights = np.zeros_like(series.estimates)
    weights[:, first], weights[:, last] = -1, 1
    return weights
