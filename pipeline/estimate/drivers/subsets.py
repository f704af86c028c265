"""All subset models of one regression, fitted together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.estimate.drivers.ordinal import Fitted

TOLERANCE = 1e-7  # of the log-likelihood: what is still to be gained
ROUNDS = 30
CELLS = 400_000  # respondents x subsets that are held at a time


class NotConverged(Exception):
    """A subset model that did not come to its maximum."""


@dataclass(frozen=True)
class Subsets:
    """loglik: of each subset (bit j of its number: factor j is in it); respondents: `weights` x logliks, see `fit_subsets`;
    inverses: subsets x parameters x parameters, of the full model's information within the subset."""

    loglik: np.ndarray
    respondents: np.ndarray
    inverses: np.ndarray


def fit_subsets(
    fitted: Fitted, x: np.ndarray, y: np.ndarray, w: np.ndarray, factors: np.ndarray, combine: np.ndarray
) -> Subsets:
    """The maximum of every model that has some of `factors` (columns of x), with all other columns always in it.

    Each starts where the full model's quadratic has its maximum and takes Newton steps with the
    full model's curvature until less than TOLERANCE of the log-likelihood is to be gained: no
    approximation but that. combine: rows x subsets; `respondents` is combine x (log-likelihood of
    each respondent in each subset), which spares a matrix of all. Raises NotConverged.
    """
    inside = (np.arange(2 ** len(factors))[:, None] >> np.arange(len(factors))) & 1 == 1
    kept = np.ones((len(inside), len(fitted.theta)), bool)
    kept[:, factors] = inside
    inverses = _inverses(fitted.information, kept)
    order = np.argsort(y, kind="stable")
    rows = _Rows(np.ascontiguousarray(x[order].T), np.bincount(y), w[order])
    loglik, respondents = np.empty(len(kept)), np.zeros((len(combine), len(y)))
    step = max(1, CELLS // len(y))
    for first in range(0, len(kept), step):
        part = slice(first, first + step)
        each = _maximised(rows, fitted, kept[part], inverses[part])
        loglik[part] = each @ rows.w
        respondents[:, order] += combine[:, part] @ each
    return Subsets(loglik, respondents, inverses)


def _inverses(information: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The inverse of the information's part that is kept, 0 elsewhere."""
    both = kept[:, :, None] & kept[:, None, :]
    padded = np.where(both, information, 0.0) + np.eye(len(information)) * ~kept[:, :, None]
    return np.where(both, np.linalg.inv(padded), 0.0)


@dataclass(frozen=True)
class _Rows:
    """Respondents sorted by level: x (columns x respondents), how many per level, weights."""

    x: np.ndarray
    sizes: np.ndarray
    w: np.ndarray


def _maximised(rows: _Rows, fitted: Fitted, kept: np.ndarray, inverses: np.ndarray) -> np.ndarray:
    """Log-likelihood of each respondent (columns) at each subset's maximum (rows)."""
    out = np.where(kept, 0.0, fitted.theta)
    theta = np.where(kept, fitted.theta, 0.0) + np.einsum("spq,sq->sp", inverses, out @ fitted.information)
    for _ in range(ROUNDS):
        each, gradient = _evaluate(rows, theta, fitted.columns)
        step = np.einsum("spq,sq->sp", inverses, np.where(kept, gradient, 0.0))
        gain = np.einsum("sp,sp->s", gradient, step) / 2
        if (gain < TOLERANCE * abs(fitted.null_loglik)).all():
            return each
        theta = theta + step
        if not np.isfinite(theta).all() or (np.diff(theta[:, fitted.columns :]) <= 0).any():
            break
    raise NotConverged


def _evaluate(rows: _Rows, theta: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """(log-likelihoods, subsets x respondents; gradients, subsets x parameters).

    d log P / d eta = F(upper) + F(lower) - 1, as F is logistic.
    """
    cuts, eta = theta[:, columns:], theta[:, :columns] @ rows.x
    each, slope = np.empty_like(eta), np.empty_like(eta)
    of_cuts = np.zeros_like(cuts)
    ends = np.cumsum(rows.sizes)
    for level, end in enumerate(ends):
        part = slice(end - rows.sizes[level], end)
        w = rows.w[part]
        upper = _below(cuts[:, level], eta[:, part]) if level < len(ends) - 1 else None
        lower = _below(cuts[:, level - 1], eta[:, part]) if level else None
        p = (1.0 if upper is None else upper) - (0.0 if lower is None else lower)
        p = np.maximum(p, 1e-300)
        each[:, part] = np.log(p)
        slope[:, part] = (1.0 if upper is None else upper) + (0.0 if lower is None else lower) - 1.0
        if upper is not None:
            of_cuts[:, level] += (upper * (1 - upper) / p) @ w
        if lower is not None:
            of_cuts[:, level - 1] -= (lower * (1 - lower) / p) @ w
    return each, np.hstack([(slope * rows.w) @ rows.x.T, of_cuts])


def _below(cut: np.ndarray, eta: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(eta - cut[:, None]))
