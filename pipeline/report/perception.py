"""Index scores of a member by wave, as far back as waves may be set side by side."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts
from pipeline.report.composition import composition, shifts
from pipeline.report.release import kept


def perception(n) -> list[dict]:
    """Per index a chart and its rows; nothing where the questionnaires have no index."""
    scores = _scores(n)
    return [_block(n, code, scores) for code in dict.fromkeys(code for code, _, _ in sorted(scores))]


@kept
def _scores(n) -> dict[tuple[str, str, str], dict]:
    """(index, population, wave) -> its row, where it is shown."""
    mine = n.source.estimates.filter(
        pl.col("domain_variable") == "",
        pl.col("estimate").is_not_null(),
        pl.col("ci_low").is_not_null(),
        member=n.member,
        indicator_kind="index",
        measure="mean_score",
    )
    return {(r["indicator"], r["population"], r["wave"]): r for r in mine.iter_rows(named=True)}


def _block(n, code: str, scores: dict) -> dict:
    waves = {p: [w for w in _waves(n, code, p) if (code, p, w) in scores] for p in n.populations}
    cells = {(p, w): _cell(n, scores[code, p, w]) for p, known in waves.items() for w in known}
    shown = sorted({w for _, w in cells})
    groups = {n.t.name(p): [cells.get((p, w)) for w in shown] for p in n.populations}
    return {
        "title": n.source.titles[code],
        "chart": charts.dots(shown, groups, 0, n.source.scale[0]),
        "rows": [{"wave": w, "group": n.t.name(p)} | cell for (p, w), cell in sorted(cells.items())],
    }


def _cell(n, row: dict) -> dict:
    return {k: n.source.score(row[c]) for k, c in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))}


def _waves(n, code: str, population: str) -> list[str]:
    """This wave and those before it, up to the first that differs too much in what, or who, was asked."""
    waves, here = [n.wave], n
    while (before := here.before(population)) and _side_by_side(here, code, population, before):
        waves.append(before)
        here = n.of_wave(before)
    return waves


def _side_by_side(n, code: str, population: str, before: str) -> bool:
    who = composition(n, population)
    return _compared(n, code, population, before) and any(t["checked"] for t in who) and not shifts(who)


@kept
def _compared(n, code: str, population: str, before: str) -> bool:
    return not n.comparisons.filter(kind="wave_change", population=population, other_wave=before, indicator=code).is_empty()
