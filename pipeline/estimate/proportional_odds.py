"""Ordinal logistic regression on counted data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROUNDS, CONVERGED = 50, 1e-9


@dataclass(frozen=True)
class Fit:
    """coefficients (of the columns of X), cuts, their standard errors in that order, and the log-likelihood."""

    coefficients: np.ndarray
    cuts: np.ndarray
    errors: np.ndarray
    loglik: float


def fit(x: np.ndarray, y: np.ndarray, n: np.ndarray) -> Fit | None:
    """Maximum likelihood of logit P(Y <= k) = cut_k - x b (McCullagh 1980), as R's MASS::polr.

    x: rows x columns; y: level of each row, 0 to K - 1, every level in use; n:
    how many people stand behind a row. Newton's method with halved steps. None
    where there is no finite maximum (separation) or too little to fit.
    """
    levels = int(y.max()) + 1
    below = np.cumsum(np.bincount(y, n, levels))[:-1] / n.sum()
    if levels < 2 or (below <= 0).any() or (below >= 1).any():
        return None
    theta = np.concatenate([np.zeros(x.shape[1]), np.log(below / (1 - below))])
    value, gradient, hessian = likelihood(theta, x, y, n, levels)
    for _ in range(ROUNDS):
        try:
            step = np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            return None
        moved = _halved(theta, step, value, x, y, n, levels)
        if moved is None:
            return None
        theta, gained, (value, gradient, hessian) = moved[0], moved[1][0] - value, moved[1]
        if abs(gained) < CONVERGED * (abs(value) + 1) and np.abs(gradient).max() < 1e-6 * n.sum():
            return _finished(theta, x.shape[1], value, hessian)
    return None


def _finished(theta: np.ndarray, columns: int, value: float, hessian: np.ndarray) -> Fit | None:
    variances = np.diag(np.linalg.inv(-hessian))
    if (variances <= 0).any() or np.sqrt(variances).max() > 50:
        return None  # the likelihood is flat: some answers are separated
    return Fit(theta[:columns], theta[columns:], np.sqrt(variances), float(value))


def _halved(theta, step, value, x, y, n, levels):
    """The first of the halved Newton steps that keeps the cuts in order and does not lose likelihood."""
    for k in range(30):
        candidate = theta - step / 2**k
        if (np.diff(candidate[x.shape[1] :]) > 0).all():
            found = likelihood(candidate, x, y, n, levels)
            if found[0] >= value - 1e-12 * abs(value):
                return candidate, found
    return None


def likelihood(theta, x, y, n, levels) -> tuple[float, np.ndarray, np.ndarray]:
    """(log-likelihood, gradient, Hessian); P(y) = F(upper) - F(lower).

    F is logistic: d log P / d eta = F(upper) + F(lower) - 1, and its derivative is -(f(upper) + f(lower)).
    """
    (upper, f_upper), (lower, f_lower), p = _edges(theta, x, y)
    cut, crossed = _of_cuts(y, n, levels, (upper, f_upper / p), (lower, f_lower / p))
    mixed = x.T @ _per_cut(y, n * f_upper, n * f_lower, levels)
    slopes = -(x * (n * (f_upper + f_lower))[:, None]).T @ x
    gradient = np.concatenate([(n * (upper + lower - 1)) @ x, cut])
    return float(n @ np.log(p)), gradient, np.block([[slopes, mixed], [mixed.T, crossed]])


def scores(theta: np.ndarray, x: np.ndarray, y: np.ndarray, levels: int) -> np.ndarray:
    """rows x parameters: the gradient of each row's log-likelihood."""
    (upper, f_upper), (lower, f_lower), p = _edges(theta, x, y)
    return np.hstack([(upper + lower - 1)[:, None] * x, _per_cut(y, f_upper / p, -f_lower / p, levels)])


def _edges(theta, x, y) -> tuple:
    """Per row F and its density at the cut above, both at the cut below, and P(y)."""
    cuts = np.concatenate([[-np.inf], theta[x.shape[1] :], [np.inf]])
    eta = x @ theta[: x.shape[1]]
    upper, lower = (1 / (1 + np.exp(np.clip(eta - cuts[edge], -700, 700))) for edge in (y + 1, y))
    return (upper, upper * (1 - upper)), (lower, lower * (1 - lower)), np.clip(upper - lower, 1e-300, None)


def _of_cuts(y, n, levels, above: tuple, below: tuple) -> tuple[np.ndarray, np.ndarray]:
    """(gradient, Hessian) of the cuts alone. above, below: per row F at the cut and its density over P(y)."""
    (f, ratio), (f_below, ratio_below) = above, below
    gradient = np.bincount(y, n * ratio, levels)[:-1] - np.bincount(y, n * ratio_below, levels)[1:]
    own = np.bincount(y, n * ratio * (1 - 2 * f - ratio), levels)[:-1]
    own -= np.bincount(y, n * ratio_below * (1 - 2 * f_below + ratio_below), levels)[1:]
    beside = np.diag(np.bincount(y, n * ratio * ratio_below, levels)[1:-1], 1)
    return gradient, np.diag(own) + beside + beside.T


def _per_cut(y, of_upper, of_lower, levels) -> np.ndarray:
    """rows x cuts: what a row says of the cuts above and below its level, 0 of the others."""
    table = np.zeros((len(y), levels + 1))
    rows = np.arange(len(y))
    table[rows, y + 1], table[rows, y] = of_upper, of_lower
    return table[:, 1:-1]
