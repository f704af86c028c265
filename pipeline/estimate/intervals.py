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
    share, variance, df, n = np.broadcast_arrays(*(np.asarray(a, float) for a in (share, variance, df, n)))
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(variance > 0, share * (1 - share) / variance * _loss_of_df(df, n, level), n)
    low, high = np.full_like(effective, np.nan), np.full_like(effective, np.nan)
    ok = np.isfinite(effective) & (effective > 0)
    # many shares rest on the same numbers: each pair, as one complex number, is looked up once
    pairs, which = np.unique((effective * share + 1j * (effective * (1 - share)))[ok], return_inverse=True)
    low[ok], high[ok] = (limits[which] for limits in _clopper_pearson(pairs.real, pairs.imag, (1 - level) / 2))
    return low, high


def _clopper_pearson(yes: np.ndarray, no: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.zeros_like(yes), np.ones_like(yes)
    special.betaincinv(yes, no + 1, tail, out=low, where=yes > 0)
    special.betaincinv(yes + 1, no, 1 - tail, out=high, where=no > 0)
    return low, high


def _loss_of_df(df, n, level: float) -> np.ndarray:
    """(t(n-1)/t(df))²: 1 in a sample of single respondents, for whose many shares no quantile is asked."""
    fewer = (df != n - 1) | (df <= 0)
    ratio = np.ones_like(df)
    ratio[fewer] = (t_quantile(n[fewer] - 1, level) / t_quantile(df[fewer], level)) ** 2
    return ratio


def logit_interval(share, variance, df, n, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """t interval of the log odds, turned back into a share; NaN for shares of 0 and 1, whose log odds are infinite.

    R: svyciprop(method="logit"). `n` is not needed. Source: Korn and Graubard (1998).
    """
    share, half = _half_width(share, variance, df, level)
    inside = (share > 0) & (share < 1)
    odds = special.logit(np.where(inside, share, np.nan))
    half = half / np.where(inside, share * (1 - share), np.nan)
    return special.expit(odds - half), special.expit(odds + half)


def arcsine_interval(share, variance, df, n, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """t interval of the angle whose squared sine is the share; NaN for shares of 0 and 1.

    R: svyciprop(method="asin"), but for angles beyond 0 and 90 degrees, which end there (R
    lets them come back). `n` is not needed. Source: Anscombe (1948).
    """
    share, half = _half_width(share, variance, df, level)
    inside = (share > 0) & (share < 1)
    half = half / (2 * np.sqrt(np.where(inside, share * (1 - share), np.nan)))
    low, high = (np.clip(np.arcsin(np.sqrt(share)) + side * half, 0, np.pi / 2) for side in (-1, 1))
    return np.sin(low) ** 2, np.sin(high) ** 2


def wald_interval(share, variance, df, n, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Share plus and minus t standard errors; may pass 0 and 1. R: svyciprop(method="mean"). `n` is not needed."""
    share, half = _half_width(share, variance, df, level)
    return share - half, share + half


def _half_width(share, variance, df, level: float) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(share, float), t_quantile(df, level) * np.sqrt(np.asarray(variance, float))


# R's names. `make simulate` compares what they cover; everything published is Korn and Graubard's.
SHARE_METHODS = {
    "beta": share_interval,
    "logit": logit_interval,
    "asin": arcsine_interval,
    "mean": wald_interval,
}


def t_test(difference, se, df) -> tuple[np.ndarray, np.ndarray]:
    """(statistic, two-sided p-value); NaN where se or df is 0."""
    difference, se, df = (np.asarray(a, float) for a in (difference, se, df))
    ok = (se > 0) & (df > 0)
    statistic = np.where(ok, difference / np.where(ok, se, 1), np.nan)
    return statistic, np.where(ok, 2 * special.stdtr(np.where(ok, df, 1), -np.abs(statistic)), np.nan)
