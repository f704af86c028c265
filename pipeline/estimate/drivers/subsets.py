"""All subset models of one regression, fitted together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.estimate.drivers.ordinal import Fitted

TOLERANCE = 1e-7  # of the log-likelihood: what is still to be gained
ROUNDS = 20
CELLS = 400_000  # respondents x subsets that are held at a time


class NotConverged(Exception):
    """A subset model that did not come to its maximum."""


@dataclass(frozen=True)
class Subsets:
    """loglik: of each subset (bit j of its number: factor j is in it); respondents: `combine` x the respondents'
    log-likelihoods, see `fit_subsets`; inverses: subsets x parameters x parameters, of each one's information, 0 for
    what is not in it."""

    loglik: np.ndarray
    respondents: np.ndarray
    inverses: np.ndarray


def fit_subsets(
    fitted: Fitted, x: np.ndarray, y: np.ndarray, w: np.ndarray, factors: np.ndarray, combine: np.ndarray
) -> Subsets:
    """The maximum of every model that has some of `factors` (columns of x), with all other columns always in it.

    Each starts where the full model's quadratic has its maximum and takes Newton's steps until less than TOLERANCE of
    the log-likelihood is to be gained: no approximation but that. combine: rows x subsets; `respondents` is
    combine x (log-likelihood of each respondent in each subset), which spares a matrix of all. Raises NotConverged.
    """
    inside = (np.arange(2 ** len(factors))[:, None] >> np.arange(len(factors))) & 1 == 1
    kept = np.ones((len(inside), len(fitted.theta)), bool)
    kept[:, factors] = inside
    order = np.argsort(y, kind="stable")
    rows = _Rows.of(x[order], np.bincount(y), w[order])
    loglik, respondents = np.empty(len(kept)), np.zeros((len(combine), len(y)))
    inverses = np.empty((len(kept), len(fitted.theta), len(fitted.theta)))
    step = max(1, CELLS // len(y))
    for first in range(0, len(kept), step):
        part = slice(first, first + step)
        each, inverses[part] = _maximised(rows, fitted, kept[part])
        loglik[part] = each @ rows.w
        respondents[:, order] += combine[:, part] @ each
    return Subsets(loglik, respondents, inverses)


@dataclass(frozen=True)
class _Rows:
    """Respondents sorted by level: x; how many per level; weights; products of two columns and which they are."""

    x: np.ndarray
    sizes: np.ndarray
    w: np.ndarray
    products: np.ndarray
    pairs: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, x: np.ndarray, sizes: np.ndarray, w: np.ndarray) -> _Rows:
        """Products that are 0 everywhere, as of two categories of one question, are left out."""
        one, other = np.triu_indices(x.shape[1])
        products = x[:, one] * x[:, other]
        used = products.any(axis=0)
        return cls(x, sizes, w, np.ascontiguousarray(products[:, used]), (one[used], other[used]))


def _maximised(rows: _Rows, fitted: Fitted, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(log-likelihoods at each subset's maximum, subsets x respondents; inverses of the information)."""
    start = _inverses(np.broadcast_to(fitted.information, (len(kept), *fitted.information.shape)), kept)
    out = np.where(kept, 0.0, fitted.theta)
    theta = np.where(kept, fitted.theta, 0.0) + np.einsum("spq,sq->sp", start, out @ fitted.information)
    for _ in range(ROUNDS):
        each, gradient, information = _evaluate(rows, theta, fitted.columns)
        inverses = _inverses(information, kept)
        step = np.einsum("spq,sq->sp", inverses, gradient)
        gain = np.einsum("sp,sp->s", gradient, step) / 2
        if (gain < TOLERANCE * abs(fitted.null_loglik)).all():
            return each, inverses
        theta = theta + step
        if not np.isfinite(theta).all() or (np.diff(theta[:, fitted.columns :]) <= 0).any():
            break
    raise NotConverged


def _inverses(information: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The inverse of the part that is kept, 0 elsewhere."""
    both = kept[:, :, None] & kept[:, None, :]
    padded = np.where(both, information, 0.0) + np.eye(information.shape[1]) * ~kept[:, :, None]
    try:
        return np.where(both, np.linalg.inv(padded), 0.0)
    except np.linalg.LinAlgError:
        raise NotConverged from None


def _evaluate(rows: _Rows, theta: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(log-likelihoods, subsets x respondents; gradients, subsets x parameters; information of each subset).

    F is logistic: d log P / d eta = F(upper) + F(lower) - 1, and its derivative is -(f(upper) + f(lower)).
    """
    cuts, eta = theta[:, columns:], theta[:, :columns] @ rows.x.T
    each, slope, bend = np.empty_like(eta), np.full_like(eta, -1.0), np.zeros_like(eta)
    gradient = np.zeros_like(theta)
    information = np.zeros((*theta.shape, theta.shape[1]))
    ends = np.cumsum(rows.sizes)
    for level, end in enumerate(ends):
        part = slice(end - rows.sizes[level], end)
        edges = {k: _below(cuts[:, k], eta[:, part]) for k in (level, level - 1) if 0 <= k < len(ends) - 1}
        p = np.maximum(edges.get(level, 1.0) - edges.get(level - 1, 0.0), 1e-300)
        each[:, part] = np.log(p)
        for f in edges.values():
            slope[:, part] += f
            bend[:, part] += f * (1 - f)
        if level == len(ends) - 1:
            slope[:, part] += 1.0
        _add_cuts(gradient, information, edges, p, rows, part, columns, level)
    gradient[:, :columns] = (slope * rows.w) @ rows.x
    one, other = rows.pairs
    information[:, one, other] = information[:, other, one] = (bend * rows.w) @ rows.products
    return each, gradient, information


def _add_cuts(gradient, information, edges: dict, p, rows: _Rows, part: slice, columns: int, level: int) -> None:
    """What the respondents of one level say of the cuts above and below them."""
    w = rows.w[part]
    densities = {k: f * (1 - f) for k, f in edges.items()}
    for k, f in edges.items():
        sign, at = (1.0 if k == level else -1.0), columns + k
        ratio = densities[k] / p
        gradient[:, at] += sign * (ratio @ w)
        crossed = -(densities[k] * w) @ rows.x[part]
        information[:, :columns, at] += crossed
        information[:, at, :columns] += crossed
        information[:, at, at] += (ratio * ratio - sign * ratio * (1 - 2 * f)) @ w
    if len(edges) == 2:
        both = (densities[level] * densities[level - 1] / p**2) @ w
        information[:, columns + level, columns + level - 1] -= both
        information[:, columns + level - 1, columns + level] -= both


def _below(cut: np.ndarray, eta: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(eta - cut[:, None]))
