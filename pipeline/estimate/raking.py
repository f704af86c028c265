"""Weights that meet margins, and weights that meet them under a cap."""

from __future__ import annotations

import numpy as np

from pipeline.errors import StageError

TOLERANCE, ROUNDS = 1e-10, 2000
PATIENCE, PROGRESS = 100, 0.9  # so many rounds must shorten what is missed to so much of it, or there is no way


def rake(
    sizes: np.ndarray,
    margins: list[list[str]],
    targets: list[dict[str, float]],
    where: str = "",
    tolerance: float = TOLERANCE,
) -> np.ndarray:
    """Factors per cell that bring every margin to its target: iterative proportional fitting.

    `sizes`: weighted count per cell; `margins`: per margin the level of each
    cell; `targets`: per margin level -> count. With one margin this is
    post-stratification. Stops when no margin misses a target by more than
    `tolerance` of the total. Raises StageError where that can't be reached.
    Source: Deming and Stephan (1940); Ireland and Kullback (1968).
    """
    numbered = _numbered(margins, targets)
    total, fitted = numbered[0][1].sum(), sizes.astype(float)
    for _ in range(ROUNDS):
        for index, goal in numbered:
            fitted = fitted * (goal / np.bincount(index, fitted, len(goal)))[index]
        missed = max(np.abs(np.bincount(index, fitted, len(goal)) - goal).max() for index, goal in numbered)
        if missed <= tolerance * total:
            return fitted / sizes
    raise StageError(
        f"{where}: raking did not converge in {ROUNDS:,} rounds (a margin is still {missed / total:.2%} of the total off). "
        "Some combination of the margins' categories has no answers; merge categories or leave a margin out."
    )


def rake_under_cap(
    n: np.ndarray, weights: np.ndarray, margins: list[list[str]], targets: list[dict[str, float]], limit: float
) -> tuple[np.ndarray, float]:
    """(weights of at most `limit`, by how much the worst category misses its share of the population, 0 to 1).

    n, weights: respondents and the weight of each, per cell; margins and targets
    as in `rake`, which made the weights. What the cap cuts off is given to the
    others of the same category, margin by margin in turns, until all margins
    hold to `TOLERANCE`. Where the turns come to a standstill before, cap and
    margins cannot both hold; the cap does.
    Source: truncated raking, Deville and Särndal (1992); trimming, Potter (1990).
    """
    numbered = _numbered(margins, targets)
    free, before = weights.astype(float), np.inf
    for turn in range(ROUNDS):
        missed = _shares_missed(n * np.minimum(free, limit), numbered)
        if missed <= TOLERANCE:
            break
        if turn % PATIENCE == 0:
            if missed > PROGRESS * before:
                break
            before = missed
        for index, goal in numbered:
            for level, count in enumerate(goal):
                mine = index == level
                free[mine] *= _factor(n[mine], free[mine], count, limit)
    return np.minimum(free, limit), missed


def _factor(n: np.ndarray, free: np.ndarray, count: float, limit: float) -> float:
    """The number that times `free`, cut at `limit`, adds up to `count`; as much as brings all to the limit where that is too little."""
    order = np.argsort(-free)
    n, free = n[order], free[order]
    if n.sum() * limit <= count:
        return limit / free[-1]
    # with the k largest cut, the others must make up the rest; the first k under which they stay below the limit is right
    cut = limit * np.concatenate([[0.0], np.cumsum(n)[:-1]])
    candidates = (count - cut) / np.cumsum((n * free)[::-1])[::-1]
    return candidates[np.argmax(candidates * free <= limit)]


def _shares_missed(sizes: np.ndarray, numbered: list[tuple[np.ndarray, np.ndarray]]) -> float:
    return float(
        max(
            np.abs(np.bincount(index, sizes, len(goal)) / sizes.sum() - goal / goal.sum()).max()
            for index, goal in numbered
        )
    )


def _numbered(margins: list[list[str]], targets: list[dict[str, float]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Per margin the number of each cell's level, and the goal of each level."""
    found = []
    for levels, target in zip(margins, targets, strict=True):
        names, index = np.unique(levels, return_inverse=True)
        found.append((index, np.array([target[name] for name in names], float)))
    return found
