"""docs/bad-inputs.md: `python -m tests.bad_inputs.catalogue` writes it anew."""

from __future__ import annotations

from pathlib import Path

from tests.bad_inputs.files import BROKEN, EMPTY, FOREIGN, LARGE, LIES
from tests.bad_inputs.rows import COLUMNS, PERSONAL, ROWS
from tests.bad_inputs.settings import PLACES, SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "bad-inputs.md"
PARTS = {
    "Files that hold nothing": EMPTY,
    "Files that are not what their name says": LIES,
    "Broken files": BROKEN,
    "Files of something else": FOREIGN,
    "Files beyond the limits, or made to break a reader": LARGE,
    "Answers and rows": ROWS,
    "Columns": COLUMNS,
    "Personal data": PERSONAL,
    "Settings of the workspace": SETTINGS,
    "Places in the inbox": PLACES,
}
HEAD = """# What is wrong, and what is said

{count} inputs with something wrong in them, each handed in by a test (`tests/bad_inputs`). What it gets is as here: refused (nothing of the file is used), quarantined (the rows in question are set aside, the others count), accepted (with the message as a note). No input ends a run, none is lost, and each message goes on to say how to mend it.
"""


def page() -> str:
    parts = [HEAD.format(count=sum(map(len, PARTS.values())))]
    for title, cases in PARTS.items():
        lines = [f"| {case.name} | {case.outcome} | … {_shown(case.says)} … |" for case in cases]
        parts.append("\n".join([f"## {title}", "", "| input | outcome | message |", "|---|---|---|", *lines, ""]))
    return "\n".join(parts)


def _shown(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
