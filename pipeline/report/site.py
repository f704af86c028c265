"""The pages of one language: where they lie, and what every template knows."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.errors import StageError
from pipeline.report.languages import FIRST, NAME, is_right_to_left, separators
from pipeline.report.outcomes import RULES, TARGET_RULES
from pipeline.report.source import Source
from pipeline.report.verdicts import MARKS
from pipeline.report.wording import REPORTS, Wording


class Site:
    """Writes pages by their names: "national/XAA-2025" is national/XAA-2025.html, in French national/XAA-2025.fr.html."""

    def __init__(self, source: Source, wording: Wording, out: Path, languages: tuple[str, ...]):
        self.source, self.t, self.out = source, wording, out
        self.names = {language: Wording(language).texts[NAME] for language in languages}
        self.templates = _environment(source, wording)
        self.templates.globals["file"] = self.file

    @property
    def internal(self) -> bool:
        """Whether these are the pages that a run makes, not those that a member hands on."""
        return self.templates.globals["tier"] == "internal"

    def file(self, name: str, language: str = "") -> str:
        """The file of a page, seen from the folder of all pages; in this language, if none is named."""
        language = language or self.t.language
        return f"{name}.html" if language == FIRST else f"{name}.{language}.html"

    def write(self, name: str, template: str, **values) -> None:
        """One page; `values`: what its template reads beside the globals."""
        path = self.out / self.file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        values |= {"page": self.file(name).removesuffix(".html"), "root": "../" * name.count("/"), "versions": self._versions(name)}
        text = self.templates.get_template(template).render(**values)
        _check_cells(self.file(name), text)
        path.write_text(text, encoding="utf-8")

    def _versions(self, name: str) -> list[dict]:
        """The same page in every language, seen from itself."""
        stem = name.rpartition("/")[2]
        return [
            {"language": language, "name": called, "file": self.file(stem, language), "here": language == self.t.language}
            for language, called in self.names.items()
        ]


def _check_cells(page: str, text: str) -> None:
    """Raises StageError where a number in a sentence names a cell that is not on the page."""
    there = set(re.findall(r'\bid="([^"]+)"', text))
    lost = [cell for cell in re.findall(r'\bdata-cell="([^"]+)"', text) if cell not in there]
    if lost:
        raise StageError(f"{page}: a sentence has a number from the cell {lost[0]}, which is not on the page. Correct the rule that made it.")


def _environment(source: Source, t: Wording) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(REPORTS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=t,
        manifest=source.manifest,
        tier=source.manifest.get("tier", "internal"),
        left_out=source.manifest.get("left_out", []),
        scale_max=source.scale[0],
        decimals=source.scale[1],
        safe=Markup,
        marks=MARKS,
        rules=RULES,
        target_rules=TARGET_RULES,
        direction="rtl" if is_right_to_left(t.language) else "ltr",
        separators=separators(t.language),
    )
    environment.filters["score"] = lambda value, share=False: t.number(value, 0 if share else source.scale[1])
    environment.filters["count"] = t.count
    environment.filters["number"] = t.number
    return environment
