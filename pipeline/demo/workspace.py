"""Writes whole workspaces: any synthetic one, and the sample that ships with the project."""

from __future__ import annotations

import shutil
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from pipeline.code import PROJECT
from pipeline.demo import faults, writers
from pipeline.demo.collection import collected
from pipeline.demo.context import write_context
from pipeline.demo.frames import write_frames
from pipeline.demo.programme import write_programme
from pipeline.demo.world import Unit, draw
from pipeline.instrument import Instrument, load_instruments

WRITERS = [
    (writers.write_codes_csv, "csv"),
    (writers.write_french_csv, "csv"),
    (writers.write_xlsx, "xlsx"),
    (writers.write_spss, "sav"),
    (writers.write_limesurvey_csv, "csv"),
]
NAMES = {
    "en": "Sample member {}",
    "fr": "Membre exemple {}",
    "ar": "العضو النموذجي {}",
    "es": "Miembro de muestra {}",
    "pt": "Membro de amostra {}",
    "ru": "Образец {}",
}
FRAMED = ("XAC", "XAD")  # the sample's members that know their staff in numbers
PAGES = """# The pages in all their languages; the questionnaires of the sample are not in Ukrainian.
languages: [ar, es, fr, pt, ru, uk]
"""
COUNTING = ("XAA", "XAC", "XAD")  # the sample's members that give figures of their own
FLIPPED = 1  # the member whose officials are 85 % managers in its first wave and 23 % in the next


def write_demo(
    folder: Path, members: int = 8, waves: int = 2, respondents: int = 400, seed: int = 1, written: tuple | None = None
) -> list[Unit]:
    """A workspace with `members` fictional members; returns the units with their truth.

    `written`: what writes every file, and its extension; the formats by turns, if left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(PROJECT / "surveys" / "instruments", folder / "instruments")
    _write_members(folder, members)
    units = plan(load_instruments(folder / "instruments"), members, waves, respondents, seed)
    for number, unit in enumerate(units):
        write_unit(folder, unit, seed, written or by_turns(number))
    write_programme(folder, units)
    write_context(folder, units, sorted({u.member for u in units})[:3], seed)
    return units


def write_sample(folder: Path, seed: int = 2024) -> list[Unit]:
    """The committed sample: eight members, two or three waves, uneven sizes, faults in some files."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_members(folder, 8)
    units = plan(load_instruments(folder / "instruments"), 8, 3, 380, seed)
    kept = [u for u in units if u.wave != "2021" or u.member in ("XAA", "XAC", "XAD")]
    for number, unit in enumerate(kept):
        large = unit.member == "XAB" and unit.wave == "2025" and "officials" in unit.instrument.population
        write_unit(folder, replace(unit, size=4200) if large else unit, seed, by_turns(0 if large else number))
    _add_faults(folder, kept, seed)
    framed = [u for u in kept if u.member in FRAMED and u.instrument.population == units[0].instrument.population]
    write_frames(folder, framed, by_gender=FRAMED[:1])
    write_programme(folder, kept)
    write_context(folder, kept, COUNTING, seed)
    (folder / "reports.yaml").write_text(PAGES, encoding="utf-8")
    return kept


def plan(instruments: list[Instrument], members: int, waves: int, respondents: int, seed: int) -> list[Unit]:
    """Every unit with its size and truth; the first wave uses each population's oldest instrument."""
    rng = np.random.default_rng(seed)
    versions: dict[str, list[Instrument]] = {}
    for instrument in instruments:
        versions.setdefault(instrument.population, []).append(instrument)
    units = []
    for m in range(members):
        level, bias = rng.normal(0.5, 0.35), {f.code: rng.normal(0, 0.3) for f in instruments[0].factors}
        for w in range(waves):
            for population, known in sorted(versions.items()):
                small = population != sorted(versions)[0]
                smallest = max(min(30, respondents), respondents // 5)
                size = (
                    int(rng.integers(smallest, max(smallest, respondents * 6 // 5) + 1))
                    if small
                    else max(1, int(respondents * rng.uniform(0.8, 1.15)))
                )
                managers = (0.85 if w == waves - 2 else 0.23) if m == FLIPPED and not small else 0.3
                shift = {f: b + 0.15 * w * (i % 3 == 0) for i, (f, b) in enumerate(bias.items())}
                units.append(
                    Unit(
                        f"XA{chr(65 + m)}" if m < 26 else f"X{chr(65 + m // 26)}{chr(65 + m % 26)}",
                        str(2025 - 2 * (waves - 1 - w)),
                        known[0 if w == 0 else -1],
                        size,
                        level - 0.4 * small,
                        managers,
                        shift,
                    )
                )
    return units


def by_turns(number: int) -> tuple:
    """The format of the file with this number."""
    return WRITERS[number % len(WRITERS)]


def write_unit(folder: Path, unit: Unit, seed: int, written: tuple = WRITERS[0], suffix: str = "", fault=None) -> Path:
    """Draw a unit's answers and write them. `written`: what writes them, and the file's extension."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{unit.member}{unit.wave}{unit.instrument.population}".encode())])
    answers = {"respondent_id": [str(i + 1) for i in range(unit.size)]} | draw(unit, rng)
    answers["duration"] = [round(float(d), 1) for d in rng.lognormal(6.3, 0.4, unit.size)]
    answers |= collected(unit, seed)
    if fault:
        fault(answers)
    write, extension = written
    path = folder / "inbox" / unit.member / unit.wave / f"{unit.instrument.population}{suffix}.{extension}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, unit.instrument, answers)
    return path


def _add_faults(folder: Path, units: list[Unit], seed: int) -> None:
    """A correction, unknown codes, repeated rows, a misspelt heading, and a file in the wrong place."""
    perception = next(i.code for i in units[0].instrument.items if i.role == "perception")
    write_unit(folder, units[0], seed, suffix="-corrected", fault=lambda a: faults.repeated_rows(a))
    write_unit(
        folder,
        units[3],
        seed,
        suffix="-corrected",
        fault=lambda a: faults.unknown_codes(a, next(iter(k for k in a if k[:1] in "PQ"))),
    )
    path = write_unit(folder, units[4], seed, suffix="-corrected")
    faults.misspelt_heading(path, f",{perception},", f",Question {perception} text,")
    wrong = folder / "inbox" / units[-1].member / units[-1].wave / "officials-office-list.csv"
    wrong.write_text("Office,Head count\nCapital,210\nNorth,75\n", encoding="utf-8")


def _write_members(folder: Path, count: int) -> None:
    codes = [f"XA{chr(65 + m)}" if m < 26 else f"X{chr(65 + m // 26)}{chr(65 + m % 26)}" for m in range(count)]
    members = {
        c: {
            "name": {lang: name.format(c[2] if c[1] == "A" else c[1:]) for lang, name in NAMES.items()},
            "sharing": "none" if c == "XAH" else "anonymised",
        }
        for c in codes
    }
    (folder / "members.yaml").write_text(yaml.safe_dump(members, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "disclosure.yaml").write_text(
        "# The safe defaults, written out.\nminimum_respondents: 10\nminimum_unit: 30\nminimum_peers: 5\n",
        encoding="utf-8",
    )
