"""Exact intervals of counts, for figures that are no sample's."""

from __future__ import annotations

import numpy as np
from scipy import special

from pipeline.estimate.intervals import LEVEL, share_interval


def poisson_interval(events, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of the expected number of events, of which `events` (whole, 0 or more) happened.

    Its ends are the expectations under which so many or more, and so many or fewer,
    have half of what is left of the level. Source: Garwood (1936). R: poisson.test.
    """
    events, tail = np.asarray(events, float), (1 - level) / 2
    low = special.gammaincinv(np.where(events > 0, events, 1.0), tail)
    return np.where(events > 0, low, 0.0), special.gammaincinv(events + 1, 1 - tail)


def binomial_interval(persons, among, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of a share, from `persons` (whole) of `among` (more than 0, at least as many).

    What Korn and Graubard's interval is when everybody was drawn alike. Source:
    Clopper and Pearson (1934). R: binom.test.
    """
    persons, among = np.asarray(persons, float), np.asarray(among, float)
    return share_interval(persons / among, np.zeros_like(persons / among), among, among, level)
