"""Sums over spots, which are domains at places of the design: what respondents gave, added up wherever they belong.

As products of matrices, these are added up in the order of respondents, whoever else is counted with them.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse


class Spots:
    """Which respondents stand where.

    names: of each spot PLACE, UNIT, domain_variable and domain_category, in their order.
    """

    def __init__(self, names: pl.DataFrame, membership: pl.DataFrame, alike: pl.Series):
        """names: sql/039; membership: sql/038; alike: of each respondent in order, see sql/037."""
        self.names = names.sort("spot").drop("spot")
        self._first = alike.unique().sort()
        place = (membership["spot"].to_numpy(), self._rows(membership["alike"]))
        self._spots = _ones(place, (names.height, len(self._first)))
        self._alike = _ones((self._rows(alike), np.arange(len(alike))), (len(self._first), len(alike)))

    def _rows(self, alike: pl.Series) -> np.ndarray:
        return self._first.search_sorted(alike).to_numpy()

    def answers(self, counted: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
        """Names of spot and answer, n, sw, sw2. counted: alike, given (a row of `given`), n, sw, sw2; given: names of each answer.

        Weights are above 0, and so is every sum: the three matrices have their numbers at the same places.
        """
        at, shape = (self._rows(counted["alike"]), counted["given"].to_numpy()), (len(self._first), given.height)
        sums = {c: self._spots @ sparse.csr_array((counted[c].to_numpy(), at), shape) for c in ("n", "sw", "sw2")}
        for each in sums.values():
            each.sort_indices()
        spot, answer = sums["n"].nonzero()
        return self._named(spot, given, answer, {c: each.data for c, each in sums.items()})

    def scores(self, y: np.ndarray, weight: np.ndarray, indicators: pl.DataFrame) -> pl.DataFrame:
        """Names of spot and indicator, SUMS. y: respondents x indicators, NaN where there is no score; indicators: names of each."""
        there, w = ~np.isnan(y), weight[:, None]
        y = np.where(there, y, 0.0)
        w, w2 = there * w, there * w * w
        of = {"n": there, "sw": w, "swy": w * y, "sw2": w2, "sw2y": w2 * y, "sw2y2": w2 * y * y, "swy2": w * y * y, "ny": y}
        sums = {c: self._spots @ (self._alike @ values.astype(float)) for c, values in of.items()}
        spot, indicator = np.nonzero(sums["n"])
        return self._named(spot, indicators, indicator, {c: each[spot, indicator] for c, each in sums.items()})

    def _named(self, spot: np.ndarray, names: pl.DataFrame, which: np.ndarray, sums: dict[str, np.ndarray]) -> pl.DataFrame:
        found = pl.DataFrame(sums).with_columns(pl.col("n").cast(pl.Int64))
        return pl.concat([self.names[spot], names[which], found], how="horizontal")


def _ones(at: tuple[np.ndarray, np.ndarray], shape: tuple[int, int]) -> sparse.csr_array:
    """Its columns in order, by which sums are added up: SQL gives rows in none."""
    ones = sparse.csr_array((np.ones(len(at[0])), at), shape)
    ones.sort_indices()
    return ones
