"""Figures that fictional administrations keep themselves, with one total that is not what its parts add up to."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from pipeline.context.read import COLUMNS
from pipeline.demo.frames import SAMPLED, WOMEN
from pipeline.demo.world import Unit

YEARS = 3  # at least: up to the last wave
CENTRAL = 0.2  # of the staff
COMPLAINTS, DISCIPLINED = 0.012, 0.002  # of the staff, a year
TOO_MANY = 39  # in the first member's last total, as in a published one
SOURCE = "Synthetic annual report"


def write_context(folder: Path, units: list[Unit], members: Sequence[str], seed: int) -> Path:
    """Staff by place and gender, complaints, disciplinary measures and leaflets of the `members`, a year a period.

    Staff is what the frames say of the population of the first unit (see demo/frames.py).
    """
    path = folder / "context.csv"
    first = units[0].instrument.population
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for member in members:
            mine = {int(u.wave[:4]): u for u in units if u.member == member and u.instrument.population == first}
            for year in _years(list(mine)):
                staff = round(mine[min(mine, key=lambda wave: abs(wave - year))].size / SAMPLED)
                rng = np.random.default_rng([seed, zlib.crc32(f"context{member}{year}".encode())])
                wrong = TOO_MANY if member == members[0] and year == max(mine) else 0
                for indicator, breakdown, value, unit in _figures(staff, wrong, rng):
                    days = (f"{year}-01-01", f"{year}-12-31")
                    writer.writerow((member, *days, indicator, breakdown, value, unit, f"{SOURCE} {year}"))
    return path


def _years(waves: list[int]) -> list[int]:
    """The years of the waves, and as many before the last as make up YEARS."""
    return sorted({*waves, *(max(waves) - k for k in range(YEARS))})


def _figures(staff: int, wrong: int, rng: np.random.Generator) -> Iterator[tuple[str, str, int, str]]:
    central = round(CENTRAL * staff)
    places = {"central": central, "provincial": staff - central}
    yield "staff", "total", staff + wrong, "persons"
    for place, persons in places.items():
        women = round(WOMEN * persons)
        yield "staff", place, persons, "persons"
        yield "staff", f"women {place}", women, "persons"
        yield "staff", f"men {place}", persons - women, "persons"
    yield "complaints about staff", "all", int(rng.poisson(COMPLAINTS * staff)), "complaints"
    yield "officers disciplined", "all", int(rng.poisson(DISCIPLINED * staff)), "persons"
    yield "leaflets handed out", "all", int(rng.integers(1, 9)) * 1000, "leaflets"
