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

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, place
from pipeline.audit.tables import DOMAIN, UNIT

FEWEST_AGREEING = 5  # different counts that must agree before a union is believed
MOST_CATEGORIES = 10  # subsets of more are too many to try

Group = tuple[str, str]
Union = tuple[Group, tuple[Group, ...]]


def linked_bases(desk: Desk) -> Iterator[Finding]:
    """Suppressed bases that two profile questions give away together; one finding per group."""
    found: dict[tuple, list[tuple[str, int, int]]] = {}
    for unit, group, indicator, low, high in linked_bounds(desk):
        if high - low < desk.rules["minimum_interval"]:
            found.setdefault((*unit, *group), []).append((indicator, low, high))
    for keys, cases in found.items():
        indicator, low, high = cases[0]
        value = f"exactly {low}" if low == high else f"between {low} and {high}"
        more = f" (and of {len(cases) - 1} more indicators)" if len(cases) > 1 else ""
        what = f"{value} respondents of {indicator or 'everybody'}, from profile questions that share groups{more}"
        yield Finding("linked", place("estimates", dict(zip([*UNIT, *DOMAIN], keys, strict=True))), what)


def linked_bounds(desk: Desk) -> Iterator[tuple[tuple, Group, str, int, int]]:
    """(unit, group, indicator, low, high) of every suppressed base that a union touches."""
    open_relations = desk.relations.filter(pl.col("unknown") > 1)
    counts = _counts(desk.shown).partition_by(UNIT, as_dict=True, include_key=False)
    known = desk.cells.partition_by(UNIT, as_dict=True)
    for unit, per in open_relations.partition_by(UNIT, as_dict=True, maintain_order=True).items():
        unions = find_unions(counts[unit]) if unit in counts else []
        if unions:
            yield from _of_unit(unit, known[unit], per, unions)


def _counts(shown: pl.DataFrame) -> pl.DataFrame:
    """UNIT, DOMAIN, figure (a number for each), count: every base, and where shares are counts, these too."""
    of_groups = shown.filter(pl.col("domain_variable") != "")
    figure = pl.struct("indicator", "measure", "category")
    bases = of_groups.select(*UNIT, *DOMAIN, figure=figure.hash(0), count="n")
    shares = of_groups.filter((pl.col("measure") == "share") & ~pl.col("weighted"))
    answers = shares.select(
        *UNIT, *DOMAIN, figure=figure.hash(1), count=(pl.col("estimate") * pl.col("n")).round().cast(pl.Int64)
    )
    return pl.concat([bases, answers]).drop_nulls()


def find_unions(counts: pl.DataFrame) -> list[Union]:
    """Categories of one profile question that are the union of two or more of another's.

    counts: DOMAIN, figure and count of one unit. A union is believed if it holds in every figure that is shown
    of all its parts, and these are not always the same few numbers.
    """
    groups: list[Group] = list(counts.select(DOMAIN).unique().sort(DOMAIN).iter_rows())
    row = (pl.struct(DOMAIN).rank("dense") - 1).alias("row")
    column = (pl.col("figure").rank("dense") - 1).alias("column")
    rows, columns, values = counts.select(row, column, "count").cast(pl.Int64).to_numpy().T
    table = np.full((len(groups), columns.max() + 1), np.nan)
    table[rows, columns] = values
    found = []
    for variable in sorted({g[0] for g in groups}):
        parts = [i for i, g in enumerate(groups) if g[0] == variable]
        wholes = [i for i, g in enumerate(groups) if g[0] != variable]
        if wholes and len(parts) <= MOST_CATEGORIES:
            found += _unions_of(table, groups, parts, np.array(wholes))
    return found


def _unions_of(table: np.ndarray, groups: list[Group], parts: list[int], wholes: np.ndarray) -> list[Union]:
    found = []
    for subset in (list(s) for size in range(2, len(parts)) for s in combinations(parts, size)):
        apart = table[wholes] - table[subset].sum(axis=0)
        for i in np.flatnonzero(((apart == 0) | np.isnan(apart)).all(axis=1)):
            common = ~np.isnan(apart[i])
            if len(np.unique(table[subset][:, common], axis=1).T) >= FEWEST_AGREEING:
                found.append((groups[wholes[i]], tuple(groups[k] for k in subset)))
    return found


def _of_unit(unit: tuple, known: pl.DataFrame, per: pl.DataFrame, unions: list[Union]) -> Iterator[tuple]:
    solved: dict[tuple, dict[Group, tuple[int, int]]] = {}  # most indicators pose the same problem
    bases = known.partition_by("indicator", as_dict=True)
    for (indicator,), relation in per.partition_by("indicator", as_dict=True, maintain_order=True).items():
        problem = _Problem(bases[indicator,], relation, unions)
        key = problem.key()
        if key not in solved:
            solved[key] = problem.bounds()
        for group, (low, high) in solved[key].items():
            yield unit, group, indicator, low, high


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
        adds_up = (np.array(rows), low, high)
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

    def _extreme(self, adds_up: tuple, group: Group, sign: int) -> int | None:
        """The end of the interval; None where nothing fits, which says that the union was chance after all."""
        from scipy.optimize import milp  # which few releases need, and every process that reads pages would load

        cost = np.array([sign * float(g == group) for g in self.unknown])
        solved = milp(cost, constraints=adds_up, integrality=np.ones(len(cost)))
        return None if solved.fun is None else round(sign * solved.fun)
