"""The answers to one question as numbers, which are counted and compared faster than texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Codes:
    """names: codes in the order of the alphabet, each once, '' for no answer; place: of each respondent's code among them.

    There may be names that nobody gave.
    """

    names: np.ndarray
    place: np.ndarray

    @classmethod
    def of(cls, answers: pl.Series) -> Codes:
        known = answers.fill_null("")
        names = known.unique().sort()
        places = known.replace_strict(names, np.arange(len(names)), return_dtype=pl.Int64)
        return cls(names.to_numpy().astype(str), places.to_numpy())

    @classmethod
    def joined(cls, parts: Sequence[Codes]) -> Codes:
        """One after the other."""
        starts = np.cumsum([0, *(len(p.names) for p in parts)])
        place = np.concatenate([p.place + start for p, start in zip(parts, starts, strict=False)])
        names = np.concatenate([p.names for p in parts])
        return cls(names, place).renamed(names)

    def __getitem__(self, respondents: np.ndarray) -> Codes:
        return Codes(self.names, self.place[respondents])

    def renamed(self, names: np.ndarray) -> Codes:
        """With these names in the place of the old ones; those that are the same now become one."""
        found, place = np.unique(names, return_inverse=True)
        return Codes(found, place[self.place])

    @property
    def answered(self) -> np.ndarray:
        """Of each respondent, whether there is an answer."""
        return (self.names != "")[self.place]

    @property
    def counts(self) -> np.ndarray:
        """How many respondents gave each code."""
        return np.bincount(self.place, minlength=len(self.names))

    @property
    def given(self) -> list[str]:
        """The codes that somebody gave."""
        return [str(name) for name in self.names[self.counts > 0] if name]
