"""What makes pages of a release: as long as it is the same, the same release gives the same pages."""

from __future__ import annotations

import json
from hashlib import sha256

from pipeline.code import hash_of_code, hash_of_libraries
from pipeline.report.wording import REPORTS

LIBRARIES = ("babel", "jinja2", "markupsafe", "polars", "pyyaml")


def maker(spoken: tuple[str, ...]) -> str:
    """A hash of the code, templates, words and shared files, of the libraries' versions and the languages of the pages."""
    code = hash_of_code(*(path for path in REPORTS.rglob("*") if path.is_file()))
    return sha256(json.dumps([code, hash_of_libraries(LIBRARIES), spoken]).encode()).hexdigest()
