"""Frames: what a workspace says of the populations behind its samples, checked and put in the instruments' codes.

A frame is rows (member, wave, population, margin, category, count). A margin is
the code, concept or heading of a question; `total` (or nothing) is everybody;
the stratum item's name, or `stratum`, counts strata; the sampling unit's name,
or `psu`, counts sampling units; `planned` is how many answers were planned.
"""

from __future__ import annotations

from pipeline.errors import ConfigurationError
from pipeline.estimate.design import Frame
from pipeline.ingest.match import answer_codes, item_names
from pipeline.ingest.text import key
from pipeline.instrument import Instrument, Item
from pipeline.workspace import WeightingRules

Margins = dict[str, dict[str, float]]
TOTAL = ("", "total", "all")


def margins_of_units(rows: list[dict[str, str]]) -> dict[tuple, Margins]:
    """(member, wave, population) -> margin -> category -> count, as they stand in the files."""
    units: dict[tuple, Margins] = {}
    for row in rows:
        margin = units.setdefault((row["member"], row["wave"], row["population"]), {}).setdefault(row["margin"], {})
        if row["category"] in margin:
            raise ConfigurationError(
                f"frames: {_where(row)}: margin {row['margin']!r}, category {row['category']!r} stands twice. Keep one row."
            )
        margin[row["category"]] = float(row["count"])
    return units


def make_frame(unit: tuple, margins: Margins, instrument: Instrument, strata: set[str], rules: WeightingRules) -> Frame:
    """The frame of one unit in the codes of its instrument.

    `strata`: the strata that occur in the sample. Raises ConfigurationError for
    an unknown margin or category, and where margins contradict each other by
    more than the rules allow.
    """
    total = planned = None
    items: Margins = {}
    by_stratum: dict[str, float] = {}
    by_psu: dict[str, float] = {}
    for name, counts in margins.items():
        if sum(counts.values()) <= 0:
            raise ConfigurationError(
                f"frames: {' '.join(unit)}: margin {name!r} counts nobody. Mend it or leave it out."
            )
        role = _role(name, counts, instrument, strata)
        if role == "total":
            total = sum(counts.values())
        elif role == "planned":
            planned = sum(counts.values())
        elif role == "stratum":
            by_stratum = counts
        elif role == "psu":
            by_psu = _sampling_units(counts, strata)
        else:
            item = _item(unit, name, instrument)
            items[item.code] = _coded(unit, item, counts, instrument)
    sums = {name: sum(c.values()) for name, c in {**({"stratum": by_stratum} if by_stratum else {}), **items}.items()}
    everybody = total if total is not None else next(iter(sums.values()), None)
    differences = _differences(unit, sums, everybody, rules.margin_tolerance)
    items = {code: {c: v * everybody / sums[code] for c, v in counts.items()} for code, counts in items.items()}
    return Frame(everybody, items, by_stratum, by_psu, planned, differences, rules.finite_population)


def check_frames(rows: list[dict[str, str]], instruments: list[Instrument], tolerance: float) -> None:
    """What can be checked before anything is read: repeated rows and margins that contradict each other."""
    for unit, margins in margins_of_units(rows).items():
        mine = [i for i in instruments if i.population == unit[2]]
        if not mine:
            raise ConfigurationError(f"frames: {' '.join(unit)}: no instrument addresses the population {unit[2]!r}.")
        sums, total = {}, None
        for name, counts in margins.items():
            roles = {_role(name, counts, instrument, set()) for instrument in mine}
            if "total" in roles:
                total = sum(counts.values())
            elif not roles & {"psu", "planned"}:
                sums[name] = sum(counts.values())
        _differences(unit, sums, total if total is not None else next(iter(sums.values()), None), tolerance)


def _role(name: str, counts: dict[str, float], instrument: Instrument, strata: set[str]) -> str:
    """total, planned, stratum, psu or item."""
    word = key(name)
    if word in TOTAL:
        return "total"
    if word == "planned":
        return "planned"
    design = item_names(instrument).get(word)
    for role in ("stratum", "psu"):
        item = instrument.design_item(role)
        if word == role or (item is not None and design == item.code):
            return role
    # a margin whose categories are the strata counts the strata, whatever it is called
    return "stratum" if len(strata) > 1 and set(counts) == strata else "item"


def _sampling_units(counts: dict[str, float], strata: set[str]) -> dict[str, float]:
    """Stratum -> sampling units: counted per stratum, counted in all, or listed one by one."""
    if set(counts) <= strata:
        return counts
    if all(key(category) in TOTAL for category in counts):
        return {"": sum(counts.values())}
    return {"": float(len(counts))}


def _item(unit: tuple, name: str, instrument: Instrument) -> Item:
    names = item_names(instrument) | {key(i.concept): i.code for i in instrument.items if i.concept}
    code = names.get(key(name))
    item = next((i for i in instrument.coded_items() if i.code == code), None)
    if item is None:
        known = ", ".join(i.code for i in instrument.profile) or "none"
        raise ConfigurationError(
            f"frames: {' '.join(unit)}: margin {name!r} is no question of {instrument.instrument} with one answer. Its profile questions are {known}."
        )
    return item


def _coded(unit: tuple, item: Item, counts: dict[str, float], instrument: Instrument) -> dict[str, float]:
    known = answer_codes(instrument.scale_of(item))
    coded: dict[str, float] = {}
    for category, count in counts.items():
        code = known.get(key(category))
        if code is None:
            raise ConfigurationError(
                f"frames: {' '.join(unit)}: margin {item.code}: {category!r} is none of its codes or labels."
            )
        coded[code] = coded.get(code, 0.0) + count
    return coded


def _differences(unit: tuple, sums: dict[str, float], everybody: float | None, tolerance: float) -> dict[str, float]:
    """By how much each margin's sum misses the total, relative to it."""
    if not everybody:
        return {}
    differences = {name: value / everybody - 1 for name, value in sums.items()}
    worst = max(differences, key=lambda name: abs(differences[name]), default=None)
    if worst is not None and abs(differences[worst]) > tolerance:
        raise ConfigurationError(
            f"frames: {' '.join(unit)}: the margins contradict each other: {worst} adds up to {sums[worst]:,.0f}, "
            f"but the total is {everybody:,.0f}, {sums[worst] - everybody:+,.0f} ({differences[worst]:+.1%}). "
            f"Mend the counts, or allow it with margin_tolerance in weighting.yaml (now {tolerance:.1%})."
        )
    return differences


def _where(row: dict[str, str]) -> str:
    return f"{row['member']} {row['wave']} {row['population']}"
