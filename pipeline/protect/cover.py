"""Chooses which more cells to hide, so that the hidden ones can't be worked out: the least loss, or one by one.

The cover problem: among cells of which sums are known, hide more until each
hidden cell shares every one of its sums with enough others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import optimize, sparse

from pipeline.protect.linked import LinkedTable

LARGEST = 1_000_000  # cells x rows, beyond which the optimum is not looked for
SECONDS = 20.0
SLACK, ROUNDING = 1e-9, 1e-6


@dataclass(frozen=True)
class Demand:
    """For every hidden cell q of `cells`: the hidden ones together (without q, if `others`) hold `need` of `weights`.

    Where all of the cells (without q) hold less, it is that much: nothing can hide
    more than there is. `of`: the only q (a position in `cells`) that it is about.
    """

    cells: np.ndarray
    weights: np.ndarray
    need: float
    others: bool = False
    of: int | None = None

    def needs(self) -> np.ndarray:
        """Per cell what must be hidden beside (or with) it."""
        return np.minimum(self.need, self.weights.sum() - self.own())

    def own(self) -> np.ndarray:
        """Per cell what of its own doesn't count."""
        return self.weights if self.others else np.zeros(len(self.cells))

    def about(self) -> range:
        return range(len(self.cells)) if self.of is None else range(self.of, self.of + 1)

    def covered(self, hidden: np.ndarray) -> bool:
        """Whether each of its cells is well hidden, or not hidden at all."""
        mine = hidden[self.cells]
        held = (self.weights * mine).sum() - self.own() * mine
        well = ~mine | (held >= self.needs() - SLACK)
        return bool(well[list(self.about())].all())


@dataclass(frozen=True)
class Cover:
    """loss: per cell what hiding it costs; hidden: what is hidden already; demands: see Demand.

    linked: tables whose cells stand in more than one sum, to be checked by linear programming.
    """

    loss: np.ndarray
    hidden: np.ndarray
    demands: list[Demand] = field(default_factory=list)
    linked: list[LinkedTable] = field(default_factory=list)

    def satisfied(self, hidden: np.ndarray | None = None) -> bool:
        hidden = self.hidden if hidden is None else hidden
        return all(d.covered(hidden) for d in self.demands)


def solve(cover: Cover, method: str) -> tuple[np.ndarray, str]:
    """(hidden per cell, method used): `optimal` by mixed-integer programming, `greedy` where that is asked for or too large.

    Cells in several sums (linked tables) are attacked by linear programming; what
    gives way becomes a further demand, until nothing does (Benders' cuts).
    Hiding everything always satisfies the demands, so that there is a solution.
    Source: Fischetti and Salazar-González (2001); solver: HiGHS (Huangfu and Hall 2018).
    """
    used = method
    while True:
        hidden, used = _cheapest(cover, used)
        cuts = [cut for table in cover.linked for cut in _cuts(table, hidden)]
        if not cuts:
            return hidden, used
        cover = replace(cover, demands=[*cover.demands, *cuts])


def _cuts(table: LinkedTable, hidden: np.ndarray) -> Iterator[Demand]:
    """A demand for each hidden cell whose bounds are too close together."""
    everything = np.ones(len(hidden), dtype=bool)
    for cell in np.flatnonzero(hidden & table.mask(len(hidden))):
        width, weights = table.width(cell, hidden)
        if width < table.need - ROUNDING:
            need = min(table.need, table.width(cell, everything)[0])
            if width < need - ROUNDING:
                yield Demand(np.arange(len(hidden)), weights, need, of=int(cell))


def _cheapest(cover: Cover, method: str) -> tuple[np.ndarray, str]:
    if cover.satisfied():
        return cover.hidden, method
    rows = sum(len(d.about()) for d in cover.demands)
    if method == "optimal" and len(cover.loss) * rows <= LARGEST:
        found = _optimal(cover)
        if found is not None:
            return found, "optimal"
    return _greedy(cover), "greedy"


def _optimal(cover: Cover) -> np.ndarray | None:
    """None where HiGHS finds no proven optimum in time."""
    rows, columns, values, count = [], [], [], 0
    for d in cover.demands:
        needs, own = d.needs(), d.own()
        for q in d.about():
            weights = d.weights.copy()
            weights[q] -= needs[q] + own[q]
            rows += [count] * len(d.cells)
            columns += d.cells.tolist()
            values += weights.tolist()
            count += 1
    matrix = sparse.csr_array((values, (rows, columns)), shape=(count, len(cover.loss)))
    found = optimize.milp(
        cover.loss,
        constraints=optimize.LinearConstraint(matrix, lb=-SLACK),
        bounds=optimize.Bounds(cover.hidden.astype(float), 1.0),
        integrality=np.ones(len(cover.loss)),
        options={"time_limit": SECONDS},
    )
    if found.status != 0:
        return None
    hidden = found.x > 0.5
    return hidden if cover.satisfied(hidden) else None


def _greedy(cover: Cover) -> np.ndarray:
    """Hide the cheapest cell that mends an uncovered demand, until all are covered; then show what was not needed."""
    hidden = cover.hidden.copy()
    while (uncovered := next((d for d in cover.demands if not d.covered(hidden)), None)) is not None:
        free = uncovered.cells[~hidden[uncovered.cells] & (uncovered.weights > 0)]
        hidden[free[np.argmin(cover.loss[free])]] = True
    return _pruned(cover, hidden)


def _pruned(cover: Cover, hidden: np.ndarray) -> np.ndarray:
    for cell in np.argsort(-cover.loss, kind="stable"):
        if hidden[cell] and not cover.hidden[cell]:
            without = hidden.copy()
            without[cell] = False
            if cover.satisfied(without):
                hidden = without
    return hidden
