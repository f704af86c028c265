"""Results by group of respondents: a table and a chart for each profile question."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts, rows
from pipeline.report.release import kept
from pipeline.report.verdicts import ALPHA

SMALL = 50  # respondents: below this a group's steadied figure stands beside the direct one


def breakdowns(n) -> list[dict]:
    """Per population and profile question, where there is anything to break down."""
    blocks = []
    for population in n.populations:
        profile = [i for i in n.instruments[population]["items"] if i["role"] == "profile"]
        blocks += [
            b for k, item in enumerate(profile) if (b := _breakdown(n, population, item, f"by-{population}-{k}"))
        ]
    return blocks


def _breakdown(n, population: str, item: dict, name: str) -> dict | None:
    instrument = n.instruments[population]
    found = _by_group(n, population, item["code"])
    cells = {(r["indicator"], r["category"], r["domain_category"]): r for r in found}
    heads = [c for c in item["categories"] if any(k[2] == c["code"] for k in cells)]
    firsts = {(r["indicator"], r["category"]): r for r in found}
    ordered = rows.in_order(n.source, instrument, list(firsts.values()))
    if not heads or not ordered:
        return None
    names = {c["code"]: n.source.text(c["label"], c["code"]) for c in item["categories"]}
    stands = _standing(n, population, item, names)
    lines = [_line(n, instrument, r, heads, cells, stands) for r in ordered]
    titles = [n.source.text(c["label"], c["code"]) for c in heads]
    return {
        "id": name,
        "title": n.source.text(item["text"], item["code"]),
        "population": n.t.name(population),
        "heads": titles,
        "rows": lines,
        "share": rows.is_share(found),
        "chart": _chart(n, titles, lines, rows.is_share(found)),
        "n": n.size(population),
    }


def _line(n, instrument: dict, row: dict, heads: list[dict], cells: dict, stands: dict) -> dict:
    mine = [_cell(n, cells.get((row["indicator"], row["category"], c["code"]))) for c in heads]
    found = stands.get((row["indicator"], row["measure"], row["category"]), [])
    return {"label": rows.label(n.source, instrument, row), "cells": mine, "stands": found}


def _standing(n, population: str, item: dict, names: dict[str, str]) -> dict[tuple, list[str]]:
    """Per indicator the pairs of groups whose difference stands: "this > that"."""
    found: dict[tuple, list[str]] = {}
    for r in _standing_pairs(n, population, item["code"]):
        one, other = names[r["domain_category"]], names[r["other_domain_category"]]
        text = f"{one} > {other}" if r["difference"] > 0 else f"{other} > {one}"
        found.setdefault((r["indicator"], r["measure"], r["category"]), []).append(text)
    return found


@kept
def _by_group(n, population: str, variable: str) -> list[dict]:
    mine = n.estimates.filter(population=population, domain_variable=variable)
    return rows.preferred(mine, n.instruments[population]).rows(named=True)


@kept
def _standing_pairs(n, population: str, variable: str) -> list[dict]:
    """The differences between the groups of a profile question that stand."""
    of_this = {"kind": "group_difference", "population": population, "domain_variable": variable, "test": "t", "status": "published"}
    return n.comparisons.filter(pl.col("q_value") < ALPHA, **of_this).rows(named=True)


def _cell(n, row: dict | None) -> dict:
    """A shown figure, a hidden one, or nothing."""
    if row is None or row["status"] == "suppressed":
        return {"x": None, "low": None, "high": None, "n": None, "steadied": None, "suppressed": row is not None}
    numbers = {
        k: rows.shown(n.source, row["measure"], row[c])
        for k, c in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))
    }
    small = row["n"] < SMALL and row["shrunk"] is not None
    steadied = rows.shown(n.source, row["measure"], row["shrunk"]) if small else None
    return {**numbers, "n": row["n"], "steadied": steadied, "suppressed": False}


def _chart(n, titles: list[str], lines: list[dict], share: bool) -> str:
    groups = {t: [_point(line["cells"][k]) for line in lines] for k, t in enumerate(titles)}
    return charts.dots([line["label"] for line in lines], groups, 0, 100 if share else n.source.scale[0])


def _point(cell: dict) -> dict | None:
    return None if cell["x"] is None or cell["low"] is None else {k: cell[k] for k in ("x", "low", "high")}
