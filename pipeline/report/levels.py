"""One indicator's figures wave by wave, as small charts that all have one scale."""

from __future__ import annotations

from pipeline.report import charts, rows
from pipeline.report.release import kept
from pipeline.waves import wave_time

LINE = ("indicator_kind", "measure", "category")  # what the figures of a line have in common, beside the indicator
NARROWEST = 20  # points of 100 that the axis of a line shows at least


def levels(n, population: str, row: dict, first: str, last: str, apart: set[str]) -> dict:
    """{label, points}: an indicator's figures in each wave from `first` to `last`, None where hidden.

    row: of `trends` or `comparisons`; apart: the waves not to be joined to the one before (other kinds of people were asked).
    """
    link = "concept" if row["concept"] else "indicator"
    figures = _by_wave(n, population).get((link, *(row[c] for c in (link, *LINE))), [])
    points = [_point(n, r, apart) for r in figures if first <= r["wave"] <= last]
    return {"label": rows.label(n.source, n.instruments[population], row), "points": points}


@kept
def _by_wave(n, population: str) -> dict[tuple, list[dict]]:
    """("concept" or "indicator", its code, LINE) -> everybody's rows, the first wave first."""
    found: dict[tuple, list[dict]] = {}
    mine = n.source.estimates.filter(member=n.member, population=population, domain_variable="")
    for r in mine.sort("wave", maintain_order=True).iter_rows(named=True):
        for link in ("concept", "indicator"):
            found.setdefault((link, *(r[c] for c in (link, *LINE))), []).append(r)
    return found


def _point(n, row: dict, apart: set[str]) -> dict:
    shown = {k: rows.shown(n.source, row["measure"], row[c]) for k, c in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))}
    return {"wave": row["wave"], "time": wave_time(row["wave"]), "joined": row["wave"] not in apart, **shown}


def drawn(panels: list[dict], top: float) -> list[dict]:
    """The panels with their charts, all on one scale, which need not begin at 0.

    A panel's `rise`, where it has one, is the change with the same kinds of people asked: a dashed line from its first
    wave, which must have a figure.
    """
    ends = [p[k] for panel in panels for p in panel["points"] if known(p) for k in ("low", "high")]
    ends += [panel["points"][0]["x"] + panel["rise"] for panel in panels if panel.get("rise") is not None]
    if not ends:
        return [panel | {"chart": ""} for panel in panels]
    low, high = min(ends), max(ends)
    room = max(0.06 * (high - low), (NARROWEST * top / 100 - (high - low)) / 2)
    low, high = max(0, low - room), min(top, high + room)
    return [panel | {"chart": charts.lines(_shown(panel["points"]), low, high, panel.get("rise"))} for panel in panels]


def known(point: dict) -> bool:
    return point["x"] is not None and point["low"] is not None


def _shown(points: list[dict]) -> list[dict]:
    """Those with figures; a hidden wave between two breaks the line."""
    kept, joined = [], True
    for point in points:
        if known(point):
            kept.append(point | {"joined": joined and point["joined"]})
        joined = known(point)
    return kept
