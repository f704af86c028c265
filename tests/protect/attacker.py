"""An attacker who has the published estimates of one unit and can do sums: bounds by linear programming.

Written apart from pipeline.protect and pipeline.audit, to hold both to account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array

FAR = 1e6


@dataclass
class Knowledge:
    """Counts by name: known ones, and sums (total = parts) between them."""

    values: dict[str, float | None] = field(default_factory=dict)
    sums: list[tuple[str, list[str]]] = field(default_factory=list)

    def say(self, name: str, value: float | None) -> str:
        if self.values.get(name) is None:
            self.values[name] = value
        return name

    def add_up(self, total: str, parts: Iterable[str]) -> None:
        parts = list(parts)
        for name in (total, *parts):
            self.values.setdefault(name, None)
        self.sums.append((total, parts))

    def bounds(self, name: str) -> tuple[float, float]:
        """The least and the greatest count that agree with everything known."""
        names = list(self.values)
        at = {n: k for k, n in enumerate(names)}
        matrix = np.zeros((len(self.sums), len(names)))
        for row, (total, parts) in enumerate(self.sums):
            matrix[row, at[total]] += 1
            for part in parts:
                matrix[row, at[part]] -= 1
        limits = [(0, FAR) if v is None else (v, v) for v in self.values.values()]
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(names))
            cost[at[name]] = sign
            found = linprog(cost, A_eq=csr_array(matrix), b_eq=np.zeros(len(self.sums)), bounds=limits, method="highs")
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return ends[0], ends[1]


def learn(estimates: pl.DataFrame, indicator: str, contained: dict[str, str] | None = None) -> Knowledge:
    """What one unit's estimates tell of an indicator in its groups; `contained`: group "OFFICE=a1" -> group "REGION=a"."""
    known = Knowledge()
    mine = estimates.filter(indicator=indicator)
    groups: dict[str, list[str]] = {}
    for variable, category in mine.select("domain_variable", "domain_category").unique(maintain_order=True).rows():
        if variable:
            groups.setdefault(variable, []).append(f"{variable}={category}")
    for row in mine.iter_rows(named=True):
        _read(known, row)
    kinds = {name.partition("|")[2] for name in known.values}
    for kind in sorted(kinds):
        for variable, parts in groups.items():
            known.add_up(f"|{kind}", [*(f"{g}|{kind}" for g in parts), f"{variable} not stated|{kind}"])
        for whole in sorted(set((contained or {}).values())):
            inside = [g for g, w in contained.items() if w == whole and g in groups.get(g.partition("=")[0], [])]
            known.add_up(f"{whole}|{kind}", [f"{g}|{kind}" for g in inside])
    for variable in groups:
        for kind in kinds:
            known.values[f"{variable} not stated|{kind}"] = 0.0  # an attacker who knows that everybody answered
    return known


def _read(known: Knowledge, row: dict) -> None:
    shown = row["status"] != "suppressed"
    group = f"{row['domain_variable']}={row['domain_category']}" if row["domain_variable"] else ""
    base = f"{group}|{'asked' if row['measure'] == 'nonresponse' else 'base'}"
    known.say(base, row["n"] if shown else None)
    if row["measure"] == "share":
        known.say(f"{group}|{row['category']}", round(row["n"] * row["estimate"]) if shown else None)
        parts = next((p for t, p in known.sums if t == base), None)
        if parts is None:
            known.add_up(base, [f"{group}|{row['category']}"])
        else:
            parts.append(f"{group}|{row['category']}")
