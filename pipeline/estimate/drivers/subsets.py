"""All subset models of one regression, fitted together."""

from __future__ import annotations

from collections.abc import Sequence
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
    fitted: Fitted,
    x: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    factors: np.ndarray,
    combine: np.ndarray,
    effects: Sequence[int] = (),
) -> Subsets:
    """The maximum of every model that has some of `factors` (columns of x), with all other columns always in it.

    Each starts where the full model's quadratic has its maximum and takes Newton's steps until less than TOLERANCE of
    the log-likelihood is to be gained: no approximation but that. combine: rows x subsets; `respondents` is
    combine x (log-likelihood of each respondent in each subset), which spares a matrix of all. effects: columns of 0 and 1
    of which each respondent has one at most, as of members and waves: their products are sums over those who have it.
    Raises NotConverged.
    """
    inside = (np.arange(2 ** len(factors))[:, None] >> np.arange(len(factors))) & 1 == 1
    kept = np.ones((len(inside), len(fitted.theta)), bool)
    kept[:, factors] = inside
    effect = x[:, list(effects)] @ np.arange(1, len(effects) + 1)
    order = np.lexsort((effect, y))
    levels = _levels(x[order], np.bincount(y), w[order], effects, effect[order])
    loglik, respondents = np.empty(len(kept)), np.zeros((len(combine), len(y)))
    inverses = np.empty((len(kept), len(fitted.theta), len(fitted.theta)))
    step = max(1, CELLS // len(y))
    for first in range(0, len(kept), step):
        part = slice(first, first + step)
        each, inverses[part] = _maximised(levels, fitted, kept[part])
        loglik[part] = each @ w[order]
        respondents[:, order] += combine[:, part] @ each
    return Subsets(loglik, respondents, inverses)


@dataclass(frozen=True)
class _Level:
    """The respondents of one level: x; weights; weighted x and a column of the weights; weighted products of two columns.

    spans: where an effect's column is 1, by effect, which have no products.
    """

    number: int
    x: np.ndarray
    w: np.ndarray
    weighted: np.ndarray
    products: np.ndarray
    spans: list[slice]


@dataclass(frozen=True)
class _Levels:
    """Respondents by level.

    place: columns x columns, where the product of two stands among the products; those that are 0 everywhere, as of
    two categories of one question, have a last place, at which there is none. effects: columns, see `fit_subsets`.
    """

    parts: list[_Level]
    place: np.ndarray
    effects: np.ndarray


def _levels(x: np.ndarray, sizes: np.ndarray, w: np.ndarray, effects: Sequence[int], effect: np.ndarray) -> _Levels:
    """x, w: sorted by level and effect; sizes: respondents of each level; effect: of each respondent, from 1, 0 for none."""
    one, other = np.triu_indices(x.shape[1])
    filled = (x != 0).astype(float)
    filled[:, list(effects)] = 0
    used = (filled.T @ filled)[one, other] > 0
    place = np.full((x.shape[1], x.shape[1]), used.sum())
    place[one[used], other[used]] = place[other[used], one[used]] = np.arange(used.sum())
    weighted = np.column_stack([x * w[:, None], w])
    products = weighted[:, one[used]] * x[:, other[used]]
    ends = np.cumsum(sizes)
    parts = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    levels = [_Level(k, x[p], w[p], weighted[p], products[p], _spans(effect[p], len(effects))) for k, p in enumerate(parts)]
    return _Levels(levels, place, np.array(effects, int))


def _spans(effect: np.ndarray, number: int) -> list[slice]:
    """effect: sorted, of each respondent from 1 to `number`, 0 for none."""
    ends = np.searchsorted(effect, np.arange(1, number + 2))
    return [slice(first, end) for first, end in zip(ends, ends[1:], strict=False)]


def _maximised(levels: _Levels, fitted: Fitted, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(log-likelihoods at each subset's maximum, subsets x respondents; inverses of the information)."""
    out = np.where(kept, 0.0, fitted.theta)
    whole = np.broadcast_to(fitted.information, (len(kept), *fitted.information.shape))
    theta = np.where(kept, fitted.theta, 0.0) + _solved(_padded(whole, kept), np.where(kept, out @ fitted.information, 0.0))
    for _ in range(ROUNDS):
        each, gradient, information = _evaluate(levels, theta, fitted.columns)
        gradient, padded = np.where(kept, gradient, 0.0), _padded(information, kept)
        step = _solved(padded, gradient)
        gain = np.einsum("sp,sp->s", gradient, step) / 2
        if (gain < TOLERANCE * abs(fitted.null_loglik)).all():
            return np.log(each), np.where(kept[:, :, None] & kept[:, None, :], np.linalg.inv(padded), 0.0)
        theta = theta + step
        if not np.isfinite(theta).all() or (np.diff(theta[:, fitted.columns :]) <= 0).any():
            break
    raise NotConverged


def _padded(information: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """With 1 on the diagonal and 0 elsewhere for what is not kept, which then has no part in what is kept."""
    return np.where(kept[:, :, None] & kept[:, None, :], information, np.eye(information.shape[1]))


def _solved(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        raise NotConverged from None


def _evaluate(levels: _Levels, theta: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(probabilities of what was answered, subsets x respondents; gradients, subsets x parameters; information of each subset).

    F is logistic: d log P / d eta = F(upper) + F(lower) - 1, and its derivative is -(f(upper) + f(lower)).
    """
    gradient, bends = np.zeros_like(theta), np.zeros((len(theta), levels.place.max() + 2))
    information = np.zeros((*theta.shape, theta.shape[1]))
    of_effects = np.zeros((len(theta), len(levels.effects), columns))
    found = []
    for level in levels.parts:
        edges = _below(level, theta[:, :columns], theta[:, columns:])
        upper, lower = edges.get(level.number, 1.0), edges.get(level.number - 1, 0.0)
        found.append(np.maximum(upper - lower, 1e-300))
        densities = {k: f * (1 - f) for k, f in edges.items()}
        score = (upper + lower - 1) @ level.weighted
        gradient[:, :columns] += score[:, :-1]
        bend = sum(densities.values())
        bends[:, : level.products.shape[1]] += bend @ level.products
        for k, span in enumerate(level.spans):
            of_effects[:, k] += bend[:, span] @ level.weighted[span, :-1]
        _add_cuts(gradient, information, score[:, -1], densities, found[-1], level, columns)
    information[:, :columns, :columns] = bends[:, levels.place]
    information[:, levels.effects, :columns] = of_effects
    information[:, :columns, levels.effects] = of_effects.transpose(0, 2, 1)
    information[:, columns:, :columns] = information[:, :columns, columns:].transpose(0, 2, 1)
    return np.concatenate(found, axis=1), gradient, information


def _below(level: _Level, slopes: np.ndarray, cuts: np.ndarray) -> dict[int, np.ndarray]:
    """Of the cuts above and below the level: subsets x respondents, the probability to be below the cut."""
    odds = np.exp(slopes @ level.x.T)
    at = [k for k in (level.number, level.number - 1) if 0 <= k < cuts.shape[1]]
    return {k: 1 / (1 + odds * np.exp(-cuts[:, k])[:, None]) for k in at}


def _add_cuts(gradient, information, score, densities: dict, p, level: _Level, columns: int) -> None:
    """What the respondents of one level say of the cuts above and below them. score: the gradient of a constant.

    Moved by as much as the cuts are, a constant changes nothing: so what it adds to the gradient and to any row of the
    information, the cuts together take away.
    """
    for k, density in densities.items():
        crossed = density @ level.weighted
        information[:, :columns, columns + k] -= crossed[:, :-1]
        information[:, columns + k, columns + k] += crossed[:, -1]
    gradient[:, columns + min(densities)] -= score
    if len(densities) == 2:
        upper, lower = columns + level.number, columns + level.number - 1
        ratio = densities[level.number] / p
        pull, both = ratio @ level.w, (ratio * densities[level.number - 1] / p) @ level.w
        gradient[:, upper] += pull
        gradient[:, lower] -= pull
        for one, other, sign in ((upper, upper, 1), (lower, lower, 1), (upper, lower, -1), (lower, upper, -1)):
            information[:, one, other] += sign * both
