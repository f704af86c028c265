"""The stages in order, and what each hands to the next."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.check import Checked, check
from pipeline.errors import StageError
from pipeline.fingerprint import fingerprint
from pipeline.load import Standing, load_records, loading, standing
from pipeline.lock import alone
from pipeline.manifest import read_manifest
from pipeline.protect.editions import editions, keep
from pipeline.publish import publish
from pipeline.release import beside, put_in_place, recover
from pipeline.remembered import Marks, Memory, readings, sound_answers
from pipeline.store import BrokenStoreError, building
from pipeline.workers import workers
from pipeline.workspace import Workspace

APART = ("pipeline.report.build", "pipeline.audit.pages")  # what other processes work with
MOST_LISTED = 20  # findings of the audit that a message holds


@dataclass
class Summary:
    """What a run did, for the last lines that the user reads."""

    counts: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    unchanged: bool = False


def ingest(workspace: Workspace, progress=lambda text: None) -> Checked:
    """Check the inbox and load what can be used into a new store."""
    with alone(workspace.out, progress):
        return _ingest(workspace, progress)


def _ingest(workspace: Workspace, progress) -> Checked:
    try:
        return _rebuild(workspace, progress, standing(workspace.store))
    except BrokenStoreError as error:
        aside = workspace.store.with_suffix(".broken")  # the inbox has all but what was overwritten there
        workspace.store.replace(aside)
        progress(f"{error} That is done now; the broken file lies at {aside}")
        return _rebuild(workspace, progress, None)


def _rebuild(workspace: Workspace, progress, before: Standing | None) -> Checked:
    """A new store; what the one `before` knows and what did not change comes from there."""
    inbox = workspace.inbox_files()
    marks = Marks(workspace, inbox[0])
    memory = before and Memory(before.readings, before.sound, marks, workspace)
    with building(workspace.store, standing=before is not None) as store:
        with loading(store) as take:
            checked = check(workspace, progress, take, memory, inbox)
            progress("Loading the store")
        load_records(store, checked.submissions, checked.findings, before)
        store.write("reading", readings(checked.submissions, checked.findings, marks, workspace.receipts))
        store.write("sound", sound_answers(checked.sound, workspace.instruments, marks))
    return checked


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
        workspace.summary.unlink(missing_ok=True)  # the store may be older than the inbox: the next run has to look
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
    said, mark = workspace.summary, fingerprint(workspace)  # before anything is read: what comes meanwhile is for the next run
    manifest = read_manifest(workspace.release)
    if manifest and manifest["fingerprint"] == mark and said.exists() and (workspace.reports / "index.html").exists():
        return Summary(**json.loads(said.read_text(encoding="utf-8")) | {"unchanged": True})
    said.unlink(missing_ok=True)
    workers.load(*APART)
    told = troubles(_ingest(workspace, progress))
    went_in = publish(workspace, progress, mark)
    progress("Rendering reports")
    _render(workspace, beside(workspace.release))
    progress("Auditing")
    _withstand(workspace, beside(workspace.release), beside(workspace.reports))
    put_in_place(workspace.release)
    put_in_place(workspace.reports)
    keep(workspace.release, workspace.published)
    summary = Summary(went_in, told)
    said.write_text(json.dumps(asdict(summary)), encoding="utf-8")
    return summary


def troubles(checked: Checked) -> list[str]:
    """One line for each file that was not read, was refused or lost rows."""
    lines = [f"not read     {m.name}: {m.why}" for m in checked.misplaced]
    for s in checked.submissions:
        if s.state == "refused":
            lines.append(f"refused      {s.export.name}: {s.notes[0].what}")
        elif s.state == "accepted_with_quarantine":
            lines.append(f"quarantined  {s.export.name}: {s.rows_quarantined} of {s.rows_in} rows")
    return lines
