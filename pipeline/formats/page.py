"""The data dictionary as a page for people: `python -m pipeline.formats.page` writes docs/dictionary.md anew."""

from __future__ import annotations

from pathlib import Path

from pipeline.formats.dictionary import Column, Table, dictionary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dictionary.md"
HEAD = """# Data dictionary

Every column of every table of a release (`build/release/`). Made from `pipeline/formats/columns.yaml` and
`pipeline/formats/tables.yaml` by `python -m pipeline.formats.page`; the release holds the same as `dictionary.json`.
A row is known by its keys, marked ●. An empty cell has no value; an empty key means everybody, or that it does not apply.
A suppressed row keeps its keys and its status and nothing else.
"""


def page() -> str:
    """The page's Markdown."""
    return "\n".join([HEAD, *(_table(table) for table in dictionary().values())])


def _table(table: Table) -> str:
    head = [f"## {table.name}", "", f"{table.meaning}.", "", "| | column | type | unit | meaning |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *(_row(c) for c in table.columns), ""])


def _row(column: Column) -> str:
    values = "".join(f"<br>`{code}`: {said}" for code, said in column.values.items())
    codes = f" ({column.codes})" if column.codes else ""
    cells = ("●" if column.key else "", f"`{column.name}`", column.type, column.unit, f"{column.meaning}{codes}{values}")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
