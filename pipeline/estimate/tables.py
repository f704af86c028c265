"""Many tables of groups and answers at once: to call the arithmetic for each of thousands would take longer than to do it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.estimate.covariance import UnitDesign, covariance

MOST = 1_000_000  # numbers in the matrices of the tables that are at work at a time


@dataclass(frozen=True)
class Tables:
    """Tables of one size; a cell is group x answers + answer.

    designs: of each table's unit. starts: where each table's parts of the sample begin (and where the last ones end) in place,
    cell, sw and sw2: the place of each part, its cell, the sum of its weights and of their squares.
    """

    groups: int
    answers: int
    designs: Sequence[UnitDesign]
    starts: np.ndarray
    place: np.ndarray
    cell: np.ndarray
    sw: np.ndarray
    sw2: np.ndarray

    def cells(self, of_parts: np.ndarray) -> np.ndarray:
        """tables x cells: `of_parts` (a number of each part) added up."""
        count, size = len(self.designs), self.groups * self.answers
        table = np.repeat(np.arange(count), np.diff(self.starts))
        return np.bincount(table * size + self.cell, of_parts, count * size).reshape(count, size)

    def by_group(self, cells: np.ndarray) -> np.ndarray:
        """tables x groups x answers."""
        return cells.reshape(-1, self.groups, self.answers)


def of_one_size(parts: pl.DataFrame, answer: str, designs: Sequence[UnitDesign]) -> Iterator[tuple[np.ndarray, Tables]]:
    """(numbers of some tables, these tables), until all had their turn.

    parts: table, place, group, sw and sw2 of each part, and its answer; tables, groups and answers are numbered from 0 without a gap.
    """
    size = {name: pl.col(c).max().over("table").cast(pl.Int64) + 1 for name, c in (("groups", "group"), ("answers", answer))}
    sized = parts.with_columns(**size).sort("groups", "answers", "table", maintain_order=True)
    for (groups, answers), alike in sized.partition_by("groups", "answers", as_dict=True, maintain_order=True).items():
        numbers, starts = np.unique(alike["table"], return_index=True)
        starts = np.append(starts, alike.height)
        place, group, which, sw, sw2 = (alike[c].to_numpy() for c in ("place", "group", answer, "sw", "sw2"))
        cell = group.astype(np.int64) * answers + which
        step = max(1, MOST // (groups * answers) ** 2)
        for first in range(0, len(numbers), step):
            some = numbers[first : first + step]
            mine = starts[first : first + len(some) + 1]
            of = slice(mine[0], mine[-1])
            yield some, Tables(groups, answers, [designs[k] for k in some], mine - mine[0], place[of], cell[of], sw[of], sw2[of])


def covariances(tables: Tables, u: np.ndarray) -> np.ndarray:
    """Of each table what `covariance` gives: tables x K x K. u: tables x cells x K, the influence of each respondent in a cell.

    The influences of a table's respondents add up to 0, each with its weight. So of a unit that is one stratum, whose
    respondents are the sampling units, nothing is left of `covariance` but the squares.
    """
    n, free = (np.array([getattr(d, name)[0] for d in tables.designs]) for name in ("n_h", "open"))
    squares = tables.cells(tables.sw2)[:, :, None] * u
    found = (free * n / np.maximum(n - 1, 1))[:, None, None] * (squares.transpose(0, 2, 1) @ u)
    for k, design in enumerate(tables.designs):
        if not design.plain:
            of = slice(tables.starts[k], tables.starts[k + 1])
            found[k] = covariance(design, tables.place[of], tables.sw[of], tables.sw2[of], u[k, tables.cell[of]])
    return found
