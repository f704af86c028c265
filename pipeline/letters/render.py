"""A letter on paper (HTML, A4) and as plain text."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pipeline.code import PROJECT
from pipeline.letters.letter import Letter, Section, Table

WIDTH = 78


def write_letter(folder: Path, letter: Letter) -> Path:
    """ID.letter.html and ID.letter.txt in `folder`; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / letter_name(letter.id)
    page.write_text(as_html(letter), encoding="utf-8")
    page.with_suffix(".txt").write_text(as_text(letter), encoding="utf-8")
    return page


def letter_name(submission: str) -> str:
    return f"{submission}.letter.html"


def letter_files(submission: str) -> tuple[str, str]:
    """All that `write_letter` writes."""
    return letter_name(submission), f"{submission}.letter.txt"


def as_html(letter: Letter) -> str:
    return _template().render(letter=letter)


@lru_cache
def _template() -> Template:
    loader = FileSystemLoader(PROJECT / "reports" / "receipts")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("letter.html")


def as_text(letter: Letter) -> str:
    """Lines of at most WIDTH characters, where words allow."""
    head = [letter.title, letter.subject, "", letter.verdict, "", *letter.intro]
    parts = [line for text in head for line in (_wrapped(text) if text else [""])]
    for section in letter.sections:
        parts += ["", section.title, "-" * min(len(section.title), WIDTH), *_section(section)]
    return "\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    facts = [line for name, value in section.facts for line in _wrapped(f"{name}: {value}", "  ")]
    tables = [[*_wrapped(table.caption), *_rows(table)] for table in section.tables]
    said = [line for text in section.lines for line in _wrapped(text)]
    return "\n\n".join("\n".join(part) for part in (facts, *tables, said) if part).split("\n")


def _rows(table: Table) -> list[str]:
    """A row is what the first cell names, and then each cell after its heading: columns don't survive e-mail."""
    rows = []
    for first, *rest in table.rows:
        cells = "; ".join(f"{head}: {cell}" for head, cell in zip(table.head[1:], rest, strict=True) if cell)
        rows += _wrapped(f"- {first}" + (f" | {cells}" if cells else ""), "  ")
    return rows


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
