"""How many answered, and what they weigh, of everybody and of each group, as protect/primary.py reads them.

A letter has thousands of such sums over some hundred respondents each: arrays add them up many times faster than tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.instrument import Item
from pipeline.letters.answers import weights
from pipeline.letters.case import Case, present
from pipeline.protect.blocks import BLOCK, DOMAIN

OWN = dict.fromkeys(["domain_variable", "domain_category"], pl.String)
HEADS = OWN | {"respondents": pl.Int64, "weight": pl.Float64, "largest": pl.List(pl.Float64)}
BASES = OWN | {"indicator": pl.String, "n": pl.Int64, "weight": pl.Float64}


@dataclass(frozen=True)
class Groups:
    """sizes: DOMAIN, respondents; largest: DOMAIN, weight, largest (weights, the greatest first); blocks: BLOCK, n, weight."""

    sizes: pl.DataFrame
    largest: pl.DataFrame
    blocks: pl.DataFrame


def groups_of(case: Case, by: list[Item]) -> Groups:
    """Of a usable case: everybody, and each group of the questions `by` that somebody is in."""
    e, weight = case.submission.export, weights(case.submission).to_numpy()
    estimated = {i.code for i in case.instrument.estimated}
    asked = [i for i in present(case.submission) if i.code in estimated]
    valid = {i.code: case.valid[i.code].to_numpy() for i in asked}
    not_of_groups = {i.code: valid[i.code] for i in asked if i.role != "profile"}  # who is in a group is not broken down again
    parts = [_Part("", [""], np.zeros(len(weight), np.int64), weight, valid)]
    for item in by:
        codes = sorted(c.code for c in case.instrument.scale_of(item).categories)
        number = case.submission.answers[item.code].cast(pl.Enum(codes), strict=False).to_physical().cast(pl.Int64).fill_null(len(codes))
        parts.append(_Part(item.code, codes, number.to_numpy(), weight, not_of_groups))
    unit = {name: pl.lit(value, pl.String) for name, value in zip(UNIT, (e.member, e.wave, e.population), strict=True)}
    heads = [row for part in parts for row in part.heads(case.rules.dominance_respondents)]
    bases = [row for part in parts for row in part.bases()]
    named = pl.DataFrame(heads, HEADS, orient="row").with_columns(**unit)
    blocks = pl.DataFrame(bases, BASES, orient="row").with_columns(**unit)
    return Groups(named.select(*DOMAIN, "respondents"), named.select(*DOMAIN, "weight", "largest"), blocks.select(*BLOCK, "n", "weight"))


@dataclass(frozen=True)
class _Part:
    """The groups of one question: `number` says of each respondent which of `codes`, or their count for none of them.

    valid: question -> whether each respondent gave an answer that counts.
    """

    variable: str
    codes: list[str]
    number: np.ndarray
    weight: np.ndarray
    valid: Mapping[str, np.ndarray]

    def heads(self, most: int) -> Iterator[tuple]:
        """Rows of HEADS, with the `most` greatest weights."""
        n, w = self._sums(slice(None))
        for k in self._there():
            greatest = np.sort(self.weight[self.number == k])[::-1][:most]
            yield self.variable, self.codes[k], int(n[k]), float(w[k]), greatest.tolist()

    def bases(self) -> Iterator[tuple]:
        """Rows of BASES."""
        there = self._there()
        for question, valid in self.valid.items():
            n, w = self._sums(valid)
            yield from ((self.variable, self.codes[k], question, int(n[k]), float(w[k])) for k in there)

    def _there(self) -> list[int]:
        """The numbers of codes that somebody gave."""
        return np.flatnonzero(self._sums(slice(None))[0]).tolist()

    def _sums(self, of: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
        """(respondents, what they weigh) of each code."""
        number, size = self.number[of], len(self.codes) + 1
        return np.bincount(number, minlength=size)[:-1], np.bincount(number, self.weight[of], size)[:-1]
