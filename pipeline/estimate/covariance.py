"""The covariance of several linear statistics of one unit: linear.py's formula for vectors.

For tests of many cells at once (tables, ranks of several groups). Rows are
parts of the sample within which everything is constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.estimate.design import UNIT, Design
from pipeline.estimate.linear import RAKING_ROUNDS


@dataclass(frozen=True)
class UnitDesign:
    """One unit's places as arrays: stratum and sampling unit (numbers), n, sw, sw2 per place; n_h and open per stratum."""

    first: int
    stratum: np.ndarray
    psu: np.ndarray
    size: np.ndarray
    sw: np.ndarray
    sw2: np.ndarray
    clustered: bool
    n_h: np.ndarray
    open: np.ndarray
    levels: list[np.ndarray]

    @cached_property
    def df(self) -> int:
        """Sampling units minus strata, of everybody."""
        return int(self.n_h.sum() - len(self.n_h))

    @cached_property
    def plain(self) -> bool:
        """Whether it is all one place: no strata, no sampling units but the respondents, no margins to meet."""
        return len(self.size) == 1 and not self.clustered and not self.levels


def unit_designs(design: Design) -> dict[tuple, UnitDesign]:
    """Every unit's places; a unit's places are numbered in a row."""
    strata = design.strata.partition_by(UNIT, as_dict=True)
    return {
        unit: _unit_design(places, strata[unit].sort("stratum"), design.margins.get(unit, []))
        for unit, places in design.places.partition_by(UNIT, as_dict=True, maintain_order=True).items()
    }


def _unit_design(places, strata, margins: list[list[str]]) -> UnitDesign:
    pairs = [f"{s}\x1f{p}" for s, p in zip(places["stratum"], places["psu"], strict=True)]
    return UnitDesign(
        int(places["place"][0]),
        np.searchsorted(strata["stratum"].to_numpy(), places["stratum"].to_numpy()),
        np.unique(pairs, return_inverse=True)[1],
        places["n"].to_numpy().astype(float),
        places["sw"].to_numpy(),
        places["sw2"].to_numpy(),
        bool(places["clustered"].any()),
        strata["n_h"].to_numpy().astype(float),
        strata["open"].to_numpy(),
        [np.unique(levels, return_inverse=True)[1] for levels in margins],
    )


def covariance(unit: UnitDesign, place: np.ndarray, sw: np.ndarray, sw2: np.ndarray, u: np.ndarray) -> np.ndarray:
    """K x K covariance of the sums of w u.

    place, sw, sw2: per part its place (as numbered in the design), sum of
    weights and of their squares; u: parts x K, the influence of each of its respondents.
    """
    at = place - unit.first
    if unit.levels:
        at, sw, sw2, u = _calibrated(unit, at, sw, sw2, u)
    z = sw[:, None] * u
    if unit.clustered:
        return _clustered(unit, at, z)
    total = np.zeros((u.shape[1], u.shape[1]))
    for h, (n, free) in enumerate(zip(unit.n_h, unit.open, strict=True)):
        mine = slice(None) if len(unit.n_h) == 1 else unit.stratum[at] == h
        squares = (sw2[mine, None] * u[mine]).T @ u[mine]
        total += free * _scatter(squares, z[mine].sum(axis=0), n)
    return total


def _clustered(unit: UnitDesign, at: np.ndarray, z: np.ndarray) -> np.ndarray:
    totals = np.zeros((unit.psu.max() + 1, z.shape[1]))
    np.add.at(totals, unit.psu[at], z)
    of_stratum = np.zeros(len(totals), dtype=int)
    of_stratum[unit.psu] = unit.stratum
    result = np.zeros((z.shape[1], z.shape[1]))
    for h, (n, free) in enumerate(zip(unit.n_h, unit.open, strict=True)):
        mine = totals[of_stratum == h]
        result += free * _scatter(mine.T @ mine, mine.sum(axis=0), n)
    return result


def _scatter(squares: np.ndarray, total: np.ndarray, n: float) -> np.ndarray:
    """Of one stratum; a lonely unit is centred at 0."""
    return (squares - np.outer(total, total) / n) * n / (n - 1) if n > 1 else squares


def _calibrated(unit: UnitDesign, at, sw, sw2, u) -> tuple:
    """The parts with what the margins explain taken away, and the rest of each place as a part of its own."""
    weight = unit.sw / unit.size
    rest = unit.size - np.bincount(at, sw / weight[at], len(unit.size))
    influence = np.zeros((len(unit.size), u.shape[1]))
    np.add.at(influence, at, (sw / weight[at])[:, None] * u)
    explained = np.zeros_like(influence)
    for level in unit.levels * (1 if len(unit.levels) == 1 else RAKING_ROUNDS):
        share = unit.size * (weight if len(unit.levels) == 1 else 1.0)
        sums = np.zeros((level.max() + 1, u.shape[1]))
        np.add.at(sums, level, influence * (share / unit.size)[:, None])
        step = (sums / np.bincount(level, share)[:, None])[level]
        influence, explained = influence - step * unit.size[:, None], explained + step
    everywhere = np.arange(len(unit.size))
    return (
        np.concatenate([at, everywhere]),
        np.concatenate([sw, rest * weight]),
        np.concatenate([sw2, rest * weight**2]),
        np.concatenate([u - explained[at], -explained]),
    )
