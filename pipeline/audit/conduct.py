"""What a page must not do to its reader: scripts from elsewhere, event handlers, links out of the folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pipeline.audit.finding import Finding
from pipeline.audit.page import Page
from pipeline.audit.published import CROSS

REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|javascript:|/", re.I)


class Conduct:
    """How the pages below a folder behave."""

    def __init__(self, reports: Path | None):
        self.reports = reports
        self.inside = lru_cache(maxsize=4096)(self._inside)  # the pages of a folder have the same links

    def faults(self, page: Page, where: str, path: Path) -> Iterator[Finding]:
        if page.inline:
            what = f"{page.inline} scripts in the page itself, whose data can't be checked"
            yield Finding("page-script", where, what)
        for tag, name in sorted(set(page.handlers)):
            yield Finding("page-handler", where, f"<{tag} {name}>: pages carry no event handlers")
        cross = CROSS.search(path.relative_to(self.reports).as_posix())
        for tag, name, value in sorted(set(page.links)):
            remote = REMOTE.match(value) or (value.startswith("data:") and value != "data:,")
            if remote or ((tag != "a" or cross) and not self.inside(path.parent, value)):
                yield Finding("page-link", where, f"<{tag} {name}={value[:60]}>: outside the pages' folder")

    def _inside(self, folder: Path, link: str) -> bool:
        target = re.split(r"[?#]", link)[0]
        if not target or link == "data:,":
            return True
        return (folder / target).resolve().is_relative_to(self.reports.resolve())
