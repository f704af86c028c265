"""Whether anything changed: a hash of all that a release depends on."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict

from pipeline import __version__
from pipeline.secret import read_secret
from pipeline.workspace import Workspace


def fingerprint(workspace: Workspace) -> str:
    """A hash of everything the release depends on: code, instruments, members, rules, frames, context, inbox, bundles, and the workspace's key.

    The key goes in by a code made with it (HMAC), which does not tell it. One that
    a run made for itself is left out: the same inputs give the same release anywhere.
    """
    exports, misplaced = workspace.inbox_files()
    parts = [
        __version__,
        [i.model_dump(mode="json") for i in workspace.instruments],
        {code: m.model_dump() for code, m in workspace.members.items()},
        workspace.rules.model_dump(),
        workspace.frames,
        workspace.weighting.model_dump(),
        [asdict(row) for row in (*workspace.initiatives, *workspace.targets)],
        workspace.trends.model_dump(),
        [asdict(figure) for figure in workspace.context],
        workspace.context_rules.model_dump(),
        workspace.reporting.model_dump(),
        workspace.limits.model_dump(),
        [(e.name, e.sha256) for e in exports],
        [m.name for m in misplaced],
        [(p.name, hashlib.sha256(p.read_bytes()).hexdigest()) for p in workspace.bundle_files],
    ]
    if workspace.kept_key.exists():
        parts.append(hmac.new(read_secret(workspace.kept_key), b"fingerprint", hashlib.sha256).hexdigest())
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
