"""ODK Central: groups before names with a hyphen, choices split where asked, what reviewers rejected set aside."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ingest.dialects.head import row_with, set_aside, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = "ODK Central"
HEAD = ("submissiondate", "key", "submitterid", "formversion")


def recognises(top: list[list[str]]) -> bool:
    return row_with(top, *HEAD) is not None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    head = row_with(cells.top(), *HEAD)
    found = table_from(cells, head, head + 1, TOOL)
    return replace(found, set_aside=set_aside(found, "ReviewState", {"rejected"}, "rejected"))
