"""SurveyCTO: choices beside the question as q_1, q_2, …; what reviewers rejected set aside."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ingest.dialects.head import row_with_any, set_aside, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = "SurveyCTO"
HEADS = (("submissiondate", "formdef_version", "key"), ("instanceid", "formdef_version"))


def recognises(top: list[list[str]]) -> bool:
    return row_with_any(top, HEADS) is not None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    head = row_with_any(cells.top(), HEADS)
    found = table_from(cells, head, head + 1, TOOL)
    return replace(found, set_aside=set_aside(found, "review_status", {"rejected"}, "rejected"))
