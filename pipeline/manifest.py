"""What a release says of itself."""

from __future__ import annotations

import json
from pathlib import Path


def read_manifest(folder: Path) -> dict | None:
    """The manifest of the release in `folder`; None where there is no whole one."""
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
