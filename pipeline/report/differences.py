"""Differences with their verdicts: changes between waves, gaps between populations."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts, rows
from pipeline.report.bridges import bridge_notes, marked
from pipeline.report.composition import composition, shifts
from pipeline.report.verdicts import CLEAR, MARKS, verdict


def changes(n) -> list[dict]:
    """Per population: the change since the wave before, or why it must not be read as one."""
    return [block for p in n.populations if (block := _change(n, p))]


def _change(n, population: str) -> dict | None:
    before, instrument = n.before(population), n.instruments[population]
    found = _unadjusted(n, "wave_change").filter(pl.col("population") == population, pl.col("other_wave") == before)
    found = rows.preferred(found, instrument)
    bridges = bridge_notes(n, population, found) if before else None
    if found.is_empty() and not (bridges and bridges["apart"]):
        return None
    who = composition(n, population)
    moved = shifts(who)
    name = f"change-{population}"
    lines = _lines(n, instrument, found, name, comparable=not moved)
    return {
        "id": name,
        "population": n.t.name(population),
        "since": before,
        "rows": lines,
        "shifts": moved,
        "bridges": bridges,
        "share": rows.is_share(found),
        "unchecked": not any(t["checked"] for t in who),
        "n": _sizes(n, population, before),
        "chart": None if moved or not lines else _chart(n, n.t.name(population), lines),
    }


def gaps(n) -> list[dict]:
    """Per pair of populations: the difference on what both were asked."""
    blocks = []
    found = _unadjusted(n, "population_gap")
    for (one, other), pair in found.group_by("population", "other_population", maintain_order=True):
        instrument = n.instruments[one]
        kept = rows.preferred(pair, instrument)
        if not kept.is_empty():
            name = f"gap-{one}-{other}"
            lines = sorted(_lines(n, instrument, kept, name), key=lambda r: -(r["x"] if r["x"] is not None else -1e9))
            blocks.append(
                {
                    "id": name,
                    "one": n.t.name(one),
                    "other": n.t.name(other),
                    "rows": lines,
                    "share": rows.is_share(kept),
                    "chart": _chart(n, n.t.name(one), lines),
                    "n": [n.size(one), n.size(other)],
                }
            )
    return blocks


def _unadjusted(n, kind: str) -> pl.DataFrame:
    return n.comparisons.filter(
        pl.col("kind") == kind, pl.col("domain_variable") == "", pl.col("adjustment") == "none", pl.col("test") == "t"
    )


def _lines(n, instrument: dict, found: pl.DataFrame, name: str, comparable: bool = True) -> list[dict]:
    ordered = rows.in_order(n.source, instrument, list(found.iter_rows(named=True)))
    return [_line(n, instrument, r, f"{name}-{k}", comparable) for k, r in enumerate(ordered)]


def _line(n, instrument: dict, row: dict, cell: str, comparable: bool) -> dict:
    found = verdict(row, comparable)
    numbers = {
        k: rows.shown(n.source, row["measure"], row[c])
        for k, c in (("x", "difference"), ("low", "ci_low"), ("high", "ci_high"), ("seen", "detectable"))
    }
    label = marked(rows.label(n.source, instrument, row), row)
    return {
        "id": cell,
        "label": label,
        "share": row["measure"] != "mean_score",
        "verdict": found,
        "mark": MARKS[found],
        "word": n.t.name(found),
        **numbers,
    }


def _chart(n, name: str, lines: list[dict]) -> str:
    span = max([abs(v) for r in lines for v in (r["low"], r["high"]) if v is not None] or [1]) * 1.1
    points = [None if r["x"] is None or r["low"] is None else r | {"filled": r["verdict"] in CLEAR} for r in lines]
    labels = [f"{r['mark']} {r['word'] + ': ' if r['verdict'] in CLEAR else ''}{r['label']}" for r in lines]
    return charts.dots(labels, {name: points}, -span, span, zero=True)


def _sizes(n, population: str, before: str) -> list[dict]:
    return [n.size(population, n.wave), n.size(population, before)]
