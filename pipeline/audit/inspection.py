"""All attacks on one page and its versions in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from pipeline.audit.conduct import Conduct
from pipeline.audit.desk import Desk
from pipeline.audit.figures import Figures, figures_of
from pipeline.audit.finding import Finding, listed
from pipeline.audit.markup import read_page
from pipeline.audit.page import Page
from pipeline.audit.pseudonymed import Pseudonymed
from pipeline.audit.published import Publications, scope_of


class Inspector:
    """Inspects the pages of one desk; what many pages need is worked out once."""

    def __init__(self, desk: Desk):
        self.desk = desk
        self.longest = longest_array(desk)
        publications = Publications(desk)
        self.published = lru_cache(maxsize=2)(publications.of)
        self.published_aside = lru_cache(maxsize=2)(publications.aside)
        self.conduct = Conduct(desk.reports)

    @cached_property
    def pseudonymed(self) -> Pseudonymed:
        return Pseudonymed(self.desk)

    def findings(self, versions: list[tuple[str, Path]]) -> list[Finding]:
        """What one page gives away, in any language. versions: (path below the reports' folder, file)."""
        found: list[Finding] = []
        shown: list[tuple[str, list[float]]] = []
        for name, path in versions:
            page = read_page(path.read_text(encoding="utf-8"))
            parts = {part: figures_of(it, self.longest) for part, it in page.parts().items()}
            found += self._of_page(name, path, page, parts)
            shown.append((name, [v for figures in parts.values() for v in figures.raw]))
        return [*found, *_unlike_languages(shown)]

    def _of_page(self, name: str, path: Path, page: Page, parts: dict[str, Figures]) -> Iterator[Finding]:
        where, scope = f"reports: {name}", scope_of(name)
        if page.unreadable:
            yield Finding("page-data", where, f"{page.unreadable} blocks of embedded data can't be read as JSON")
        for part, figures in parts.items():
            published = self.published_aside(scope, part) if part else self.published(scope)
            yield from figures.strange(f"{where}, {part}" if part else where, published)
        yield from self.conduct.faults(page, where, path)
        if digits := [t.strip() for t in page.suppressed if re.search(r"\d", t)]:
            yield Finding("page-suppressed", where, f"a cell that is called suppressed says {listed(digits)}")
        if scope[0] == "cross":
            yield from self.pseudonymed.named(page.lines(), where, scope[1])


def longest_array(desk: Desk) -> int:
    """The longest list that a chart of a table can have: three points for each question or member."""
    questions = [len(i["items"]) for i in desk.codebook["instruments"].values()]
    return 3 * max([20, len(desk.codebook["members"]), *questions])


def _unlike_languages(versions: list[tuple[str, list[float]]]) -> Iterator[Finding]:
    """versions: name and figures, which are the same in every language, and nearly always in the same order."""
    first, expected = versions[0]
    for name, figures in versions[1:]:
        if figures != expected and sorted(figures) != sorted(expected):
            what = f"shows other numbers than {first}: what one hides the other may tell"
            yield Finding("page-language", f"reports: {name}", what)
