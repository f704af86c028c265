"""Intervals of effect sizes that follow from an F statistic: its noncentrality, turned into the effect."""

from __future__ import annotations

import numpy as np
from scipy import special
from scipy.optimize.elementwise import find_root

from pipeline.estimate.intervals import LEVEL


def effect_limits(effect, f, df1, df2, power, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Interval of an effect from 0 to 1 that grows with F to the `power`: 0.5 for Cramér's V, 1 for eta².

    Arrays of one length. Limits are the noncentralities under which so large and
    so small an F are rare, over df1 F (what the sample's own effect stands
    for), to the power, times the effect. The sample's effect counts chance as
    effect, which the interval does not: with a small F it may lie above it. NaN
    where F is 0 or smaller than chance alone brings it (in one tail of the
    level): no noncentrality fits it. Too wide for very large effects (a V of 0.6
    is held in 99 of 100 samples). Source: Steiger (2004); Smithson (2003).
    """
    effect, f, power = (np.asarray(a, float) for a in (effect, f, power))
    low, high = noncentrality_limits(f, df1, df2, level)
    own = np.where((f > 0) & (high > 0), df1 * f, np.nan)
    return tuple(np.clip(effect * (limit / own) ** power, 0, 1) for limit in (low, high))


def noncentrality_limits(f, df1, df2, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """(low, high): under them F has a cumulative probability of (1 + level) / 2 and (1 - level) / 2; 0 where none has.

    df2 may be infinite (F is then a chi-square over df1). NaN where F or a
    number of degrees of freedom is none. scipy.special.ncfdtrinc does the same to four digits and not beyond 10,000.
    """
    f, df1, df2 = np.broadcast_arrays(*(np.asarray(a, float) for a in (f, df1, df2)))
    return tuple(_noncentrality(f, df1, df2, p) for p in ((1 + level) / 2, (1 - level) / 2))


def _noncentrality(f, df1, df2, p: float) -> np.ndarray:
    usable = (f >= 0) & (df1 > 0) & (df2 > 0)
    f, df1, df2 = (np.where(usable, a, 1.0) for a in (f, df1, df2))
    bracket = np.zeros_like(f), _beyond(f, df1, df2)
    found = find_root(lambda nc, *of: _cumulative(nc, *of) - p, bracket, args=(f, df1, df2))
    without = _cumulative(0.0, f, df1, df2)
    return np.where(usable, np.where(without > p, found.x, 0.0), np.nan)


def _beyond(f, df1, df2) -> np.ndarray:
    """A noncentrality under which so small an F has a probability below 1 in 900, but no astronomically small one (where
    ncfdtr fails): the denominator passes `largest` in 1 of 1,000, the numerator's root lies 4 below its own in 1 of 30,000."""
    endless = np.isinf(df2)
    freedom = np.where(endless, 1.0, df2)
    largest = np.where(endless, 1.0, special.chdtri(freedom, 0.001) / freedom)
    return (np.sqrt(df1 * f * largest) + 4) ** 2


def _cumulative(noncentrality, f, df1, df2) -> np.ndarray:
    endless = np.isinf(df2)
    return np.where(
        endless,
        special.chndtr(df1 * f, df1, noncentrality),
        special.ncfdtr(df1, np.where(endless, 1.0, df2), noncentrality, f),
    )
