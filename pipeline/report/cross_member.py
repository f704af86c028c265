"""What one reader's cross-member page says: itself by name, the others by pseudonym, a heat map and dots per factor."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.against_peers import against_peers
from pipeline.report.ranks import ranks
from pipeline.report.release import kept_for_all
from pipeline.report.rows import is_share, shown
from pipeline.report.source import Source
from pipeline.report.wording import Wording

# Ten points of 100 each: most members lie within thirty points of each other, and must still be told apart.
STEPS = ["#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061"]
DARK = (0, 1, 8, 9)
OWN = "★"  # beside the reader's own name, so that it does not hang on colour
KEY = ["indicator", "concept"]  # versions of a questionnaire may give one code to two questions


def cross_member(source: Source, t: Wording, recipient: str = "") -> list[dict]:
    """One block per population that enough members share; `recipient`: a member's code, '' for anybody else."""
    compared = _compared(source, recipient)
    blocks = [_block(source, t, recipient, population, rows, keys) for population, (rows, keys) in compared.items()]
    return [b for b in blocks if b["heat"]]


@kept_for_all
def _compared(source: Source, recipient: str) -> dict[str, tuple[list[dict], list[tuple[str, str]]]]:
    """Population -> the rows that a reader sees of it, and KEY of each indicator in the order of the page.

    Scores of factors and indices; where there are none, favourable shares of items.
    """
    found = {}
    for (population,), rows in source.peers.filter(recipient=recipient).group_by("population", maintain_order=True):
        scores = rows.filter(pl.col("indicator_kind") != "item", pl.col("measure") == "mean_score")
        told = scores if not scores.is_empty() else rows.filter(measure="favourable")
        found[population] = told.rows(named=True), _by_level(told)
    return found


def _block(source: Source, t: Wording, recipient: str, population: str, rows: list[dict], keys: list[tuple[str, str]]) -> dict:
    cells = {(r["indicator"], r["concept"], r["pseudonym"]): r for r in rows}
    members, lines = _members(source, rows), []
    for number, key in enumerate(keys):
        mine = [cells.get((*key, m["key"])) for m in members]
        lines.append({"label": _label(source, population, *key), "cells": mine, "id": f"peer-{population}-{number}"})
    labels = {key: x["label"] for key, x in zip(keys, lines, strict=True)}
    share = is_share(rows)
    return {
        "population": t.name(population),
        "dif": _dif(source, t, population),
        "members": members,
        "heat": [{"label": x["label"], "cells": [_heat(source, row) for row in x["cells"]]} for x in lines],
        "figures": [_figure(source, t, x, members, share) for x in lines],
        "ranks": ranks(source, t, recipient, population, members, labels),
        "against": against_peers(source, t, recipient, population),
        "share": share,
    }


def _members(source: Source, rows: list[dict]) -> list[dict]:
    """The reader itself, then named members by name, then pseudonyms by letter: no order follows a figure."""
    found = []
    for key, own in {(r["pseudonym"], r["own"]) for r in rows}:
        named = key in source.codebook["members"]
        name = source.member(key) if named else key
        found.append({"key": key, "name": name, "own": own, "named": named, "mark": f"{OWN} {name}" if own else name})
    return sorted(found, key=lambda m: (not m["own"], not m["named"], m["named"] or len(m["name"]), m["name"]))


def _label(source: Source, population: str, indicator: str, concept: str) -> str:
    wording = source.concepts.get(concept) or source.titles.get(indicator)
    return wording or source.questions(population).get(indicator, indicator)


def _by_level(rows: pl.DataFrame) -> list[tuple[str, str]]:
    """Indicators from the highest mean estimate to the lowest; members have no order of their own."""
    means = rows.group_by(KEY).agg(pl.col("estimate").mean().round(6))
    return means.sort(["estimate", *KEY], descending=[True, False, False], nulls_last=True).select(KEY).rows()


def _heat(source: Source, row: dict | None) -> dict:
    if row is None or row["estimate"] is None:
        return {"value": None}
    percent = row["estimate"] * (1 if row["measure"] == "mean_score" else 100)
    step = min(9, max(0, int(round(percent, 6) // 10)))
    value = shown(source, row["measure"], row["estimate"])
    return {"value": value, "colour": STEPS[step], "ink": "#ffffff" if step in DARK else "#1a1a1a"}


def _figure(source: Source, t: Wording, line: dict, members: list[dict], share: bool) -> dict:
    points = [_point(source, row) for row in line["cells"]]
    own = [p and p | {"filled": True} if m["own"] else None for m, p in zip(members, points, strict=True)]
    others = [None if m["own"] else p for m, p in zip(members, points, strict=True)]
    groups = {str(t("peer_others")): others} | ({str(t("peer_own")): own} if any(own) else {})
    labels = [m["mark"] for m in members]
    return {
        "id": line["id"],
        "title": line["label"],
        "chart": charts.dots(labels, groups, 0, 100 if share else source.scale[0], level=True),
        "rows": list(zip(members, points, strict=True)),
    }


def _point(source: Source, row: dict | None) -> dict | None:
    if row is None or row["estimate"] is None or row["ci_low"] is None:
        return None
    columns = (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))
    return {k: shown(source, row["measure"], row[c]) for k, c in columns}


def _dif(source: Source, t: Wording, population: str) -> dict | None:
    """Questions that may mean different things in different members (or modes, or languages)."""
    flagged, questions = _flagged(source, population)
    if not questions:
        return None
    lines = [
        {
            "label": source.concepts.get(r["indicator"], r["indicator"]),
            "factor": source.titles.get(r["factor"], r["factor"]),
            "word": t(f"dif_{r['grouping']}_{r['kind']}"),
            "flag": t(f"dif_{r['flag']}"),
        }
        for r in flagged
    ]
    return {"lines": lines, "questions": questions}


@kept_for_all
def _flagged(source: Source, population: str) -> tuple[list[dict], int]:
    """The rows of those questions, the largest difference first, and of how many questions it was looked for."""
    found = source.dif.filter(population=population, status="published")
    flagged = found.filter(pl.col("flag") != "none").sort("effect_size", descending=True)
    return flagged.rows(named=True), found["indicator"].n_unique()
