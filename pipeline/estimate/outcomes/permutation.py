"""Whether initiatives could as well have been dealt out by lot."""

from __future__ import annotations

from itertools import combinations, product
from math import comb, prod

import numpy as np

EXACT = 20_000  # ways to deal them out that are all tried
DRAWS = 9_999
SEED = 20240601


def permutation_p(values: list[np.ndarray], supported: list[np.ndarray]) -> float:
    """Two-sided p-value of the mean within-member difference, supported minus others (Fisher 1935).

    values: per member the changes of its factors; supported: which of them had an
    initiative. Each member's number of supported factors is kept. All ways are tried where
    there are at most EXACT, else DRAWS are drawn (with the observed one among them: Phipson and Smyth 2010), by a fixed seed.
    """
    ways = prod(comb(len(v), int(s.sum())) for v, s in zip(values, supported, strict=True))
    observed = np.mean([contrast(v, s) for v, s in zip(values, supported, strict=True)])
    if ways <= EXACT:
        parts = [_every(v, int(s.sum())) for v, s in zip(values, supported, strict=True)]
        found = np.array([np.mean(chosen) for chosen in product(*parts)])
        return float((np.abs(found) >= abs(observed) - 1e-9).mean())
    rng = np.random.default_rng(SEED)
    found = np.mean([_drawn(v, int(s.sum()), rng) for v, s in zip(values, supported, strict=True)], axis=0)
    return float((1 + (np.abs(found) >= abs(observed) - 1e-9).sum()) / (DRAWS + 1))


def contrast(values: np.ndarray, supported: np.ndarray) -> float:
    """Mean of the supported minus mean of the others."""
    return float(values[supported].mean() - values[~supported].mean())


def _every(values: np.ndarray, size: int) -> list[float]:
    return [_of_sum(values, values[list(chosen)].sum(), size) for chosen in combinations(range(len(values)), size)]


def _drawn(values: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    shuffled = rng.permuted(np.broadcast_to(values, (DRAWS, len(values))), axis=1)
    return _of_sum(values, shuffled[:, :size].sum(axis=1), size)


def _of_sum(values: np.ndarray, total, size: int):
    return total / size - (values.sum() - total) / (len(values) - size)
