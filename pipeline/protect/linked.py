"""Which groups add up to which: the relations a reader can do sums with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import optimize

from pipeline.estimate.design import UNIT

Node = tuple[str, str]  # profile variable, category


@dataclass(frozen=True)
class Relation:
    """`parts` add up to `whole`: another group, or (None) everybody who answered, whose number is published."""

    whole: Node | None
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class LinkedTable:
    """Counts that stand in several sums: cells (positions), weights (their counts), sums (one row each: 1 part, -1 whole).

    need: how far apart the bounds of a hidden count must be.
    """

    cells: np.ndarray
    weights: np.ndarray
    sums: np.ndarray
    need: float

    def mask(self, size: int) -> np.ndarray:
        return np.isin(np.arange(size), self.cells)

    def width(self, cell: int, hidden: np.ndarray) -> tuple[float, np.ndarray]:
        """(how far apart the bounds of a hidden cell's count are, what each cell's being hidden adds to that).

        Counts may move between hidden cells as long as the sums stand, and none
        below 0; moves beyond `need` are not looked for. The second part is the
        dual of the linear programme, over all cells of the problem: an upper
        bound on the width for any choice of hidden cells.
        """
        mine = hidden[self.cells]
        target = int(np.flatnonzero(self.cells == cell)[0])
        low, high = -self.weights, np.full(len(self.cells), float(self.need))
        adds, width = np.zeros(len(hidden)), 0.0
        for sign in (1.0, -1.0):
            cost = np.zeros(len(self.cells))
            cost[target] = -sign
            found = optimize.linprog(
                cost,
                A_eq=self.sums,
                b_eq=np.zeros(len(self.sums)),
                bounds=np.column_stack([low * mine, high * mine]),
                method="highs",
            )
            width -= found.fun
            adds[self.cells] -= found.upper.marginals * high + found.lower.marginals * low
        return width, adds.clip(0)


def relations(sizes: pl.DataFrame, crossed: pl.DataFrame) -> dict[tuple, list[Relation]]:
    """Per unit the sums of groups.

    The categories of a profile variable add up to everybody. A category that
    happens to be the union of some categories of another variable (a region and
    its offices) adds up with those: linked tables. `sizes`: DOMAIN, respondents;
    `crossed`: UNIT, domain_variable, domain_category, indicator, category, count:
    how many of a group are in each category of each other profile variable.
    """
    found: dict[tuple, list[Relation]] = {}
    contained = _contained(sizes, crossed)
    groups = sizes.filter(pl.col("domain_variable") != "")
    for unit, mine in groups.partition_by(UNIT, as_dict=True, maintain_order=True).items():
        size = {(v, c): n for v, c, n in mine.select("domain_variable", "domain_category", "respondents").iter_rows()}
        variables = dict.fromkeys(v for v, _ in size)
        whole = [Relation(None, tuple(node for node in size if node[0] == variable)) for variable in variables]
        found[unit] = whole + _unions(size, contained.get(unit, {}))
    return found


def _contained(sizes: pl.DataFrame, crossed: pl.DataFrame) -> dict[tuple, dict[tuple[Node, str], list[Node]]]:
    """Per unit: (group, other variable) -> the other's categories that lie wholly inside the group."""
    whole = sizes.select(*UNIT, indicator="domain_variable", category="domain_category", size="respondents")
    inside = crossed.join(whole, on=[*UNIT, "indicator", "category"]).filter(pl.col("count") == pl.col("size"))
    nodes = inside.select(*UNIT, "domain_variable", "domain_category", "indicator", "category")
    found: dict[tuple, dict[tuple[Node, str], list[Node]]] = {}
    for *unit, variable, category, other, part in nodes.sort(pl.all()).iter_rows():
        found.setdefault(tuple(unit), {}).setdefault(((variable, category), other), []).append((other, part))
    return found


def _unions(size: Mapping[Node, int], contained: dict[tuple[Node, str], list[Node]]) -> list[Relation]:
    """A group with parts that fill it; what is everybody is no group."""
    everybody = max(sum(n for node, n in size.items() if node[0] == variable) for variable in {v for v, _ in size})
    unions = [
        Relation(whole, tuple(parts))
        for (whole, _), parts in contained.items()
        if sum(size[part] for part in parts) == size[whole] and size[whole] < everybody
    ]
    return list(dict.fromkeys(unions))
