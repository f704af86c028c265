"""The stages in order, and what each hands to the next."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

import polars as pl

from pipeline.bundle.read import read_bundles
from pipeline.errors import ConfigurationError, StageError
from pipeline.fingerprint import fingerprint
from pipeline.frames import check_frames
from pipeline.ingest.submission import Submission, read_submission, supersede
from pipeline.letters import cases, write_letters
from pipeline.load import load_records, loading, records
from pipeline.lock import alone
from pipeline.manifest import read_manifest
from pipeline.protect.editions import editions, keep
from pipeline.publish import publish
from pipeline.receipts import write_receipts
from pipeline.release import beside, put_in_place, recover
from pipeline.store import BrokenStoreError, building
from pipeline.validate.quarantine import validate
from pipeline.validate.suite import Finding, import_meanwhile
from pipeline.workspace import Export, Misplaced, Workspace

MOST_ROWS = 200_000  # of submissions that are held in memory at once, if one wave of a member alone has not more
MOST_LISTED = 20  # findings of the audit that a message holds


@dataclass
class Summary:
    """What a run did, for the last lines that the user reads."""

    counts: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    unchanged: bool = False


Checked = tuple[list[Submission], list[Misplaced], list[Finding]]


def check(workspace: Workspace, progress=lambda text: None, take=lambda submissions: None) -> Checked:
    """Read and validate every export in the inbox and write the receipts and letters.

    Some submissions at a time are given to `take` with their answers, which they then lose: of all of them no memory has room.
    """
    read_bundles(workspace)  # one that can't be used is found before anything is changed
    _check_languages(workspace)
    check_frames(workspace.frames, workspace.instruments, workspace.weighting.margin_tolerance)
    exports, misplaced = workspace.inbox_files()
    if not exports and not misplaced:
        raise StageError(f"{workspace.inbox}: no export there. Put files under inbox/MEMBER/WAVE/POPULATION.EXT.")
    import_meanwhile()
    submissions, findings, sound = [], [], {}
    for some in _portions(exports, workspace, progress):
        progress("Checking answers")
        found = validate(some, sound)
        supersede(some)
        write_letters(workspace, cases(some, found, workspace, before=submissions, exports=exports))
        take(some)
        for submission in some:
            submission.answers = None
        submissions += some
        findings += found
    write_receipts(workspace.receipts, submissions, findings, misplaced)
    return submissions, misplaced, findings


def _portions(exports: list[Export], workspace: Workspace, progress) -> Iterator[list[Submission]]:
    """Submissions as read, in order: whole waves of members, for they may replace each other, until there are MOST_ROWS."""
    some = []
    for _, files in groupby(exports, key=lambda e: (e.member, e.wave)):
        for export in files:
            progress(f"Reading {export.name}")
            some.append(read_submission(export, workspace.instruments, workspace.limits))
        if sum(s.rows_in for s in some) >= MOST_ROWS:
            yield some
            some = []
    if some:
        yield some


def _check_languages(workspace: Workspace) -> None:
    """Raises ConfigurationError for a language that the pages do not have."""
    from pipeline.report.languages import known

    unknown = sorted(set(workspace.reporting.languages or ()) - set(known()))
    if unknown:
        where = workspace.root / "reports.yaml"
        raise ConfigurationError(f"{where}: the pages have no language {unknown[0]!r}; they have {', '.join(known())}.")


def ingest(workspace: Workspace, progress=lambda text: None) -> tuple[list[Submission], list[Misplaced]]:
    """Check the inbox and load what can be used into a new store."""
    with alone(workspace.out, progress):
        return _ingest(workspace, progress)


def _ingest(workspace: Workspace, progress) -> tuple[list[Submission], list[Misplaced]]:
    with building(workspace.store) as store:
        with loading(store) as take:
            submissions, misplaced, findings = check(workspace, progress, take)
            progress("Loading the store")
        load_records(store, submissions, findings, _on_record(workspace.store, progress))
    return submissions, misplaced


def _on_record(store: Path, progress) -> pl.DataFrame | None:
    """What the store at hand knows; one that is broken is laid aside, for the inbox has all but what was overwritten there."""
    try:
        return records(store)
    except BrokenStoreError as error:
        aside = store.with_suffix(".broken")
        store.replace(aside)
        progress(f"{error} That is done now; the broken file lies at {aside}")
        return None


def attack(workspace: Workspace, source: Path, pages: Path | None = None) -> list:
    """What the auditor can work out of a release, its pages and the earlier releases (see pipeline/audit)."""
    from pipeline.audit import audit

    earlier = [edition.folder for edition in editions(workspace.published)]
    return audit(source, pages, earlier, workspace.public_figures)


def _withstand(workspace: Workspace, source: Path, pages: Path | None = None) -> None:
    """Raise StageError, and leave nothing of it behind, where what was built gives something away."""
    found = attack(workspace, source, pages)
    if found:
        for built in (beside(workspace.release), beside(workspace.reports)):
            shutil.rmtree(built, ignore_errors=True)
        listed = "\n".join(f"- {finding}" for finding in found[:MOST_LISTED])
        more = f"\n- and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else ""
        raise StageError(
            f"the audit worked out what must not be known; nothing was published, the last good release stands.\n{listed}{more}"
        )


def release(workspace: Workspace, progress=lambda text: None) -> dict[str, int]:
    """Estimate, protect, audit and put the release in place. Returns what went in."""
    with alone(workspace.out, progress):
        recover(workspace.release)
        went_in = publish(workspace, progress)
        progress("Auditing")
        _withstand(workspace, beside(workspace.release))
        put_in_place(workspace.release)
        keep(workspace.release, workspace.published)
        return went_in


def report(workspace: Workspace) -> None:
    """Render the pages of the release that stands."""
    with alone(workspace.out):
        recover(workspace.release)
        if read_manifest(workspace.release) is None:
            raise StageError(f"{workspace.release}: no release there yet; run `cips release` first.")
        _render(workspace, workspace.release)
        _withstand(workspace, workspace.release, beside(workspace.reports))
        put_in_place(workspace.reports)


def _render(workspace: Workspace, source: Path) -> None:
    from pipeline.report import render_reports

    render_reports(source, beside(workspace.reports), workspace.reports)


def run(workspace: Workspace, progress=lambda text: None) -> Summary:
    """All stages; when nothing changed since the last release, says so and does nothing. One run at a time."""
    with alone(workspace.out, progress):
        for folder in (workspace.release, workspace.reports):
            recover(folder)
        return _run(workspace, progress)


def _run(workspace: Workspace, progress) -> Summary:
    mark = workspace.summary
    manifest = read_manifest(workspace.release)
    if (
        manifest
        and manifest["fingerprint"] == fingerprint(workspace)
        and mark.exists()
        and (workspace.reports / "index.html").exists()
    ):
        return Summary(**json.loads(mark.read_text(encoding="utf-8")) | {"unchanged": True})
    mark.unlink(missing_ok=True)
    told = troubles(*_ingest(workspace, progress))  # the answers themselves are in the store now, and need no memory
    went_in = publish(workspace, progress)
    progress("Rendering reports")
    _render(workspace, beside(workspace.release))
    progress("Auditing")
    _withstand(workspace, beside(workspace.release), beside(workspace.reports))
    put_in_place(workspace.release)
    put_in_place(workspace.reports)
    keep(workspace.release, workspace.published)
    summary = Summary(went_in, told)
    mark.write_text(json.dumps(asdict(summary)), encoding="utf-8")
    return summary


def troubles(submissions: list[Submission], misplaced: list[Misplaced]) -> list[str]:
    """One line for each file that was not read, was refused or lost rows."""
    lines = [f"not read     {m.name}: {m.why}" for m in misplaced]
    for s in submissions:
        if s.state == "refused":
            lines.append(f"refused      {s.export.name}: {s.notes[0].what}")
        elif s.state == "accepted_with_quarantine":
            lines.append(f"quarantined  {s.export.name}: {s.rows_quarantined} of {s.rows_in} rows")
    return lines
