"""Changes since the wave before: as asked, and as if the same kinds of respondents had been asked."""

from __future__ import annotations

import polars as pl

from pipeline.report import charts, rows
from pipeline.report.bridges import BRIDGED, bridge_notes, marked
from pipeline.report.composition import composition, largest_shift, shifts
from pipeline.report.differences import line, numbers, unadjusted
from pipeline.report.levels import drawn, known, levels
from pipeline.report.release import kept
from pipeline.report.verdicts import CLEAR

ADJUSTED = ("standardised", "regression")  # of an indicator the first that there is stands beside the plain change


def changes(n) -> list[dict]:
    """Per population: the change since the wave before, or why it must not be read as one."""
    return [block for p in n.populations if (block := _change(n, p))]


def _change(n, population: str) -> dict | None:
    before, instrument = n.before(population), n.instruments[population]
    found = _plain(n, population)
    bridges = bridge_notes(n, population, found) if before else None
    if not found and not (bridges and bridges["apart"]):
        return None
    who, note = composition(n, population), _note(n, population, before)
    moved = shifts(who)
    others = {kind: _by_indicator(n, population, kind) for kind in (*ADJUSTED, "composition")}
    ordered = rows.in_order(n.source, instrument, found)
    name = f"change-{population}"
    lines = [_line(n, instrument, r, f"{name}-{k}", others, bool(moved)) for k, r in enumerate(ordered)]
    comparable = bool(lines) and (not moved or any(r["adjusted"] for r in lines))
    slopes = _slopes(n, population, before, lines, bool(moved)) if comparable else []
    return {
        "id": name,
        "population": n.t.name(population),
        "code": population,
        "since": before,
        "rows": lines,
        "shifts": moved,
        "bridges": bridges,
        "largest": largest_shift(who),
        "comparable": comparable,
        "slopes": slopes,
        "levels": {panel["id"]: panel["points"] for panel in slopes},
        "methods": [m for m in ADJUSTED if any(r["method"] == m for r in lines)],
        "note": note,
        "share": rows.is_share(found),
        "unchecked": not any(t["checked"] for t in who),
        "n": [n.size(population, n.wave), n.size(population, before)],
        "chart": _chart(n, lines, bool(moved)),
    }


@kept
def _plain(n, population: str) -> list[dict]:
    """The changes as asked."""
    of_this = unadjusted(n, "wave_change").filter(population=population, other_wave=n.before(population))
    return rows.preferred(of_this, n.instruments[population]).rows(named=True)


@kept
def _by_indicator(n, population: str, adjustment: str) -> dict[tuple, dict]:
    """(indicator, measure, category) -> the change by one adjustment, where it is shown."""
    of_this = {"population": population, "other_wave": n.before(population), "domain_variable": ""}
    found = n.comparisons.filter(pl.col("difference").is_not_null(), kind="wave_change", adjustment=adjustment, **of_this)
    return {(r["indicator"], r["measure"], r["category"]): r for r in found.iter_rows(named=True)}


def _line(n, instrument: dict, row: dict, cell: str, others: dict, moved: bool) -> dict:
    """One indicator. The verdict is on the adjusted change where who was asked moved, else on the plain one."""
    key = (row["indicator"], row["measure"], row["category"])
    method = next((m for m in ADJUSTED if key in others[m]), "")
    adjusted = others[method][key] if method else None
    headline = adjusted if moved and adjusted else row
    parts = {"plain": row, "adjusted": adjusted, "composition": others["composition"].get(key)}
    shown = {name: numbers(n, part) if part else None for name, part in parts.items()}
    found = line(n, instrument, headline, cell, comparable=not moved or adjusted is not None) | shown
    return found | {"label": marked(found["label"], row), "method": method}


def _chart(n, lines: list[dict], moved: bool) -> str:
    """Plain and adjusted changes side by side; where who was asked moved, no plain change without an adjusted one."""
    groups = {str(n.t("change_plain")): "plain", str(n.t("change_adjusted")): "adjusted"}
    points = {name: [_point(r, part, moved) for r in lines] for name, part in groups.items()}
    drawn_groups = {name: found for name, found in points.items() if any(found)}
    span = max([abs(p[k]) for found in drawn_groups.values() for p in found if p for k in ("low", "high")] or [1]) * 1.1
    labels = [f"{r['mark']} {r['word'] + ': ' if r['verdict'] in CLEAR else ''}{r['label']}" for r in lines]
    seen = [None if r["verdict"] == "not_comparable" else r["seen"] for r in lines]
    return charts.dots(labels, drawn_groups, -span, span, zero=True, band=(str(n.t("seen_band")), seen))


def _point(row: dict, part: str, moved: bool) -> dict | None:
    found = row[part]
    if not found or found["x"] is None or found["low"] is None or (moved and not row["adjusted"]):
        return None
    headline = part == ("adjusted" if moved else "plain")
    return found | {"filled": headline and row["verdict"] in CLEAR}


def _slopes(n, population: str, before: str, lines: list[dict], moved: bool) -> list[dict]:
    """A small chart for each indicator asked alike: both waves' figures, joined unless other kinds of people were asked,
    and the change with the same kinds of people asked."""
    panels = []
    for found in lines:
        panel = levels(n, population, found["row"], before, n.wave, {n.wave} if moved else set())
        points = {p["wave"]: p for p in panel["points"]}
        if found["row"]["bridge"] not in BRIDGED and points.keys() >= {before, n.wave}:
            rise = found["adjusted"]["x"] if found["adjusted"] and known(points[before]) else None
            panels.append(panel | {"id": found["id"], "points": [points[before], points[n.wave]], "rise": rise})
    return drawn(panels, 100 if lines[0]["share"] else n.source.scale[0])


def _note(n, population: str, before: str) -> dict:
    """What was held fixed, in the questionnaire's words: {standardised, regression, left_out, reference, reason, variable}."""
    row = _adjustment(n, population, before)
    if row is None or row["status"] == "suppressed":
        return dict.fromkeys((*ADJUSTED, "left_out", "reference", "reason", "variable"), "")
    names = {link: _variable(n, population, link) for link in _links(row)}
    return {
        "standardised": _listed(names, row["held_fixed"]),
        "regression": _listed(names, row["held_fixed_by_regression"]),
        "left_out": _listed(names, row["left_out"]),
        "reference": row["reference"],
        "reason": row["reason"],
        "variable": names.get(row["variable"], ""),
    }


@kept
def _adjustment(n, population: str, before: str) -> dict | None:
    found = n.source.adjustments.filter(member=n.member, population=population, wave=n.wave, other_wave=before)
    return None if found.is_empty() else found.row(0, named=True)


def _links(row: dict) -> list[str]:
    columns = ("held_fixed", "held_fixed_by_regression", "left_out", "variable")
    return [link for column in columns for link in (row[column] or "").split()]


def _listed(names: dict[str, str], links: str | None) -> str:
    return "; ".join(names[link] for link in (links or "").split())


def _variable(n, population: str, link: str) -> str:
    """The question behind a link (see estimates: a concept, else questionnaire and code)."""
    code = link.rpartition(":")[2]
    found = next((i for i in n.instruments[population]["items"] if link == i["concept"] or code == i["code"]), None)
    return n.source.text(found["text"], found["code"]) if found else code
