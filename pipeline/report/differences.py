"""Differences with their verdicts, and the gaps between populations."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts, rows
from pipeline.report.release import kept
from pipeline.report.verdicts import CLEAR, MARKS, verdict


def gaps(n) -> list[dict]:
    """Per pair of populations: the difference on what both were asked."""
    return [_gap(n, one, other, found) for (one, other), found in _pairs(n).items() if found]


def _gap(n, one: str, other: str, found: list[dict]) -> dict:
    name = f"gap-{one}-{other}"
    lines = sorted(_lines(n, n.instruments[one], found, name), key=lambda r: -(r["x"] if r["x"] is not None else -1e9))
    return {
        "id": name,
        "one": n.t.name(one),
        "other": n.t.name(other),
        "rows": lines,
        "share": rows.is_share(found),
        "chart": _chart(n, n.t.name(one), lines),
        "n": [n.size(one), n.size(other)],
    }


@kept
def _pairs(n) -> dict[tuple[str, str], list[dict]]:
    """Two populations -> their differences."""
    groups = unadjusted(n, "population_gap").group_by("population", "other_population", maintain_order=True)
    return {names: rows.preferred(found, n.instruments[names[0]]).rows(named=True) for names, found in groups}


@kept
def unadjusted(n, kind: str) -> pl.DataFrame:
    """The plain t comparisons of everybody."""
    return n.comparisons.filter(
        pl.col("kind") == kind, pl.col("domain_variable") == "", pl.col("adjustment") == "none", pl.col("test") == "t"
    )


def _lines(n, instrument: dict, found: list[dict], name: str) -> list[dict]:
    ordered = rows.in_order(n.source, instrument, found)
    return [line(n, instrument, r, f"{name}-{k}") for k, r in enumerate(ordered)]


def line(n, instrument: dict, row: dict, cell: str, comparable: bool = True) -> dict:
    """A row of comparisons with its verdict, as it is printed; `cell` begins the names of its table cells."""
    found = verdict(row, comparable)
    return {
        "id": cell,
        "indicator": row["indicator"],
        "row": row,
        "label": rows.label(n.source, instrument, row),
        "kind": row["indicator_kind"],
        "share": row["measure"] != "mean_score",
        "verdict": found,
        "mark": MARKS[found],
        "word": n.t.name(found),
        **numbers(n, row),
    }


def numbers(n, row: dict) -> dict:
    """{x, low, high, seen} on the scale of the page: difference, interval and what would have been seen."""
    names = {"x": "difference", "low": "ci_low", "high": "ci_high", "seen": "detectable"}
    return {k: rows.shown(n.source, row["measure"], row[c]) for k, c in names.items()}


def _chart(n, name: str, lines: list[dict]) -> str:
    span = max([abs(v) for r in lines for v in (r["low"], r["high"]) if v is not None] or [1]) * 1.1
    points = [None if r["x"] is None or r["low"] is None else r | {"filled": r["verdict"] in CLEAR} for r in lines]
    labels = [f"{r['mark']} {r['word'] + ': ' if r['verdict'] in CLEAR else ''}{r['label']}" for r in lines]
    return charts.dots(labels, {name: points}, -span, span, zero=True, band=(str(n.t("seen_band")), [r["seen"] for r in lines]))
