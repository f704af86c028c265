"""The columns of a regression: factor scores, profile dummies, member and wave effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.estimate.drivers.codes import Codes

FACTOR_UNIT = 10.0  # a factor's column is in tens of points of its 0 to 100
OTHER = "other"  # hidden groups of a variable, merged
FACTOR, PROFILE, EFFECT = "factor", "profile", "effect"


@dataclass(frozen=True)
class Variable:
    """One variable's columns.

    kind: factor, profile or effect; categories: per column ('' of a factor); reference: the one left out.
    """

    kind: str
    name: str
    columns: np.ndarray
    categories: tuple[str, ...] = ("",)
    reference: str = ""


@dataclass(frozen=True)
class Terms:
    """variables in the model, and those that were left out with the reason."""

    variables: list[Variable]
    left_out: dict[str, str]

    @cached_property
    def x(self) -> np.ndarray:
        return np.hstack([v.columns for v in self.variables])

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """(kind, name, category) of each column."""
        return [(v.kind, v.name, category) for v in self.variables for category in v.categories]

    @property
    def factors(self) -> np.ndarray:
        """Which columns are factors."""
        return np.flatnonzero([kind == FACTOR for kind, _, _ in self.columns])

    @property
    def effects(self) -> np.ndarray:
        """Which columns are of members and waves."""
        return np.flatnonzero([kind == EFFECT for kind, _, _ in self.columns])

    @property
    def groups(self) -> list[np.ndarray]:
        """Per column the columns of its variable; empty for a number."""
        names = [(kind, name) for kind, name, _ in self.columns]
        same = {n: np.flatnonzero([m == n for m in names]) for n in set(names)}
        return [np.array([], int) if n[0] == FACTOR else same[n] for n in names]


def factor_variable(name: str, scores: np.ndarray) -> Variable:
    return Variable(FACTOR, name, scores[:, None] / FACTOR_UNIT)


def dummies(kind: str, name: str, codes: Codes) -> Variable | None:
    """Columns of 0 and 1; the reference is the most frequent category, the first of several. None for one category."""
    counts = codes.counts
    found, reference = np.flatnonzero(counts), counts.argmax()
    columns = found[found != reference]
    if not len(columns):
        return None
    names = tuple(codes.names[columns].tolist())
    return Variable(kind, name, (codes.place[:, None] == columns).astype(float), names, str(codes.names[reference]))


def folded(codes: Codes, hidden: set[str], fewest: int) -> Codes | None:
    """The codes with hidden groups merged into one; None where even that would say too much.

    One hidden group alone, or several with fewer than `fewest` respondents, can't be merged: the variable is left out.
    """
    mine = np.isin(codes.names, list(hidden))
    counts = codes.counts[mine]
    if not counts.any():
        return codes
    if np.count_nonzero(counts) < 2 or counts.sum() < fewest:
        return None
    return codes.renamed(np.where(mine, OTHER, codes.names.astype(object)).astype(str))


def terms(wanted: list[Variable], left_out: dict[str, str]) -> Terms:
    """The variables, without those that are a combination of the ones before them (an office within a region)."""
    columns = [np.ones((len(wanted[0].columns), 1)), *(v.columns - v.columns.mean(axis=0) for v in wanted)]
    x = np.hstack(columns)
    r = np.linalg.qr(x / np.maximum(np.linalg.norm(x, axis=0), 1e-12), mode="r")  # has the ranks that x has, in a few rows
    ends = np.cumsum([c.shape[1] for c in columns])
    kept, used = [], [0]
    for variable, first, end in zip(wanted, ends, ends[1:], strict=False):
        candidate = [*used, *range(first, end)]
        if np.linalg.matrix_rank(r[:, candidate], tol=1e-7) == len(candidate):
            kept, used = [*kept, variable], candidate
        else:
            left_out = left_out | {variable.name: "combination_of_others"}
    return Terms(kept, left_out)


def inflation(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Variance inflation factor of each column: 1 / (1 - R² on all the others), weighted (Marquardt 1970)."""
    centred = x - np.average(x, axis=0, weights=w)
    products = (centred * w[:, None]).T @ centred
    scale = np.sqrt(np.diag(products))
    return np.diag(np.linalg.inv(products / np.outer(scale, scale)))
