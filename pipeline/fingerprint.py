"""Whether anything changed: a hash of all that a release depends on.

By nothing but the standard library: `cips status` and a run that has nothing to do need no more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

from pipeline import __version__
from pipeline.paths import Paths
from pipeline.secret import read_secret


def fingerprint(paths: Paths) -> str:
    """A hash of the code's version and of the names and bytes of all that a run reads of the workspace.

    The key of the pseudonyms goes in by a code made with it (HMAC), which does not tell it. One that
    a run made for itself is left out: the same inputs give the same release anywhere.
    """
    parts = [[path.relative_to(paths.root).as_posix(), _content(path, paths.inbox in path.parents)] for path in paths.read]
    if paths.kept_key.exists():
        parts.append(["key", hmac.new(read_secret(paths.kept_key), b"fingerprint", hashlib.sha256).hexdigest()])
    return hashlib.sha256(json.dumps([__version__, parts]).encode()).hexdigest()


def _content(path: Path, handed_in: bool) -> str:
    """A hash of a file; devices are not read, nor links among what was handed in (see inbox.py)."""
    if not path.is_file() or (handed_in and path.is_symlink()):
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
