"""Reads and checks what was handed in, some submissions at a time, and answers those who handed it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.bundle.read import read_bundles
from pipeline.errors import ConfigurationError, StageError
from pipeline.frames import check_frames
from pipeline.ingest.submission import Submission, read_submission, supersede
from pipeline.letters import cases, write_letters
from pipeline.receipts import write_receipts
from pipeline.remembered import Memory
from pipeline.validate.quarantine import validate
from pipeline.validate.suite import Finding, Sound, import_meanwhile
from pipeline.workspace import Export, Misplaced, Workspace

MOST_ROWS = 200_000  # of submissions that are held in memory at once, if one wave of a member alone has not more


@dataclass
class Checked:
    """Submissions, whose answers are elsewhere by now, what was found in them, and what is no export; sound: see validate."""

    submissions: list[Submission] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    sound: dict[str, Sound] = field(default_factory=dict)


@dataclass
class _Portion:
    """findings: what was found in the submissions; None where they are not checked yet."""

    submissions: list[Submission]
    findings: list[Finding] | None


def check(
    workspace: Workspace,
    progress=lambda text: None,
    take: Callable[[list[Submission]], None] = lambda submissions: None,
    memory: Memory | None = None,
) -> Checked:
    """Read and validate every export in the inbox and write the receipts and letters.

    Some submissions at a time are given to `take` with their answers, which they then lose: of all of them no memory has room.
    Those that `memory` knows are not read; they come without answers.
    """
    read_bundles(workspace)  # one that can't be used is found before anything is changed
    _check_languages(workspace)
    check_frames(workspace.frames, workspace.instruments, workspace.weighting.margin_tolerance)
    exports, misplaced = workspace.inbox_files()
    if not exports and not misplaced:
        raise StageError(f"{workspace.inbox}: no export there. Put files under inbox/MEMBER/WAVE/POPULATION.EXT.")
    checked = Checked(misplaced=misplaced, sound=memory.sound if memory else {})
    if not checked.sound:
        import_meanwhile()
    for portion in _portions(exports, workspace, progress, memory):
        some, found = portion.submissions, portion.findings
        if found is None:
            progress("Checking answers")
            found = validate(some, checked.sound)
            supersede(some)
            write_letters(workspace, cases(some, found, workspace, before=checked.submissions, exports=exports))
        take(some)
        for submission in some:
            submission.answers = None
        checked.submissions += some
        checked.findings += found
    write_receipts(workspace.receipts, checked.submissions, checked.findings, misplaced)
    return checked


def _portions(exports: list[Export], workspace: Workspace, progress, memory: Memory | None) -> Iterator[_Portion]:
    """Submissions in order, read or remembered: whole waves of members, for they may replace each other, until there are MOST_ROWS."""
    portion = None
    for _, files in groupby(exports, key=lambda e: (e.member, e.wave)):
        wave = _wave(list(files), workspace, progress, memory)
        if portion and (portion.findings is None) != (wave.findings is None):
            yield portion
            portion = None
        portion = _joined(portion, wave) if portion else wave
        if sum(s.rows_in for s in portion.submissions) >= MOST_ROWS:
            yield portion
            portion = None
    if portion:
        yield portion


def _wave(files: list[Export], workspace: Workspace, progress, memory: Memory | None) -> _Portion:
    known = memory.recall(files) if memory else None
    if known:
        return _Portion(*known)
    read = []
    for export in files:
        progress(f"Reading {export.name}")
        read.append(read_submission(export, workspace.instruments, workspace.limits))
    return _Portion(read, None)


def _joined(portion: _Portion, wave: _Portion) -> _Portion:
    found = None if wave.findings is None else portion.findings + wave.findings
    return _Portion(portion.submissions + wave.submissions, found)


def _check_languages(workspace: Workspace) -> None:
    """Raises ConfigurationError for a language that the pages do not have."""
    from pipeline.report.languages import known

    unknown = sorted(set(workspace.reporting.languages or ()) - set(known()))
    if unknown:
        where = workspace.root / "reports.yaml"
        raise ConfigurationError(f"{where}: the pages have no language {unknown[0]!r}; they have {', '.join(known())}.")
