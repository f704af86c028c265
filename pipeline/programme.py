"""What the administrations set out to do: initiatives by factor, and targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.csvfile import day, fault, is_number, read_csv
from pipeline.instrument import Instrument
from pipeline.waves import WAVE

INITIATIVE_COLUMNS = ("member", "factor", "population", "start", "end", "title")
TARGET_COLUMNS = ("member", "population", "indicator", "baseline_wave", "target_wave", "target")
SHARES = ("favourable", "unfavourable")
MEASURES = ("mean_score", *SHARES)


@dataclass(frozen=True)
class Initiative:
    """A measure meant to improve a factor; population is empty where it addresses all; end is None while it goes on."""

    member: str
    factor: str
    population: str
    start: date
    end: date | None
    title: str


@dataclass(frozen=True)
class Target:
    """What an indicator is to reach by a wave: a score of 0 to 100, or a share of 0 to 1."""

    member: str
    population: str
    indicator: str
    measure: str
    baseline_wave: str
    target_wave: str
    target: float


def read_initiatives(path: Path, members: list[str], instruments: list[Instrument]) -> list[Initiative]:
    """The rows of initiatives.csv; none without the file. Dates are 2024-03-01, or 2024 for the whole year."""
    if not path.is_file():
        return []
    factors = sorted({f.code for i in instruments for f in i.factors})
    found = []
    for row in read_csv(path, INITIATIVE_COLUMNS, "a list of initiatives"):
        _known(path, row, "member", members)
        _known(path, row, "factor", factors)
        if row["population"]:
            _known(path, row, "population", sorted({i.population for i in instruments}))
        start, end = _date(path, row, "start"), _date(path, row, "end") if row["end"] else None
        if end and end < start:
            raise fault(path, row, f"end {row['end']} lies before start {row['start']}.")
        found.append(Initiative(row["member"], row["factor"], row["population"], start, end, row["title"]))
    return found


def read_targets(path: Path, members: list[str], instruments: list[Instrument]) -> list[Target]:
    """The rows of targets.csv; none without the file. A column `measure` may name one of MEASURES."""
    if not path.is_file():
        return []
    found = []
    for row in read_csv(path, TARGET_COLUMNS, "a list of targets", optional=("measure",)):
        _known(path, row, "member", members)
        _known(path, row, "population", sorted({i.population for i in instruments}))
        scored = _indicators([i for i in instruments if i.population == row["population"]])
        _known(path, row, "indicator", sorted(scored))
        for column in ("baseline_wave", "target_wave"):
            if not WAVE.fullmatch(row[column]):
                raise fault(path, row, f"{column} {row[column]!r} is no year (2024) or year and letter (2024b).")
        if row["target_wave"] <= row["baseline_wave"]:
            raise fault(path, row, f"target_wave {row['target_wave']} is not after baseline_wave {row['baseline_wave']}.")
        measure = row["measure"] or ("mean_score" if scored[row["indicator"]] else "favourable")
        target = _target(path, row, measure)
        if any(replace(target, target=t.target) == t for t in found):
            raise fault(path, row, "the same target stands further up with the same waves; keep one of the two.")
        found.append(target)
    return found


def _indicators(instruments: list[Instrument]) -> dict[str, bool]:
    """Code -> whether it has a score."""
    items = {i.code: bool(q.scale_of(i).scored) for q in instruments for i in q.questions}
    return items | {part.code: True for q in instruments for part in (*q.factors, *q.indices)}


def _target(path: Path, row: dict[str, str], measure: str) -> Target:
    if measure not in MEASURES:
        raise fault(path, row, f"measure {measure!r} is none of {', '.join(MEASURES)}.")
    most = 1 if measure in SHARES else 100
    if not is_number(row["target"], least=0) or float(row["target"]) > most:
        raise fault(path, row, f"target {row['target']!r} is no number from 0 to {most}, as {measure} is.")
    names = (row[c] for c in ("member", "population", "indicator"))
    return Target(*names, measure, row["baseline_wave"], row["target_wave"], float(row["target"]))


def _known(path: Path, row: dict[str, str], column: str, known: list[str]) -> None:
    if row[column] not in known:
        listed = ", ".join(known[:15]) + (", ..." if len(known) > 15 else "")
        raise fault(path, row, f"{column} {row[column]!r} is not known. Known: {listed}.")


def _date(path: Path, row: dict[str, str], column: str) -> date:
    """A day; a year alone begins on its first day, or ends on its last."""
    text = row[column]
    if len(text) == 4 and text.isdigit() and int(text):
        return date(int(text), 12, 31) if column == "end" else date(int(text), 1, 1)
    return day(path, row, column, " or the year alone")
