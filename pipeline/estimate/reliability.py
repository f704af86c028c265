"""Do a factor's items measure one thing: alpha, omega and item-rest correlations."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import optimize, special

from pipeline.estimate.design import UNIT
from pipeline.estimate.intervals import LEVEL

ENOUGH, WEAK = 0.70, 0.60  # alpha for comparing groups (Nunnally 1978); what is below WEAK carries no mean
FEWEST = 30
LEAST_UNIQUE = 0.005  # R: psych::fa, factanal
RELIABILITY = {
    **dict.fromkeys([*UNIT, "indicator", "item", "statistic"], pl.String),
    **dict.fromkeys(["estimate", "ci_low", "ci_high"], pl.Float64),
    "n": pl.Int64,
    "verdict": pl.String,
}


def reliability(pairs: pl.DataFrame) -> pl.DataFrame:
    """Rows of RELIABILITY from sums of item pairs (pairs.factor_pairs), over complete cases, unweighted.

    alpha, omega (of the factor; item ''), item_rest and alpha_without (per
    item). verdict: ok; weak where alpha is surely below 0.70; cannot_carry_a_mean
    where it is surely below 0.60, an item runs against the rest, or a single
    item stands for the factor; unknown on fewer than 30 complete cases.
    """
    rows = []
    for key, part in pairs.partition_by([*UNIT, "factor"], as_dict=True, maintain_order=True).items():
        items, n, covariance = _covariance(part)
        rows += [(*key, *row) for row in _factor(items, n, covariance)]
    return pl.DataFrame(rows, RELIABILITY, orient="row")


def _covariance(part: pl.DataFrame) -> tuple[list[str], int, np.ndarray]:
    items, n = sorted(set(part["item"])), int(part["n"][0])
    at = {item: k for k, item in enumerate(items)}
    matrix = np.zeros((len(items), len(items)))
    for r in part.iter_rows(named=True):
        i, j = at[r["item"]], at[r["other_item"]]
        matrix[i, j] = matrix[j, i] = (r["sxy"] - r["sx"] * r["sy"] / n) / max(n - 1, 1)
    return items, n, matrix


def _factor(items: list[str], n: int, s: np.ndarray) -> list[tuple]:
    k = len(items)
    if k < 2 or n < 3 or (np.diag(s) <= 0).any():
        return [("", "alpha", None, None, None, n, "cannot_carry_a_mean" if k < 2 else "unknown")]
    rest = item_rest(s)
    value = alpha(s)
    low, high = alpha_interval(value, k, n)
    verdict = _verdict(n, high, rest)
    rows = [("", "alpha", value, low, high, n, verdict), ("", "omega", *omega_with_interval(s, n), n, verdict)]
    for i, item in enumerate(items):
        rows.append((item, "item_rest", float(rest[i]), *_fisher(rest[i], n), n, verdict))
        if k > 2:
            left = np.delete(np.delete(s, i, 0), i, 1)
            rows.append((item, "alpha_without", alpha(left), *alpha_interval(alpha(left), k - 1, n), n, verdict))
    return rows


def _verdict(n: int, alpha_high: float, rest: np.ndarray) -> str:
    if n < FEWEST:
        return "unknown"
    if alpha_high < WEAK or (rest < 0).any():
        return "cannot_carry_a_mean"
    return "weak" if alpha_high < ENOUGH else "ok"


def alpha(s: np.ndarray) -> float:
    """Cronbach's (1951) alpha of a covariance matrix."""
    k = len(s)
    return float(k / (k - 1) * (1 - np.trace(s) / s.sum()))


def alpha_interval(value: float, k: int, n: int) -> tuple[float, float]:
    """Interval from F on n - 1 and (n - 1)(k - 1) degrees of freedom (Feldt, Woodruff and Salih 1987)."""
    f = special.fdtri(n - 1, (n - 1) * (k - 1), [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    return tuple(float(1 - (1 - value) * x) for x in f)


def item_rest(s: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others."""
    own, with_all, total = np.diag(s), s.sum(axis=1), s.sum()
    return (with_all - own) / np.sqrt(own * np.clip(total - 2 * with_all + own, 1e-300, None))


def _fisher(r: float, n: int) -> tuple[float, float]:
    """Fisher's (1921) interval of a correlation."""
    half = special.ndtri((1 + LEVEL) / 2) / np.sqrt(max(n - 3, 1))
    z = np.arctanh(np.clip(r, -0.999999, 0.999999))
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def omega(r: np.ndarray) -> float | None:
    """McDonald's (1999) omega total of a correlation matrix: one factor, maximum likelihood.

    None for fewer than three items, where one factor is not identified, and
    where an item would have no variance of its own (Heywood).
    """
    if len(r) < 3:
        return None
    loadings = _three_loadings(r) if len(r) == 3 else _loadings(r)
    if loadings is None:
        return None
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def _three_loadings(r: np.ndarray) -> np.ndarray | None:
    """Three items fix their loadings exactly (Spearman 1904)."""
    a, b, c = r[0, 1], r[0, 2], r[1, 2]
    if min(a, b, c) <= 0:
        return None
    loadings = np.sqrt([a * b / c, a * c / b, b * c / a])
    return loadings if (loadings < 1).all() else None


def _loadings(r: np.ndarray) -> np.ndarray | None:
    """Loadings at the uniquenesses that maximise the likelihood (Jöreskog 1967; Lawley and Maxwell 1971)."""

    def misfit(log_unique: np.ndarray) -> tuple[float, np.ndarray]:
        """And its gradient, from the eigenvalues that the factor leaves."""
        scale = np.exp(-log_unique / 2)
        values, vectors = np.linalg.eigh(scale[:, None] * r * scale)
        left, of_items = np.clip(values[:-1], 1e-12, None), vectors[:, :-1] ** 2
        return float((left - np.log(left) - 1).sum()), of_items @ (1 - left)

    start = np.log(np.clip(1 / np.diag(np.linalg.inv(r)), 0.05, 0.95))
    limits = [(np.log(LEAST_UNIQUE), 0.0)] * len(r)
    options = {"ftol": 1e-14, "gtol": 1e-10}
    found = optimize.minimize(misfit, start, method="L-BFGS-B", jac=True, bounds=limits, options=options)
    unique = np.exp(found.x)
    if np.abs(found.jac[unique < 1]).max(initial=0) > 1e-5 or unique.min() <= LEAST_UNIQUE:
        return None
    scale = np.sqrt(unique)
    values, vectors = np.linalg.eigh(r / np.outer(scale, scale))
    loadings = scale * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0))
    return loadings * np.sign(loadings.sum())


def omega_with_interval(s: np.ndarray, n: int) -> tuple[float | None, float | None, float | None]:
    """(omega, low, high): delta method on the correlations' normal-theory covariance, on the scale of log(1 - omega).

    Source: Olkin and Siotani (1976); Kelley and Pornprasertmanit (2016).
    """
    scale = np.sqrt(np.diag(s))
    r = s / np.outer(scale, scale)
    value = omega(r)
    if value is None:
        return None, None, None
    pairs = np.transpose(np.triu_indices(len(r), 1))
    gradient = [_slope(r, i, j, value) for i, j in pairs]
    if any(g is None for g in gradient):
        return value, None, None
    g = np.array(gradient)
    error = np.sqrt(g @ _correlation_covariance(r, pairs) @ g / n)
    half = special.ndtri((1 + LEVEL) / 2) * error / (1 - value)
    return value, float(1 - (1 - value) * np.exp(half)), float(1 - (1 - value) * np.exp(-half))


def _slope(r: np.ndarray, i: int, j: int, value: float, step: float = 1e-4) -> float | None:
    moved = r.copy()
    moved[i, j] = moved[j, i] = r[i, j] + step
    changed = omega(moved)
    return None if changed is None else (changed - value) / step


def _correlation_covariance(r: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    i, j = pairs[:, 0][:, None], pairs[:, 1][:, None]
    k, m = pairs[:, 0][None, :], pairs[:, 1][None, :]
    squares = r[i, k] ** 2 + r[i, m] ** 2 + r[j, k] ** 2 + r[j, m] ** 2
    products = r[i, j] * (r[i, k] * r[i, m] + r[j, k] * r[j, m]) + r[k, m] * (r[i, k] * r[j, k] + r[i, m] * r[j, m])
    return r[i, j] * r[k, m] * squares / 2 + r[i, k] * r[j, m] + r[i, m] * r[j, k] - products
