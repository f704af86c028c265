"""The list experiment: how many did what nobody had to admit, from two lists of which one has one statement more."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import special

EM_ROUNDS, NEWTON_ROUNDS, TOLERANCE = 5000, 30, 1e-12
EDGE = 1e-6  # a share nearer to 0 or 1 lies on the edge, where no error can be linearised
DRAWS, SEED = 20_000, 20_120  # for the weights of the mixture of chi-squares


@dataclass(frozen=True)
class Lists:
    """Answers of both lists: weight of each count; control has J + 1 of them (0 to J), treatment J + 2."""

    control: np.ndarray
    treatment: np.ndarray

    @property
    def innocuous(self) -> int:
        return len(self.control) - 1


def difference_in_means(lists: Lists) -> tuple[float, np.ndarray, np.ndarray]:
    """(share, influence of each count in control, in treatment): mean count of treatment less that of control.

    Design-based: the influences go to linear.py, so that weights, strata and
    sampling units count; equal to R's svyglm(y ~ treatment). Source: Miller
    (1984); Blair and Imai (2012).
    """
    (low, of_control), (high, of_treatment) = (_mean(w) for w in (lists.control, lists.treatment))
    return high - low, -of_control, of_treatment


def _mean(weights: np.ndarray) -> tuple[float, np.ndarray]:
    counts, total = np.arange(len(weights)), weights.sum()
    mean = float(counts @ weights / total)
    return mean, (counts - mean) / total


def maximum_likelihood(lists: Lists) -> tuple[float, np.ndarray | None, np.ndarray | None]:
    """(share, influences as in `difference_in_means`): Imai's (2011) model without covariates.

    Each innocuous statement is true with one probability h, whether or not the
    sensitive one is, so that counts are binomial; share and h by EM (Dempster,
    Laird and Rubin 1977) and Newton's method. With weights it is the
    pseudo-likelihood; errors are linearised (Binder 1983), not read off the
    information. Never outside 0 to 1. It is a little sharper than the difference in means
    where the model holds and misleading where it does not (statements that go
    together, or are unlike each other). On the edge (0 or 1) no influences: None.
    """
    share, h = _fitted(lists)
    if min(share, 1 - share, h, 1 - h) < EDGE:
        return float(np.round(share, 5)), None, None
    scores, information = _scores(lists, share, h)
    if information is None:
        return share, None, None
    of_control, of_treatment = (s @ np.linalg.inv(information)[0] for s in scores)
    return share, of_control, of_treatment


def _fitted(lists: Lists) -> tuple[float, float]:
    share, h = _expectation_maximisation(lists)
    for _ in range(NEWTON_ROUNDS):
        if min(share, 1 - share, h, 1 - h) < EDGE:
            break
        scores, information = _scores(lists, share, h)
        if information is None:
            break
        total = lists.control @ scores[0] + lists.treatment @ scores[1]
        step = np.linalg.solve(information, total)
        if not (0 < share + step[0] < 1 and 0 < h + step[1] < 1):
            break
        share, h = share + step[0], h + step[1]
        if np.abs(step).max() < TOLERANCE:
            break
    return float(share), float(h)


def _expectation_maximisation(lists: Lists) -> tuple[float, float]:
    """From the moments, until a round moves nothing; the likelihood rises with every round."""
    j, everybody = lists.innocuous, lists.control.sum() + lists.treatment.sum()
    with_it, without = np.arange(-1, j + 1), np.arange(j + 2)
    truths = np.arange(j + 1) @ lists.control
    h = np.clip(truths / lists.control.sum() / j, 0.05, 0.95)
    share = np.clip(difference_in_means(lists)[0], 0.05, 0.95)
    for _ in range(EM_ROUNDS):
        a, b = share * _binomial(with_it, j, h), (1 - share) * _binomial(without, j, h)
        does = np.divide(a, a + b, out=np.zeros_like(a), where=a + b > 0)
        does_now = lists.treatment @ does / lists.treatment.sum()
        h_now = (truths + lists.treatment @ (without - does)) / (j * everybody)
        moved = max(abs(does_now - share), abs(h_now - h))
        share, h = does_now, h_now
        if moved < 1e-9 or not 0 < h < 1:
            break
    return share, h


def _binomial(y: np.ndarray, j: int, h: float) -> np.ndarray:
    inside = (y >= 0) & (y <= j)
    k = np.where(inside, y, 0)
    return np.where(inside, special.comb(j, k) * h**k * (1 - h) ** (j - k), 0.0)


def _slopes(y: np.ndarray, j: int, h: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A binomial probability and its first two derivatives by h."""
    p, u = _binomial(y, j, h), (y - j * h) / (h * (1 - h))
    curve = (-j * h * (1 - h) - (y - j * h) * (1 - 2 * h)) / (h * (1 - h)) ** 2
    return p, p * u, p * (u * u + curve)


def _scores(lists: Lists, share: float, h: float) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray | None]:
    """((score of each count in control, in treatment), information): by share and h; None where it has no inverse."""
    j = lists.innocuous
    p, p1, p2 = _slopes(np.arange(j + 1), j, h)
    of_control = np.column_stack([np.zeros(j + 1), p1 / p])
    a, a1, a2 = _slopes(np.arange(-1, j + 1), j, h)
    b, b1, b2 = _slopes(np.arange(j + 2), j, h)
    total, total1 = share * a + (1 - share) * b, share * a1 + (1 - share) * b1
    s, t = (a - b) / total, total1 / total
    of_treatment = np.column_stack([s, t])
    cross = (a1 - b1) / total - s * t
    curve = (share * a2 + (1 - share) * b2) / total - t * t
    w, v = lists.control, lists.treatment
    information = np.array(
        [[v @ (s * s), -(v @ cross)], [-(v @ cross), -(v @ curve) - w @ (p2 / p - (p1 / p) ** 2)]]
    )
    usable = np.isfinite(information).all() and np.linalg.cond(information) < 1e12
    return (of_control, of_treatment), information if usable else None


def type_shares(lists: Lists) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """(shares with the behaviour, influences), (without, influences) of respondents by their innocuous count.

    With: F0(j) - F1(j), j = 0 to J - 1; without: F1(j) - F0(j - 1), j = 1 to J; F the
    distribution of counts in control (0) and treatment (1). Influences: one row per count
    of control, then of treatment. Source: Blair and Imai (2012).
    """
    j = lists.innocuous
    shares, parts = zip(*(_cumulative(w, j) for w in (lists.control, lists.treatment)), strict=True)
    (f0, f1), (u0, u1) = shares, parts
    with_it = f0[:-1] - f1[:-1], np.concatenate([u0[:, :-1], -u1[:, :-1]])
    without = f1[1:] - f0[:-1], np.concatenate([-u0[:, :-1], u1[:, 1:]])
    return with_it, without


def _cumulative(weights: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of answers up to 0, 1, ... J, and what each count moves them by."""
    up_to = (np.arange(len(weights))[:, None] <= np.arange(j + 1)[None, :]).astype(float)
    share = weights @ up_to / weights.sum()
    return share, (up_to - share) / weights.sum()


def no_design_effect(tests: list[tuple[np.ndarray, np.ndarray]], n: int) -> float:
    """p-value of "the list did not change how the innocuous statements were answered", from shares of types.

    tests: (shares, their design-based covariance), with and without the behaviour
    (see `type_shares`); if any is surely negative there is a design effect. Distance to
    the shares that none is negative of, against a mixture of chi-squares
    (Kudo 1963); shares that are clearly positive are left out (generalised
    moment selection: Andrews and Soares 2010); twice the smaller p-value.
    Source: Blair and Imai (2012), section 3.1.
    """
    return min(1.0, 2 * min(_none_negative(shares, covariance, n) for shares, covariance in tests))


def _none_negative(shares: np.ndarray, covariance: np.ndarray, n: int) -> float:
    se = np.sqrt(np.diag(covariance))
    doubtful = (se > 0) & (shares <= se * np.sqrt(np.log(n)))
    x, v = shares[doubtful], covariance[np.ix_(doubtful, doubtful)]
    if not len(x) or (x >= 0).all():
        return 1.0
    metric = np.linalg.pinv(v)
    distance = float(_nearest(x[None, :], metric)[1][0])
    draws = np.random.default_rng(SEED).multivariate_normal(np.zeros(len(x)), v, DRAWS)
    zeros = _nearest(draws, metric)[0]
    weights = np.bincount(zeros, minlength=len(x) + 1) / DRAWS
    return float(weights[1:] @ special.chdtrc(np.arange(1, len(x) + 1), distance))


def _nearest(x: np.ndarray, metric: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per row of x its nearest point without a negative part: how many parts are 0, and the squared distance.

    Tries every set of zeros and keeps the one that is no nearer to be had (Karush, Kuhn, Tucker).
    """
    zeros, distance = np.zeros(len(x), int), np.full(len(x), np.inf)
    for free in product([False, True], repeat=x.shape[1]):
        free = np.array(free)
        point = np.zeros_like(x)
        if free.any():
            inner = np.linalg.pinv(metric[np.ix_(free, free)]) @ metric[np.ix_(free, ~free)]
            point[:, free] = x[:, free] + x[:, ~free] @ inner.T
        off = x - point
        far = np.einsum("ij,jk,ik->i", off, metric, off)
        better = (point >= 0).all(axis=1) & (far < distance)
        zeros[better], distance[better] = (~free).sum(), far[better]
    return zeros, distance
