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
from pipeline.validate.suite import Finding, Sound
from pipeline.workers import checker
from pipeline.workspace import Export, Misplaced, Workspace

MOST_ROWS = 200_000  # of submissions that are held in memory at once, if one wave of a member alone has not more


@dataclass
class Checked:
    """Submissions, whose answers are elsewhere by now, what was found in them, and what is no export; sound: see validate."""

    submissions: list[Submission] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    sound: dict[str, Sound] = field(default_factory=dict)


def check(
    workspace: Workspace,
    progress=lambda text: None,
    take: Callable[[list[Submission]], None] = lambda submissions: None,
    memory: Memory | None = None,
    inbox: tuple[list[Export], list[Misplaced]] | None = None,
) -> Checked:
    """Read and validate every export in the inbox and write the receipts and letters.

    Some submissions at a time are given to `take` with their answers, which they then lose: of all of them no memory has room.
    Those that `memory` knows are not read; they come without answers. `inbox`: what lies there, if it was looked at before.
    """
    read_bundles(workspace)  # one that can't be used is found before anything is changed
    _check_languages(workspace)
    check_frames(workspace.frames, workspace.instruments, workspace.weighting.margin_tolerance)
    exports, misplaced = inbox or workspace.inbox_files()
    if not exports and not misplaced:
        raise StageError(f"{workspace.inbox}: no export there. Put files under inbox/MEMBER/WAVE/POPULATION.EXT.")
    checked = Checked(misplaced=misplaced, sound=memory.sound if memory else {})
    if not checked.sound:
        checker.load("great_expectations")  # which takes two seconds, while files are read
    unread = []
    for _, wave in groupby(exports, key=lambda e: (e.member, e.wave)):
        files = list(wave)
        known = memory.recall(files) if memory else None
        if known:
            checked.submissions += known[0]
            checked.findings += known[1]
        else:
            unread.append(files)
    take(checked.submissions)  # all at once and first: then they are copied in half the time
    for some in _portions(unread, workspace, progress):
        progress("Checking answers")
        checked.findings += (found := validate(some, checked.sound))
        supersede(some)
        write_letters(workspace, cases(some, found, workspace, before=checked.submissions, exports=exports))
        take(some)
        for submission in some:
            submission.answers = None
        checked.submissions += some
    order = {export.name: place for place, export in enumerate(exports)}
    checked.submissions.sort(key=lambda s: order[s.export.name])
    write_receipts(workspace.receipts, checked.submissions, checked.findings, misplaced)
    return checked


def _portions(waves: list[list[Export]], workspace: Workspace, progress) -> Iterator[list[Submission]]:
    """Submissions in order: whole waves of members, for they may replace each other, until there are MOST_ROWS."""
    portion: list[Submission] = []
    for files in waves:
        for export in files:
            progress(f"Reading {export.name}")
            portion.append(read_submission(export, workspace.instruments, workspace.limits))
        if sum(s.rows_in for s in portion) >= MOST_ROWS:
            yield portion
            portion = []
    if portion:
        yield portion


def _check_languages(workspace: Workspace) -> None:
    """Raises ConfigurationError for a language that the pages do not have."""
    from pipeline.report.languages import known

    unknown = sorted(set(workspace.reporting.languages or ()) - set(known()))
    if unknown:
        where = workspace.root / "reports.yaml"
        raise ConfigurationError(f"{where}: the pages have no language {unknown[0]!r}; they have {', '.join(known())}.")
