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
    value, gradient, hessian = _likelihood(theta, x, y, n, levels)
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
            found = _likelihood(candidate, x, y, n, levels)
            if found[0] >= value - 1e-12 * abs(value):
                return candidate, found
    return None


def _likelihood(theta, x, y, n, levels) -> tuple[float, np.ndarray, np.ndarray]:
    """(log-likelihood, gradient, Hessian); P(y) = F(upper) - F(lower)."""
    columns = x.shape[1]
    cuts = np.concatenate([[-np.inf], theta[columns:], [np.inf]])
    eta = x @ theta[:columns]
    sides = []
    for sign, edge in ((1.0, y + 1), (-1.0, y)):
        f = 1 / (1 + np.exp(-(cuts[edge] - eta)))
        design = np.hstack([-x, (edge[:, None] == np.arange(1, levels)).astype(float)])
        inside = np.isfinite(cuts[edge])
        density = np.where(inside, f * (1 - f), 0.0)
        sides.append((sign, f, density, density * (1 - 2 * f), design))
    p = np.clip(sides[0][1] - sides[1][1], 1e-300, None)
    score = sum(sign * (density / p)[:, None] * design for sign, _, density, _, design in sides)
    curvature = sum(sign * (design * (n * slope / p)[:, None]).T @ design for sign, _, _, slope, design in sides)
    return float(n @ np.log(p)), n @ score, curvature - (score * n[:, None]).T @ score
