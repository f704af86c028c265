"""Partners: what more is hidden, so that nothing hidden can be had by sums and differences.

What is suppressed is then known only as part of a merged group (everything less
what is shown) that is large and mixed enough to be shown itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.protect.cover import Cover, Demand, solve
from pipeline.protect.linked import LinkedTable, Node, Relation
from pipeline.workspace import Rules


@dataclass(frozen=True)
class Unstated:
    """Those who left a profile question open: cells (its groups), base, and how many of them gave each answer."""

    cells: np.ndarray
    base: float
    answers: list[float]

    def tells(self, rules: Rules) -> bool:
        """Whether everybody less the question's groups would be too few, or too much alike, to be shown."""
        alike = any(self.base - count < rules.minimum_complement for count in self.answers)
        return self.base > 0 and (self.base < rules.minimum_respondents or alike)


@dataclass(frozen=True)
class Groups:
    """The groups of one unit: nodes in order, their respondents, and the sums that they stand in."""

    nodes: list[Node]
    respondents: np.ndarray
    relations: list[Relation]

    @classmethod
    def of(cls, sizes: Mapping[Node, int], relations: Iterable[Relation]) -> Groups:
        nodes = sorted(sizes)
        return cls(nodes, np.array([sizes[node] for node in nodes], float), list(relations))

    def mask(self, nodes: Iterable[Node]) -> np.ndarray:
        wanted = set(nodes)
        return np.array([node in wanted for node in self.nodes], dtype=bool)

    @cached_property
    def positions(self) -> list[np.ndarray]:
        """Of each relation the groups that stand in it."""
        at = {node: k for k, node in enumerate(self.nodes)}
        return [
            np.array(sorted(at[node] for node in (*r.parts, *([r.whole] if r.whole else ()))), dtype=int)
            for r in self.relations
        ]

    @property
    def whole(self) -> list[np.ndarray]:
        """Of the relations that make up everybody."""
        return [cells for cells, r in zip(self.positions, self.relations, strict=True) if r.whole is None]

    @cached_property
    def linked(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(groups that stand in several sums, those sums x groups: 1 for a part and -1 for the whole); None without any."""
        variables = {node[0] for r in self.relations if r.whole for node in (r.whole, *r.parts)}
        cells = np.array([k for k, node in enumerate(self.nodes) if node[0] in variables], dtype=int)
        if not len(cells):
            return None
        at = {self.nodes[cell]: k for k, cell in enumerate(cells)}
        rows = [r for r in self.relations if r.parts[0] in at]
        sums = np.zeros((len(rows), len(cells)))
        for row, relation in zip(sums, rows, strict=True):
            row[[at[node] for node in relation.parts]] = 1
            if relation.whole:
                row[at[relation.whole]] = -1
        return cells, sums


def cover_groups(groups: Groups, hidden: np.ndarray, shown_before: np.ndarray, rules: Rules) -> Cover:
    """Which groups to hide altogether: each hidden one is known only together with others, and they are not few."""
    return Cover(groups.respondents + 1, hidden, *_bases(groups, groups.respondents, ~shown_before, rules))


def cover_blocks(
    groups: Groups,
    bases: np.ndarray,
    answers: list[np.ndarray],
    hidden: np.ndarray,
    shown_before: np.ndarray,
    rules: Rules,
) -> Cover:
    """The same for one indicator; `answers`: per answer to a sensitive question how many of each group gave it.

    A hidden count of a sensitive answer lies between 0 (or what doesn't fit among
    the others) and all that the hidden groups gave: both must be far enough apart,
    so that enough people gave it, gave another, and are in the other hidden groups.
    """
    apart = ~shown_before
    demands, linked = _bases(groups, bases, apart, rules)
    need = max(rules.minimum_interval, rules.minimum_complement)
    for count in answers:
        for cells in groups.whole:
            demands.append(Demand(cells, (count * apart)[cells], need))
            demands.append(Demand(cells, ((bases - count) * apart)[cells], need))
            demands.append(Demand(cells, (bases * apart)[cells], need, others=True))
        linked += _linked(groups, count * apart, need) + _linked(groups, (bases - count) * apart, need)
    return Cover(bases + 1, hidden, demands, linked)


def with_unstated(cover: Cover, bases: np.ndarray, answers: list[np.ndarray], unstated: Unstated, rules: Rules) -> Cover:
    """The cover with one more cell, never shown: those in none of a question's groups, for whom a group must be hidden too."""
    cells = np.append(unstated.cells, len(cover.loss))
    alone = np.append(np.ones(len(unstated.cells)), 0.0)
    demands = [Demand(cells, alone, 1.0, of=len(cells) - 1)]
    together = np.append(bases[unstated.cells], unstated.base)
    demands.append(Demand(cells, together, max(rules.minimum_interval, rules.minimum_respondents), of=len(cells) - 1))
    for count, given in zip(answers, unstated.answers, strict=True):
        others = together - np.append(count[unstated.cells], given)
        demands.append(Demand(cells, others, rules.minimum_complement, of=len(cells) - 1))
    return Cover(
        np.append(cover.loss, 0.0), np.append(cover.hidden, True), [*cover.demands, *demands], cover.linked
    )


def _bases(groups: Groups, weights: np.ndarray, apart: np.ndarray, rules: Rules) -> tuple[list[Demand], list[LinkedTable]]:
    """What was shown before of the same answers (not `apart`) covers nothing: a reader has it."""
    need = max(rules.minimum_interval, rules.minimum_respondents)
    demands = []
    for cells in groups.positions:
        demands.append(Demand(cells, apart[cells].astype(float), 1.0, others=True))
    for cells in groups.whole:
        demands.append(Demand(cells, (weights * apart)[cells], need))
    return demands, _linked(groups, weights * apart, need)


def _linked(groups: Groups, weights: np.ndarray, need: float) -> list[LinkedTable]:
    if groups.linked is None:
        return []
    cells, sums = groups.linked
    return [LinkedTable(cells, weights[cells], sums, need)]


def solve_together(covers: list[Cover], method: str) -> tuple[list[np.ndarray], set[str]]:
    """Several cover problems that share nothing, solved as one; (hidden per problem, methods used)."""
    open_ones = [k for k, cover in enumerate(covers) if cover.hidden.any()]
    hidden = [cover.hidden for cover in covers]
    if not open_ones:
        return hidden, set()
    starts = np.cumsum([0, *(len(covers[k].loss) for k in open_ones)])
    found, used = solve(_joined([covers[k] for k in open_ones], starts), method)
    for k, start in zip(open_ones, starts, strict=False):
        hidden[k] = found[start : start + len(covers[k].loss)]
    return hidden, {used}


def _joined(covers: list[Cover], starts: np.ndarray) -> Cover:
    pairs = list(zip(covers, starts, strict=False))
    return Cover(
        np.concatenate([c.loss for c in covers]),
        np.concatenate([c.hidden for c in covers]),
        [replace(d, cells=d.cells + start) for c, start in pairs for d in c.demands],
        [replace(t, cells=t.cells + start) for c, start in pairs for t in c.linked],
    )
