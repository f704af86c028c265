"""Confidence intervals and p-values; every function takes and gives arrays."""

from __future__ import annotations

import numpy as np
from scipy import special

LEVEL = 0.95


def t_quantile(df: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Two-sided t quantile; NaN where there is no degree of freedom."""
    df = np.asarray(df, float)
    return np.where(df > 0, special.stdtrit(np.where(df > 0, df, 1.0), (1 + level) / 2), np.nan)


def mean_interval(estimate, variance, df, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """t interval on the design's degrees of freedom."""
    half = t_quantile(df, level) * np.sqrt(variance)
    return estimate - half, estimate + half


def share_interval(share, variance, df, n, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Korn and Graubard (1998) interval, as R's svyciprop(method="beta").

    n* = p(1-p)/V (t(n-1)/t(df))² effective respondents in Clopper-Pearson's
    limits. Where V is 0 (p of 0 or 1, where R gives NaN) n* is n.
    """
    share, variance, df, n = (np.asarray(a, float) for a in (share, variance, df, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (t_quantile(n - 1, level) / t_quantile(df, level)) ** 2
        effective = np.where(variance > 0, share * (1 - share) / variance * ratio, n)
    yes, no, tail = effective * share, effective * (1 - share), (1 - level) / 2
    ok = np.isfinite(effective) & (effective > 0)
    low = np.where(yes > 0, special.betaincinv(np.where(ok, yes, 1), np.where(ok, no, 0) + 1, tail), 0.0)
    high = np.where(no > 0, special.betaincinv(np.where(ok, yes, 0) + 1, np.where(ok, no, 1), 1 - tail), 1.0)
    return np.where(ok, low, np.nan), np.where(ok, high, np.nan)


def t_test(difference, se, df) -> tuple[np.ndarray, np.ndarray]:
    """(statistic, two-sided p-value); NaN where se or df is 0."""
    difference, se, df = (np.asarray(a, float) for a in (difference, se, df))
    ok = (se > 0) & (df > 0)
    statistic = np.where(ok, difference / np.where(ok, se, 1), np.nan)
    return statistic, np.where(ok, 2 * special.stdtr(np.where(ok, df, 1), -np.abs(statistic)), np.nan)
