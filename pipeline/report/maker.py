"""What makes pages of a release: as long as it is the same, the same release gives the same pages."""

from __future__ import annotations

import json
import platform
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pipeline.report.wording import REPORTS

CODE = Path(__file__).resolve().parents[1]
LIBRARIES = ("babel", "jinja2", "markupsafe", "polars", "pyyaml")


def maker(spoken: tuple[str, ...]) -> str:
    """A hash of the code, templates, words and shared files byte for byte, of the libraries' versions and the languages of the pages."""
    files = [*CODE.rglob("*.py"), *(path for path in REPORTS.rglob("*") if path.is_file())]
    parts = [[path.as_posix().removeprefix(CODE.parent.as_posix()), sha256(path.read_bytes()).hexdigest()] for path in sorted(files)]
    made_with = [platform.python_version(), *(f"{name} {version(name)}" for name in LIBRARIES)]
    return sha256(json.dumps([parts, made_with, spoken]).encode()).hexdigest()
