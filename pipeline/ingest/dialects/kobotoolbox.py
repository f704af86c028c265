"""KoBoToolbox: groups before names, choices as words or as columns, perhaps a row of tags, what was not approved set aside."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ingest.dialects.head import row_with, set_aside, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = "KoBoToolbox"
HEAD = ("_id", "_uuid", "_submission_time")
REFUSED = {"validation_status_not_approved", "not approved"}


def recognises(top: list[list[str]]) -> bool:
    return row_with(top, *HEAD) is not None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    top = cells.top()
    head = row_with(top, *HEAD)
    below = [cell for cell in top[head + 1] if cell] if head + 1 < len(top) else []
    tagged = bool(below) and all(cell.startswith("#") for cell in below)
    found = table_from(cells, head, head + 1 + tagged, TOOL)
    return replace(found, set_aside=set_aside(found, "_validation_status", REFUSED, "rejected"))
