"""Initiatives and targets of a synthetic workspace: mostly, not only, for factors that truly improve."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.demo.world import Unit
from pipeline.programme import INITIATIVE_COLUMNS, TARGET_COLUMNS

GROWING = 3  # every so many-th factor rises with each wave, see workspace.plan
TARGETS = {"INTEGRITY": 65.0, "F01": 75.0}


def write_programme(folder: Path, units: list[Unit]) -> None:
    """initiatives.csv and targets.csv; all but the last two members have a programme, between their last two waves."""
    members = sorted({u.member for u in units})[:-2]
    waves = {m: sorted({u.wave for u in units if u.member == m})[-2:] for m in members}
    factors = units[0].instrument.factors
    _write(folder / "initiatives.csv", INITIATIVE_COLUMNS, [row for k, m in enumerate(members) for row in _of(k, m, waves[m], factors)])
    known = {part.code for part in (*factors, *units[0].instrument.indices)}
    rows = [
        (m, units[0].instrument.population, code, *waves[m], target)
        for m in members[:3]
        for code, target in TARGETS.items()
        if code in known and len(waves[m]) == 2
    ]
    _write(folder / "targets.csv", TARGET_COLUMNS, rows)


def _of(number: int, member: str, waves: list[str], factors: tuple) -> list[tuple]:
    """Three factors that rise, and one that does not, another for each member."""
    rising = [f for k, f in enumerate(factors) if k % GROWING == 0]
    others = [f for f in factors if f not in rising]
    chosen = [f for k, f in enumerate(rising) if k != number % len(rising)] + [others[number % len(others)]]
    return [
        (member, f.code, "", f"{waves[0]}-10-01", "", f"Measures on {f.title['en'].lower()}")
        for f in sorted(chosen, key=lambda f: f.code)
    ]


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
