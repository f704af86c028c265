"""The columns of a regression: factor scores, profile dummies, member and wave effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

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
    def groups(self) -> list[np.ndarray]:
        """Per column the columns of its variable; empty for a number."""
        names = [(kind, name) for kind, name, _ in self.columns]
        same = {n: np.flatnonzero([m == n for m in names]) for n in set(names)}
        return [np.array([], int) if n[0] == FACTOR else same[n] for n in names]


def factor_variable(name: str, scores: np.ndarray) -> Variable:
    return Variable(FACTOR, name, scores[:, None] / FACTOR_UNIT)


def dummies(kind: str, name: str, codes: np.ndarray) -> Variable | None:
    """Columns of 0 and 1; the reference is the most frequent category, the first of several. None for one category."""
    found, counts = np.unique(codes, return_counts=True)
    reference = found[counts.argmax()]
    categories = [c for c in found if c != reference]
    if not categories:
        return None
    return Variable(kind, name, (codes[:, None] == categories).astype(float), tuple(categories), str(reference))


def folded(codes: np.ndarray, hidden: set[str], fewest: int) -> np.ndarray | None:
    """The codes with hidden groups merged into one; None where even that would say too much.

    One hidden group alone, or several with fewer than `fewest` respondents, can't be merged: the variable is left out.
    """
    mine = np.isin(codes, list(hidden))
    if not mine.any():
        return codes
    if len(set(codes[mine])) < 2 or mine.sum() < fewest:
        return None
    return np.where(mine, OTHER, codes.astype(object)).astype(str)


def terms(wanted: list[Variable], left_out: dict[str, str]) -> Terms:
    """The variables, without those that are a combination of the ones before them (an office within a region)."""
    kept, x = [], np.ones((len(wanted[0].columns), 1))
    for variable in wanted:
        candidate = np.hstack([x, variable.columns - variable.columns.mean(axis=0)])
        lengths = np.maximum(np.linalg.norm(candidate, axis=0), 1e-12)
        if np.linalg.matrix_rank(np.linalg.qr(candidate / lengths, mode="r"), tol=1e-7) == candidate.shape[1]:
            kept, x = [*kept, variable], candidate
        else:
            left_out = left_out | {variable.name: "combination_of_others"}
    return Terms(kept, left_out)


def inflation(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Variance inflation factor of each column: 1 / (1 - R² on all the others), weighted (Marquardt 1970)."""
    centred = x - np.average(x, axis=0, weights=w)
    products = (centred * w[:, None]).T @ centred
    scale = np.sqrt(np.diag(products))
    return np.diag(np.linalg.inv(products / np.outer(scale, scale)))
