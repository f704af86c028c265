"""Whether anything changed: a hash of all that a release depends on."""

from __future__ import annotations

import hashlib
import json

from pipeline import __version__
from pipeline.workspace import Workspace


def fingerprint(workspace: Workspace) -> str:
    """A hash of everything the release depends on: code, instruments, members, rules, frames, inbox."""
    exports, misplaced = workspace.inbox_files()
    parts = [
        __version__,
        [i.model_dump(mode="json") for i in workspace.instruments],
        {code: m.model_dump() for code, m in workspace.members.items()},
        workspace.rules.model_dump(),
        workspace.frames,
        workspace.weighting.model_dump(),
        [(e.name, e.sha256) for e in exports],
        [m.name for m in misplaced],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
