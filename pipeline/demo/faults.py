"""The faults that people make in their exports."""

from __future__ import annotations

from pathlib import Path


def unknown_codes(answers: dict[str, list], item: str, rows: int = 3) -> None:
    """Cells that hold no code of the scale."""
    for row in range(5, 5 + rows):
        answers[item][row] = "7"


def repeated_rows(answers: dict[str, list], rows: int = 4) -> None:
    """The last rows are the first ones again: exported twice and pasted together."""
    for column in answers.values():
        column.extend(column[:rows])


def misspelt_heading(path: Path, right: str, wrong: str) -> None:
    """A heading typed by hand."""
    path.write_bytes(path.read_bytes().replace(right.encode(), wrong.encode(), 1))
