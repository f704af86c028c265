"""Attacks on the file of findings: numbers that no published row gives, words that say more than they may."""

from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.markup import numbers
from pipeline.audit.published import Published, published_in
from pipeline.audit.tables import FIGURES, KEYS, UNIT

NAME = "findings.jsonl"
WORDS = {"release", *UNIT, "kind", "verdict", "page", "text", "language"}
FIELDS = WORDS | {"place", "sensitive", "indicators", "numbers"}
DECIMALS = 9  # that figures are told with
ASIDE = "family"  # a key that follows from the others


def leaking_findings(desk: Desk) -> Iterator[Finding]:
    """All attacks on one line after another."""
    path = desk.reports and desk.reports / NAME
    if not path or not path.exists():
        return
    scopes: dict[str, Published] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"reports: {NAME}, line {number}"
        try:
            said = json.loads(line)
            faults = list(_faults(desk, said, scopes))
        except (ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
            faults = [f"it can't be read as a finding ({error!r})"]
        yield from (Finding("finding", where, what) for what in faults)


def _faults(desk: Desk, said: dict, scopes: dict[str, Published]) -> Iterator[str]:
    if set(said) != FIELDS:
        yield f"{listed(sorted(set(said) ^ FIELDS))}: no fields of a finding, or lacking"
    shown = desk.units.filter(pl.col("status") != "suppressed").select(UNIT).rows()
    if tuple(said[u] for u in UNIT) not in shown:
        yield f"{' '.join(said[u] for u in UNIT)}: nothing of it is published"
    member = said["member"]
    if member not in scopes:
        scopes[member] = published_in(desk, ("national", member))
    if missing := scopes[member].missing([*numbers(said["text"])]):
        yield f"{listed(missing)}: in no published figure of {member}"
    yield from (what for number in said["numbers"] if (what := _unlike(desk, number, member)))


def _unlike(desk: Desk, number: dict, member: str) -> str:
    """What is wrong with figures that say which row they come from; empty where nothing is."""
    table, key, figures = (number[k] for k in ("table", "key", "figures"))
    if len(number) > 3 or set(key) - set(KEYS[table]) or set(figures) - set(FIGURES[table]):
        return f"{table}: not told by the table's own keys and figures"
    wanted = {k: key.get(k, "") for k in KEYS[table] if k != ASIDE}
    found = desk.tables[table].filter(*(pl.col(k).fill_null("") == v for k, v in wanted.items()))
    if found.height != 1 or wanted["member"] != member:
        return f"{table}: {found.height} rows of {member} have this key"
    row = found.row(0, named=True)
    if row["status"] == "suppressed" or not all(_told(row[c], v) for c, v in figures.items()):
        return f"{table}, {row['indicator']}: {listed(figures)} are not the published ones"
    return ""


def _told(figure: float | None, said: float) -> bool:
    """Whether it is the figure, to DECIMALS, and has no more of them, which could tell anything."""
    return figure is not None and abs(figure - said) <= 10.0**-DECIMALS and said == round(said, DECIMALS)
