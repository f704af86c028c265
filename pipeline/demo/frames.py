"""Frames for a synthetic workspace: what each administration knows of its own staff."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.demo.world import Unit
from pipeline.instrument import Item
from pipeline.workspace import FRAME_COLUMNS

SAMPLED = 0.12  # of the staff answer
WOMEN = 0.5
LOST_IN_A_MARGIN = 0.998  # as in published staff tables, whose parts do not add up to the total


def write_frames(folder: Path, units: list[Unit], by_gender: tuple[str, ...]) -> Path:
    """Staff by grade for every unit; for the members `by_gender` also by gender, not quite adding up."""
    path = folder / "frames" / "staff.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FRAME_COLUMNS)
        for unit in units:
            for margin, category, count in _margins(unit, unit.member in by_gender):
                writer.writerow((unit.member, unit.wave, unit.instrument.population, margin, category, round(count)))
    return path


def _margins(unit: Unit, gender: bool) -> list[tuple[str, str, float]]:
    staff = unit.size / SAMPLED
    rows = [("total", "", staff), ("planned", "", unit.size * 1.25)]
    rows += _shared(unit, unit.split, unit.managers, staff)
    if gender:
        item = next(i for i in unit.instrument.profile if i.code in unit.instrument.standardise_by[1:])
        rows += _shared(unit, item, WOMEN, staff * LOST_IN_A_MARGIN)
    return rows


def _shared(unit: Unit, item: Item, first: float, staff: float) -> list[tuple[str, str, float]]:
    """`first` of the staff in the item's first category, the others alike."""
    codes = [c.code for c in unit.instrument.scale_of(item).categories]
    shares = [first, *[(1 - first) / (len(codes) - 1)] * (len(codes) - 1)]
    return [(item.code, code, staff * share) for code, share in zip(codes, shares, strict=True)]
