"""Attacks on the file of findings: numbers that no published row gives, words that say more than they may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.numerals import numbers
from pipeline.audit.published import Publications
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
    proof = _Proof(desk)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"reports: {NAME}, line {number}"
        try:
            faults = list(proof.faults(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
            faults = [f"it can't be read as a finding ({error!r})"]
        yield from (Finding("finding", where, what) for what in faults)


class _Proof:
    """What the lines are held against; a member's figures and a table's parts are looked up by many lines."""

    def __init__(self, desk: Desk):
        self.desk = desk
        self.units = set(desk.units.filter(pl.col("status") != "suppressed").select(UNIT).rows())
        publications = Publications(desk)
        self.published = cache(lambda member: publications.of(("national", member)))
        self.rows = cache(self._rows)
        self.parts = cache(lambda table: _keys(desk.tables[table], table).partition_by(_narrow(table), as_dict=True))
        self.worded = cache(lambda table: all(desk.tables[table][k].dtype == pl.String for k in KEYS[table]))

    def faults(self, said: dict) -> Iterator[str]:
        """What is wrong with one line."""
        if set(said) != FIELDS:
            yield f"{listed(sorted(set(said) ^ FIELDS))}: no fields of a finding, or lacking"
        if tuple(said[u] for u in UNIT) not in self.units:
            yield f"{' '.join(said[u] for u in UNIT)}: nothing of it is published"
        member = said["member"]
        if missing := self.published(member).missing(numbers(said["text"])):
            yield f"{listed(missing)}: in no published figure of {member}"
        yield from (what for number in said["numbers"] if (what := self._unlike(number, member)))

    def _unlike(self, number: dict, member: str) -> str:
        """What is wrong with figures that say which row they come from; empty where nothing is."""
        table, key, figures = (number[k] for k in ("table", "key", "figures"))
        if len(number) > 3 or set(key) - set(KEYS[table]) or set(figures) - set(FIGURES[table]):
            return f"{table}: not told by the table's own keys and figures"
        wanted = {k: key.get(k, "") for k in KEYS[table] if k != ASIDE}
        found = self._found(table, wanted)
        if len(found) != 1 or wanted["member"] != member:
            return f"{table}: {len(found)} rows of {member} have this key"
        (row,) = found
        if row["status"] == "suppressed" or not all(_told(row[c], v) for c, v in figures.items()):
            return f"{table}, {row['indicator']}: {listed(figures)} are not the published ones"
        return ""

    def _found(self, table: str, wanted: dict) -> list[dict]:
        """The rows of a table that have a key."""
        whole, part = self.desk.tables[table], tuple(wanted[k] for k in _narrow(table))
        if part and all(part):
            if part not in self.parts(table):
                whole = whole.clear()
            elif self.worded(table) and all(type(v) is str for v in wanted.values()):
                return [whole.row(row, named=True) for row in self.rows(table, part).get(tuple(wanted.values()), [])]
        return whole.filter(*(pl.col(k).fill_null("") == v for k, v in wanted.items())).rows(named=True)

    def _rows(self, table: str, part: tuple) -> dict[tuple, list[int]]:
        """Key -> rows of a table that have it, of those that are in a part."""
        rows: dict[tuple, list[int]] = {}
        for row, *key in self.parts(table)[part].iter_rows():
            rows.setdefault(tuple(key), []).append(row)
        return rows


def _keys(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """The number of each row, and its key."""
    keys = table.select(k for k in KEYS[name] if k != ASIDE)
    return keys.with_columns(pl.col(pl.String).fill_null("")).with_row_index("row ")


def _narrow(table: str) -> list[str]:
    """Keys that tell most rows of a table apart."""
    return [k for k in ("member", "indicator") if k in KEYS[table]]


def _told(figure: float | None, said: float) -> bool:
    """Whether it is the figure, to DECIMALS, and has no more of them, which could tell anything."""
    return figure is not None and abs(figure - said) <= 10.0**-DECIMALS and said == round(said, DECIMALS)
