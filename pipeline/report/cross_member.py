"""What the cross-member report says: members under pseudonyms, a heat map and dots per factor."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.source import Source
from pipeline.report.wording import Wording

STEPS = ["#b35806", "#f1a340", "#f7f7f7", "#92c5de", "#2166ac"]


def cross_member(source: Source, t: Wording) -> list[dict]:
    """One block per population that enough members share."""
    peers = source.peers.filter(pl.col("indicator_kind") != "item", pl.col("measure") == "mean_score")
    return [
        _block(source, t, population, rows) for (population,), rows in peers.group_by("population", maintain_order=True)
    ]


def _block(source: Source, t: Wording, population: str, rows: pl.DataFrame) -> dict:
    codes = [c for c in source.titles if c in set(rows["indicator"])]
    names = sorted(rows["pseudonym"].unique())
    cells = {(r["indicator"], r["pseudonym"]): r for r in rows.iter_rows(named=True)}
    heat = [{"label": source.titles[c], "cells": [_heat(source, cells.get((c, n))) for n in names]} for c in codes]
    figures = [_figure(source, t, population, c, names, cells) for c in codes]
    return {"population": t.name(population), "names": names, "heat": heat, "figures": figures}


def _heat(source: Source, row: dict | None) -> dict:
    if row is None or row["estimate"] is None:
        return {"value": None}
    step = min(4, max(0, int(row["estimate"] // 20)))
    return {
        "value": source.score(row["estimate"]),
        "colour": STEPS[step],
        "ink": "#ffffff" if step in (0, 4) else "#1a1a1a",
    }


def _figure(source: Source, t: Wording, population: str, code: str, names: list[str], cells: dict) -> dict:
    rows = [cells.get((code, name)) for name in names]
    shown = [
        r
        and r["estimate"] is not None
        and {"x": source.score(r["estimate"]), "low": source.score(r["ci_low"]), "high": source.score(r["ci_high"])}
        or None
        for r in rows
    ]
    chart = charts.dots(names, {t.name(population): shown}, 0, source.scale[0])
    return {
        "id": f"peer-{population}-{code}",
        "title": source.titles[code],
        "chart": chart,
        "rows": list(zip(names, shown, strict=True)),
    }
