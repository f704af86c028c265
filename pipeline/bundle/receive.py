"""At the Secretariat: a bundle is checked and kept in the workspace, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.bundle.read import Bundle, read_bundle
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Received:
    """A checked bundle and its place. already: it was there before; replaced: another of this member was."""

    bundle: Bundle
    kept: Path
    already: bool
    replaced: bool


def receive(workspace: Workspace, file: Path) -> Received:
    """Check `file` and copy it to bundles/MEMBER.cips. Raises ConfigurationError where it can't be used."""
    bundle = read_bundle(workspace, file)
    target = workspace.bundles / f"{bundle.manifest.member}.cips"
    there = target.is_file()
    if there and target.read_bytes() == file.read_bytes():
        return Received(bundle, target, already=True, replaced=False)
    _copy(file, target)
    return Received(bundle, target, already=False, replaced=there)


def _copy(file: Path, target: Path) -> None:
    """By way of a temporary file that no run reads."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
    os.close(handle)
    try:
        shutil.copyfile(file, temporary)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
