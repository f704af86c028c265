"""What the cross-member report says: members under pseudonyms, a heat map and dots per factor."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.rows import shown
from pipeline.report.source import Source
from pipeline.report.wording import Wording

STEPS = ["#b35806", "#f1a340", "#f7f7f7", "#92c5de", "#2166ac"]


def cross_member(source: Source, t: Wording) -> list[dict]:
    """One block per population that enough members share."""
    groups = source.peers.group_by("population", maintain_order=True)
    blocks = [_block(source, t, population, _compared(rows)) for (population,), rows in groups]
    return [b for b in blocks if b["heat"]]


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    """Scores of factors and indices; where there are none, favourable shares of items."""
    scores = rows.filter(pl.col("indicator_kind") != "item", pl.col("measure") == "mean_score")
    return scores if not scores.is_empty() else rows.filter(measure="favourable")


def _block(source: Source, t: Wording, population: str, rows: pl.DataFrame) -> dict:
    titles = source.questions(population) | source.titles
    cells = {(r["indicator"], r["pseudonym"]): r for r in rows.iter_rows(named=True)}
    codes, names = _by_level(rows, "indicator"), sorted(rows["pseudonym"].unique())
    heat = [{"label": titles.get(c, c), "cells": [_heat(source, cells.get((c, n))) for n in names]} for c in codes]
    figures = [_figure(source, t, population, c, titles.get(c, c), names, cells) for c in codes]
    share = not rows.is_empty() and rows["measure"][0] != "mean_score"
    return {
        "population": t.name(population),
        "dif": _dif(source, t, population),
        "names": names,
        "heat": heat,
        "figures": figures,
        "share": share,
    }


def _by_level(rows: pl.DataFrame, key: str) -> list[str]:
    """Keys from the highest mean estimate to the lowest; members are never ranked."""
    means = rows.group_by(key).agg(pl.col("estimate").mean().round(6))
    return means.sort(["estimate", key], descending=[True, False], nulls_last=True)[key].to_list()


def _heat(source: Source, row: dict | None) -> dict:
    if row is None or row["estimate"] is None:
        return {"value": None}
    percent = row["estimate"] * (1 if row["measure"] == "mean_score" else 100)
    step = min(4, max(0, int(percent // 20)))
    value = shown(source, row["measure"], row["estimate"])
    return {"value": value, "colour": STEPS[step], "ink": "#ffffff" if step in (0, 4) else "#1a1a1a"}


def _figure(source: Source, t: Wording, population: str, code: str, title: str, names: list[str], cells: dict) -> dict:
    mine = [cells.get((code, name)) for name in names]
    points = [_point(source, row) for row in mine]
    share = any(row and row["measure"] != "mean_score" for row in mine)
    chart = charts.dots(names, {t.name(population): points}, 0, 100 if share else source.scale[0])
    return {
        "id": f"peer-{population}-{code}",
        "title": title,
        "chart": chart,
        "rows": list(zip(names, points, strict=True)),
    }


def _point(source: Source, row: dict | None) -> dict | None:
    if row is None or row["estimate"] is None or row["ci_low"] is None:
        return None
    columns = (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))
    return {k: shown(source, row["measure"], row[c]) for k, c in columns}


def _dif(source: Source, t: Wording, population: str) -> dict | None:
    """Questions that may mean different things in different members (or modes, or languages)."""
    found = source.dif.filter(population=population, status="published")
    if found.is_empty():
        return None
    flagged = found.filter(pl.col("flag") != "none").sort("effect_size", descending=True)
    lines = [
        {
            "label": source.concepts.get(r["indicator"], r["indicator"]),
            "factor": source.titles.get(r["factor"], r["factor"]),
            "word": t(f"dif_{r['grouping']}_{r['kind']}"),
            "flag": t(f"dif_{r['flag']}"),
        }
        for r in flagged.iter_rows(named=True)
    ]
    return {"lines": lines, "questions": found["indicator"].n_unique()}
