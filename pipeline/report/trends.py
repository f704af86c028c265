"""Trends over three waves and more: first who was asked, then lines over the waves, then what may be said of them."""

from __future__ import annotations

import polars as pl

from pipeline.report import rows
from pipeline.report.bridges import AS_PUBLISHED
from pipeline.report.composition import composition, shifts
from pipeline.report.levels import drawn, levels
from pipeline.report.release import kept
from pipeline.report.wording import cell_number

FEWEST_WAVES = 3
MARKS = {"rising": "▲", "falling": "▼", "no_change": "=", "not_linear": "~", "cannot_tell": "?"}
SPOKEN = ("rising", "falling", "no_change", "not_linear")


def trends(n) -> list[dict]:
    """Per population with three waves or more that end in this one, and no later: a block for the page."""
    return [block for p in n.populations if (block := _block(n, p))]


def _block(n, population: str) -> dict | None:
    waves = n.source.waves(n.member, population)
    if len(waves) < FEWEST_WAVES or waves[-1] != n.wave or not (found := _preferred(n, population)):
        return None
    asked = who_was_asked(n, population, waves)
    chosen = _comparable(found, bool(asked["shifts"]))
    name = f"trend-{population}"
    ordered = rows.in_order(n.source, n.instruments[population], _comparable(found, moved=False))
    panels = [levels(n, population, row, row["first_wave"], row["last_wave"], asked["apart"]) for row in ordered]
    lines = _lines(n, population, chosen, name)
    share = rows.is_share(found)
    return {
        "id": name,
        "population": n.t.name(population),
        "first": waves[0],
        "last": waves[-1],
        "waves": waves,
        "asked": asked,
        "share": share,
        "panels": drawn(panels, 100 if share else n.source.scale[0]),
        "adjustment": chosen[0]["adjustment"] if chosen else None,
        "lines": lines,
        "sentences": [line["sentence"] for line in lines if line["sentence"]],
        "others": sum(line["verdict"] == "cannot_tell" for line in lines),
        "too_few_for_steps": any(line["step"] == "too_few_waves" for line in lines),
        "changed": _changed(n, population, found),
        "margin": _plain(n.source.manifest["trends"]["equivalence_points"]),
        "decimals": _decimals(n, share),
    }


@kept
def _preferred(n, population: str) -> list[dict]:
    found = n.source.trends.filter(member=n.member, population=population)
    return rows.preferred(found, n.instruments[population]).rows(named=True)


def _changed(n, population: str, told: list[dict]) -> str:
    """What has no line because it was asked otherwise in one of the waves: titles of scores, or questions where those are told."""
    otherwise = _asked_otherwise(n, population, told[0]["indicator_kind"] == "item")
    codes = sorted(otherwise - {r["indicator"] for r in told})
    questions = n.source.questions(population)
    return n.t.listed([n.source.titles.get(c) or questions.get(c, c) for c in codes], final=True)


@kept
def _asked_otherwise(n, population: str, items: bool) -> set[str]:
    """The questions (or scores) that were asked otherwise in one of the waves."""
    names = {n.source.instrument_name(n.member, wave, population) for wave in n.source.waves(n.member, population)}
    bridges = n.source.bridges.filter(
        pl.col("instrument").is_in(names) & pl.col("other_instrument").is_in(names),
        ~pl.col("bridge").is_in(AS_PUBLISHED),
        (pl.col("indicator_kind") == "item") == items,
    )
    return set(bridges["indicator"])


def who_was_asked(n, population: str, waves: list[str]) -> dict:
    """What a page says of it before any trend.

    shifts: what moved too much between two waves in a row, or between the first and the last; apart: the waves not to
    be joined to the one before; unchecked: whether nothing is known of some.
    """
    pairs = [*zip(waves, waves[1:], strict=False), (waves[0], waves[-1])]
    tables = {pair: composition(n, population, wave=pair[1], before=pair[0]) for pair in pairs}
    moved = {pair: shifts(found) for pair, found in tables.items()}
    return {
        "shifts": [{"since": one, "until": other, "shifts": s} for (one, other), s in moved.items() if s],
        "apart": {other for one, other in pairs[:-1] if moved[one, other]},
        "unchecked": not all(any(t["checked"] for t in found) for found in tables.values()),
    }


def _comparable(found: list[dict], moved: bool) -> list[dict]:
    """The trends that may be spoken of: as they are, or adjusted where who was asked moved."""
    ways = {r["adjustment"] for r in found} - {"none"}
    told = max(ways, default=None) if moved else "none"
    return [r for r in found if r["adjustment"] == told]


def _lines(n, population: str, found: list[dict], name: str) -> list[dict]:
    instrument = n.instruments[population]
    ordered = rows.in_order(n.source, instrument, found)
    return [_line(n, instrument, row, f"{name}-{k}") for k, row in enumerate(ordered)]


def _line(n, instrument: dict, row: dict, cell: str) -> dict:
    verdict = row["verdict"] or "hidden"
    columns = ("slope", "ci_low", "ci_high", "change", "change_low", "change_high")
    line = {
        "id": cell,
        "label": rows.label(n.source, instrument, row),
        "verdict": verdict,
        "mark": MARKS.get(verdict, ""),
        "word": n.t(f"trend_{verdict}") if verdict in MARKS else n.t("hidden"),
        "step": row["change_point"],
        **{c: _finer(n, row["measure"], row[c]) for c in columns},
    }
    return line | {"sentence": _sentence(n, line, row)}


def _sentence(n, line: dict, row: dict):
    """What is found, in words; None where nothing is."""
    if line["verdict"] not in SPOKEN:
        return None
    decimals = _decimals(n, row["measure"] != "mean_score")

    def number(column: str):
        return cell_number(n.t.number(line[column], decimals), f"{line['id']}-{column}")

    numbers = {c: number(c) for c in ("slope", "ci_low", "ci_high", "change", "change_low", "change_high")}
    margin = _plain(n.source.manifest["trends"]["equivalence_points"])
    key = f"trend_says_{line['verdict']}"
    small = row["equivalence_p_value"] is not None and row["equivalence_p_value"] <= 0.05
    key += "_slightly" if small and line["verdict"] in ("rising", "falling") else ""
    return n.t(
        key,
        label=line["label"],
        mark=line["mark"],
        margin=margin,
        first=row["first_wave"],
        last=row["last_wave"],
        **numbers,
    )


def _decimals(n, share: bool) -> int:
    """Changes per year are small: one decimal more than levels have."""
    return 1 if share else n.source.scale[1] + 1


def _finer(n, measure: str, value: float | None) -> float | None:
    if value is None:
        return None
    share = measure != "mean_score"
    return round(value * (100 if share else n.source.scale[0] / 100), _decimals(n, share)) + 0.0  # no -0.0


def _plain(points: float) -> str:
    """3, not 3.0."""
    return f"{points:g}"
