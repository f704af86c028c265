"""What a letter is: words in sections, the same for paper and plain text."""

from __future__ import annotations

from dataclasses import dataclass

SENTENCE = 45  # characters


@dataclass(frozen=True)
class Table:
    """A cell is text as it is shown; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def prose(self) -> bool:
        """Whether a cell is a sentence, which needs the page's width."""
        return any(len(cell) > SENTENCE for row in self.rows for cell in row)


@dataclass(frozen=True)
class Section:
    """A title, facts (name, value), tables and sentences, in this order."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """direction: ltr or rtl; state: the submission's; id: the submission's, by which letter and receipt are found."""

    id: str
    language: str
    direction: str
    title: str
    subject: str
    state: str
    verdict: str
    intro: tuple[str, ...]
    sections: tuple[Section, ...]
