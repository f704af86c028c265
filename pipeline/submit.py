"""One export handed in: checked, and kept in the inbox if it can be used."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.ingest.submission import Submission, read_submission, supersede
from pipeline.letters import cases, check_language, letter_name, write_letters
from pipeline.receipts import write_receipt
from pipeline.validate.quarantine import validate
from pipeline.waves import WAVE
from pipeline.workspace import Export, Workspace


@dataclass(frozen=True)
class Handed:
    """What became of a file: kept (its place in the inbox, None if it was not kept), already (it was there before)."""

    submission: Submission
    kept: Path | None
    already: bool
    receipt: Path | None

    @property
    def letter(self) -> Path | None:
        return self.receipt and self.receipt.with_name(letter_name(self.submission.id))


def submit(
    workspace: Workspace, file: Path, member: str, wave: str, population: str, dry_run: bool = False, language: str | None = None
) -> Handed:
    """Check `file` and copy it to inbox/MEMBER/WAVE/POPULATION[-n].EXT, whole or not at all.

    A refused file is not kept, nor is one whose content is there already. With
    `dry_run` nothing is written. `language`: of the letter, see pipeline/letters.
    Raises ConfigurationError where the place does not exist.
    """
    check_language(language)
    _check_place(workspace, file, member, wave, population)
    folder = workspace.inbox / member / wave
    export = Export(file, file.name, member, wave, population)
    twin = next((p for p in _siblings(folder, population) if Export(p, "", "", "", "").sha256 == export.sha256), None)
    submission = read_submission(export, workspace.instruments, workspace.limits)
    findings = validate([submission])
    if dry_run:
        return Handed(submission, twin, twin is not None, None)
    _write_letter(workspace, submission, findings, language, twin)
    receipt = write_receipt(workspace.receipts, submission, findings)
    if submission.state == "refused" or twin:
        return Handed(submission, twin, twin is not None, receipt)
    return Handed(submission, _keep(file, folder, population), False, receipt)


def _write_letter(
    workspace: Workspace, submission: Submission, findings: list, language: str | None, twin: Path | None
) -> None:
    """The letter, set beside what lies in the inbox of the same member and population, and files with the same content."""
    mine = submission.export
    others = [
        read_submission(e, workspace.instruments, workspace.limits)
        for e in workspace.inbox_files()[0]
        if (e.member, e.population) == (mine.member, mine.population) or e.sha256 == mine.sha256
    ]
    validate(others)
    supersede(others if twin else [*others, submission])
    of_twin = next((o.superseded_by for o in others if o.export.path == twin), "")
    submission = replace(submission, state="superseded", superseded_by=of_twin) if of_twin else submission
    checked = frozenset(path.stem for path in workspace.receipts.glob(f"{submission.id}.json"))
    found = cases([*others, submission], findings, workspace, checked)
    write_letters(workspace, found[-1:], language)


def _check_place(workspace: Workspace, file: Path, member: str, wave: str, population: str) -> None:
    if not file.is_file():
        raise ConfigurationError(f"{file}: no such file.")
    if member not in workspace.members:
        known = ", ".join(workspace.members)
        raise ConfigurationError(f"--member {member}: not in members.yaml, which has {known}. Add it there first.")
    if not WAVE.fullmatch(wave):
        raise ConfigurationError(f"--wave {wave}: no year (2024) or year and letter (2024b).")
    if population not in workspace.populations:
        known = ", ".join(workspace.populations)
        raise ConfigurationError(f"--population {population}: no instrument addresses it; there are {known}.")


def _siblings(folder: Path, population: str) -> list[Path]:
    """Files already handed in for the same place."""
    return [
        p for p in sorted(folder.glob("*")) if re.fullmatch(re.escape(population) + r"(-.*)?", p.name.split(".")[0])
    ]


def _keep(file: Path, folder: Path, population: str) -> Path:
    """Copy under the next free name, by way of a temporary file that no run reads."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = [p.name.split(".")[0] for p in _siblings(folder, population)]
    numbers = [int(found[1]) for stem in taken if (found := re.search(r"-(\d+)$", stem))]
    number = max([*numbers, 1 if taken else 0]) + 1
    target = folder / f"{population}{f'-{number}' if number > 1 else ''}{file.suffix.lower()}"
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    os.close(handle)
    try:
        shutil.copyfile(file, temporary)
        Path(temporary).chmod(0o644)
        os.link(temporary, target)  # fails where another took the name meanwhile
    finally:
        Path(temporary).unlink()
    return target
