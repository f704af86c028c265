"""The pages of one language: where they lie, and what every template knows."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import StageError
from pipeline.report.languages import FIRST, NAME, is_right_to_left, separators
from pipeline.report.source import Source
from pipeline.report.standing import hashed, put
from pipeline.report.templates import template
from pipeline.report.wording import worded


class Site:
    """Writes pages by their names: "national/XAA-2025" is national/XAA-2025.html, in French national/XAA-2025.fr.html.

    written: what was, file -> hash of its bytes.
    """

    def __init__(self, source: Source, out: Path, languages: tuple[str, ...]):
        self.source, self.t, self.out = source, worded(source.language), out
        self.names = {language: worded(language).texts[NAME] for language in languages}
        self.written: dict[str, str] = {}

    def file(self, name: str, language: str = "") -> str:
        """The file of a page, seen from the folder of all pages; in this language, if none is named."""
        language = language or self.t.language
        return f"{name}.html" if language == FIRST else f"{name}.{language}.html"

    def write(self, name: str, made_by: str, **values) -> None:
        """One page; made_by: its template; `values`: what that reads beside what every template is told."""
        values |= {"page": self.file(name).removesuffix(".html"), "root": "../" * name.count("/"), "versions": self._versions(name)}
        text = template(made_by).render(**values, **self._common())
        _check_cells(self.file(name), text)
        self.written[self.file(name)] = hashed(text.encode())
        put(self.out / self.file(name), text.encode())

    def _common(self) -> dict:
        """What every template is told."""
        top, decimals = self.source.scale
        release, manifest = self.source.release, self.source.manifest
        return {
            "t": self.t,
            "direction": "rtl" if is_right_to_left(self.t.language) else "ltr",
            "separators": separators(self.t.language),
            "file": self.file,
            "manifest": manifest,
            "edition": release.edition,
            "mark": release.mark,
            "of_member": release.member and self.source.member(release.member),
            "tier": self.source.tier,
            "left_out": manifest.get("left_out", []),
            "scale_max": top,
            "decimals": decimals,
        }

    def _versions(self, name: str) -> list[dict]:
        """The same page in every language, seen from itself."""
        stem = name.rpartition("/")[2]
        return [
            {"language": language, "name": called, "file": self.file(stem, language), "here": language == self.t.language}
            for language, called in self.names.items()
        ]


def _check_cells(page: str, text: str) -> None:
    """Raises StageError where a number in a sentence names a cell that is not on the page."""
    there = set(re.findall(r' id="([^"]+)"', text))
    lost = [cell for cell in re.findall(r' data-cell="([^"]+)"', text) if cell not in there]
    if lost:
        raise StageError(f"{page}: a sentence has a number from the cell {lost[0]}, which is not on the page. Correct the rule that made it.")
