"""Bounds where two profile questions share groups: a region is the sum of its offices.

That one category is the union of others can be read off the published figures: if every count agrees,
it is no chance. Each suppressed base is then bounded by an integer linear programme (Fischetti and
Salazar 2001; HiGHS: Huangfu and Hall 2018) over all questions of the unit at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import polars as pl
from scipy.optimize import LinearConstraint, milp

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.tables import DOMAIN, UNIT

FEWEST_AGREEING = 5  # different counts that must agree before a union is believed
MOST_CATEGORIES = 10  # subsets of more are too many to try

Group = tuple[str, str]
Union = tuple[Group, tuple[Group, ...]]


def linked_bases(desk: Desk) -> Iterator[Finding]:
    """Suppressed bases that two profile questions give away together."""
    open_relations = desk.relations.filter(pl.col("unknown") > 1)
    for unit, per in open_relations.group_by(UNIT, maintain_order=True):
        mine = desk.cells.filter(pl.col(c) == v for c, v in zip(UNIT, unit, strict=True))
        unions = find_unions(desk.shown.filter(pl.col(c) == v for c, v in zip(UNIT, unit, strict=True)))
        if unions:
            yield from _of_unit(unit, mine, per, unions, desk.rules["minimum_interval"])


def find_unions(shown: pl.DataFrame) -> list[Union]:
    """Categories of one profile question that are the union of two or more of another's."""
    counts = _counts(shown.filter(pl.col("domain_variable") != ""))
    variables: dict[str, list[Group]] = {}
    for group in counts:
        variables.setdefault(group[0], []).append(group)
    found = []
    for parts in variables.values():
        if len(parts) > MOST_CATEGORIES:
            continue
        subsets = [s for size in range(2, len(parts)) for s in combinations(parts, size)]
        wholes = [g for g in counts if g[0] != parts[0][0]]
        found += [(w, s) for s in subsets for w in wholes if _agree(counts[w], [counts[p] for p in s])]
    return found


def _counts(shown: pl.DataFrame) -> dict[Group, dict[tuple, int]]:
    """Group -> figure -> count: every base, and where shares are counts, these too."""
    shares = shown.filter((pl.col("measure") == "share") & ~pl.col("weighted"))
    bases = shown.select(*DOMAIN, "indicator", "measure", category=pl.lit("all"), count="n")
    answers = shares.select(
        *DOMAIN, "indicator", "measure", "category", count=(pl.col("estimate") * pl.col("n")).round().cast(pl.Int64)
    )
    table: dict[Group, dict[tuple, int]] = {}
    for variable, group, *figure, count in pl.concat([bases, answers]).unique().sort(pl.all()).iter_rows():
        table.setdefault((variable, group), {})[tuple(figure)] = count
    return table


def _agree(whole: dict[tuple, int], parts: list[dict[tuple, int]]) -> bool:
    common = set(whole).intersection(*parts)
    if any(whole[f] != sum(p[f] for p in parts) for f in common):
        return False
    return len({tuple(p[f] for p in parts) for f in common}) >= FEWEST_AGREEING


def _of_unit(unit: tuple, mine: pl.DataFrame, per: pl.DataFrame, unions: list[Union], width: int) -> Iterator[Finding]:
    solved: dict[tuple, dict[Group, tuple[int, int]]] = {}
    found: dict[Group, list[tuple[str, int, int]]] = {}
    for (indicator,), relation in per.group_by("indicator", maintain_order=True):
        rows = mine.filter(pl.col("indicator") == indicator)
        problem = _Problem(rows, relation, unions)
        key = problem.key()
        if key not in solved:
            solved[key] = problem.bounds()
        for group, (low, high) in solved[key].items():
            if high - low < width:
                found.setdefault(group, []).append((indicator, low, high))
    for (variable, category), cases in found.items():
        indicator, low, high = cases[0]
        row = dict(zip(UNIT, unit, strict=True)) | {"domain_variable": variable, "domain_category": category}
        value = f"exactly {low}" if low == high else f"between {low} and {high}"
        others = listed(sorted({v for w, s in unions for v, _ in (w, *s)}))
        what = f"{value} respondents of {indicator or 'everybody'}, from {others} together ({len(cases)} indicators)"
        yield Finding("linked", place("estimates", row), what)


class _Problem:
    """The groups of one unit and indicator as unknowns, and what adds up among them."""

    def __init__(self, rows: pl.DataFrame, relation: pl.DataFrame, unions: list[Union]):
        value = pl.coalesce(pl.when(~pl.col("hidden")).then("n"), "derived")
        cases = rows.filter(pl.col("domain_variable") != "").select(*DOMAIN, value=value).iter_rows()
        self.values = {(variable, category): n for variable, category, n in cases}
        self.unknown = [g for g, n in self.values.items() if n is None]
        self.relation = relation.select("domain_variable", "left", "fewest", "most").rows()
        self.unions = [(w, s) for w, s in unions if all(g in self.values for g in (w, *s))]

    def key(self) -> tuple:
        return tuple(self.values.items()), tuple(self.relation)

    def bounds(self) -> dict[Group, tuple[int, int]]:
        """Smallest and largest count of each unknown group that a union touches."""
        touched = {g for w, s in self.unions for g in (w, *s)}
        targets = [g for g in self.unknown if g in touched]
        rows, low, high = self._system()
        if not targets or not rows:
            return {}
        adds_up = LinearConstraint(np.array(rows), low, high)
        ends = {g: (self._extreme(adds_up, g, 1), self._extreme(adds_up, g, -1)) for g in targets}
        return {g: e for g, e in ends.items() if None not in e}

    def _system(self) -> tuple[list, list, list]:
        """Rows over the unknowns with their bounds."""
        rows, low, high = [], [], []
        for variable, left, fewest, most in self.relation:
            rows.append([float(g[0] == variable) for g in self.unknown])
            low.append(left - most)
            high.append(left - fewest)
        for whole, parts in self.unions:
            signs = {whole: 1.0, **dict.fromkeys(parts, -1.0)}
            rows.append([signs.get(g, 0.0) for g in self.unknown])
            constant = -sum(sign * (self.values[g] or 0) for g, sign in signs.items())
            low.append(constant)
            high.append(constant)
        return rows, low, high

    def _extreme(self, adds_up: LinearConstraint, group: Group, sign: int) -> int | None:
        """The end of the interval; None where nothing fits, which says that the union was chance after all."""
        cost = np.array([sign * float(g == group) for g in self.unknown])
        solved = milp(cost, constraints=adds_up, integrality=np.ones(len(cost)))
        return None if solved.fun is None else round(sign * solved.fun)
