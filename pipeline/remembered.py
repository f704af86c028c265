"""How files were read, as the store remembers it: a wave of which nothing changed is not read again.

A wave's mark is a hash of all that its submissions, receipts and letters are made of; beside it lies of each file what was
understood and found (its answers are in the store anyway). It is as confidential as the store, and goes with it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from hashlib import sha256
from importlib.metadata import requires
from itertools import groupby
from pathlib import Path
from re import match

import polars as pl
from pydantic import TypeAdapter, ValidationError

from pipeline.code import PROJECT, hash_of_code, hash_of_libraries
from pipeline.ingest.match import Match
from pipeline.ingest.submission import Note, Submission
from pipeline.ingest.traits import Traits
from pipeline.instrument import Instrument
from pipeline.letters import letter_files
from pipeline.validate.suite import Finding, Sound, by_submission
from pipeline.workspace import Export, Workspace

READING = {"file": pl.String, "mark": pl.String, "reading": pl.String}
SOUND = {"mark": pl.String, "instrument": pl.String, "column": pl.String, "answer": pl.String}


@dataclass(frozen=True)
class Matched:
    """A Match without its questionnaire."""

    columns: dict[str, str]
    choices: dict[str, dict[str, str]]
    unknown: list[str]
    lacking: list[str]
    doubled: list[str]


@dataclass(frozen=True)
class Reading:
    """A Submission without its answers; findings: what was found in it; letters: file -> hash of its bytes."""

    state: str
    instrument: str
    described: str
    tool: str
    rows_in: int
    rows_quarantined: int
    notes: list[Note]
    superseded_by: str
    match: Matched
    traits: Traits
    set_aside: list[tuple[int, str, str, str]]
    personal: dict[str, str]
    findings: list[Finding]
    letters: dict[str, str]


ELSEWHERE = {"export", "answers", "refused_for", "instrument", "match"}  # refused_for: of a refused one, which is not remembered
ALIKE = [f.name for f in fields(Submission) if f.name not in ELSEWHERE]


class Marks:
    """The marks of waves; a wave's files are those of one member and wave."""

    def __init__(self, workspace: Workspace, exports: list[Export]):
        self.alike: dict[str, list[str]] = defaultdict(list)
        self.of_members: dict[str, list[Export]] = defaultdict(list)
        for export in exports:
            self.alike[export.sha256].append(export.name)
            self.of_members[export.member].append(export)
        settings = [(path.relative_to(workspace.root).as_posix(), sha256(path.read_bytes()).hexdigest()) for path in workspace.settings]
        self.of_settings = _mark(_maker(), settings)

    def of(self, wave: list[Export]) -> str:
        """Letters speak of a member's earlier waves, and of the same file elsewhere."""
        first = wave[0]
        until = [(e.name, e.sha256) for e in self.of_members[first.member] if e.wave <= first.wave]
        return _mark(self.of_settings, until, [self.alike[e.sha256] for e in wave])


def _mark(*parts) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _maker() -> str:
    """The code with the letters' words and templates, and the versions of the libraries."""
    code = hash_of_code(*(path for path in (PROJECT / "reports" / "receipts").rglob("*") if path.is_file()))
    return code + hash_of_libraries(match(r"[\w-]+", line)[0] for line in requires("cips-pipeline") if "extra" not in line)


class Memory:
    """What a store knows of how files were read."""

    def __init__(self, readings: pl.DataFrame, sound: pl.DataFrame, marks: Marks, workspace: Workspace):
        """`readings`: see READING; `sound`: see SOUND."""
        self.known = {file: (mark, reading) for file, mark, reading in readings.select(list(READING)).iter_rows()}
        self.marks, self.folder = marks, workspace.receipts
        self.instruments = {i.instrument: i for i in workspace.instruments}
        self.sound: dict[str, Sound] = {}
        for instrument, *cell in sound.filter(mark=marks.of_settings).select("instrument", "column", "answer").iter_rows():
            self.sound.setdefault(instrument, set()).add(tuple(cell))

    def recall(self, wave: list[Export]) -> tuple[list[Submission], list[Finding]] | None:
        """The submissions, without their answers, and all that was found in them; None where they are to be read."""
        mark = self.marks.of(wave)
        known = [self.known.get(export.name, ("", "")) for export in wave]
        if any(their != mark for their, _ in known):
            return None
        try:
            readings = [_as_json().validate_json(reading) for _, reading in known]
        except ValidationError:
            return None
        if any(_letters(self.folder, reading.letters) != reading.letters for reading in readings):
            return None
        submissions = [_submission(export, r, self.instruments[r.instrument]) for export, r in zip(wave, readings, strict=True)]
        return submissions, [finding for reading in readings for finding in reading.findings]


def _letters(folder: Path, files: Iterable[str]) -> dict[str, str]:
    there = (folder / name for name in files)
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in there if path.is_file()}


def _submission(export: Export, r: Reading, instrument: Instrument) -> Submission:
    return Submission(export, instrument=instrument, match=Match(instrument, **vars(r.match)), **{name: getattr(r, name) for name in ALIKE})


def readings(submissions: list[Submission], findings: list[Finding], marks: Marks, receipts: Path) -> pl.DataFrame:
    """READING of all files whose letters are written; not of waves with a refused one, which another time may be read."""
    of, rows = by_submission(findings), []
    for _, wave in groupby(submissions, key=lambda s: (s.export.member, s.export.wave)):
        theirs = list(wave)
        if all(s.state != "refused" for s in theirs):
            mark = marks.of([s.export for s in theirs])
            rows += [(s.export.name, mark, _document(s, of.pop(s.id, []), receipts)) for s in theirs]  # the same file twice has one id
    return pl.DataFrame(rows, schema=READING, orient="row")


def sound_answers(sound: dict[str, Sound], instruments: list[Instrument], marks: Marks) -> pl.DataFrame:
    """SOUND: the answers that need no check any more, by questionnaire: its own codes and blanks alone, which are nobody's."""
    coded = {i.instrument: {item.code for item in i.coded_items("likert", "single", "multiple") if item.role != "design"} for i in instruments}
    rows = [
        (marks.of_settings, instrument, column, answer)
        for instrument, cells in sound.items()
        for column, answer in cells
        if answer is None or column in coded[instrument]
    ]
    return pl.DataFrame(rows, schema=SOUND, orient="row").sort(pl.all())


def _document(s: Submission, findings: list[Finding], receipts: Path) -> str:
    reading = Reading(
        instrument=s.instrument.instrument,
        match=Matched(**{f.name: getattr(s.match, f.name) for f in fields(Matched)}),
        findings=findings,
        letters=_letters(receipts, letter_files(s.id)),
        **{name: getattr(s, name) for name in ALIKE},
    )
    return _as_json().dump_json(reading).decode()


@cache
def _as_json() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)
