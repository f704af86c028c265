"""SurveyMonkey: the question above its first column alone, its answers or rows in a second row."""

from __future__ import annotations

from pipeline.ingest.dialects.head import keys_of, row_with_any, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary
from pipeline.ingest.text import key

TOOL = "SurveyMonkey"
HEADS = (("respondent id", "collector id"), ("respondentid", "collectorid"))
WHOLE = {"", "response", "open-ended response"}  # below a question that has one column


def recognises(top: list[list[str]]) -> bool:
    return row_with_any(top, HEADS) is not None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    top = cells.top()
    head = row_with_any(top, HEADS)
    questions, parts = top[head], top[head + 1] if head + 1 < len(top) else []
    if not _has_parts(keys_of(parts), vocabulary):
        return table_from(cells, head, head + 1, TOOL)
    names, question = [], ""
    for j, part in enumerate(parts):
        question = questions[j] or question
        names.append((question,) if key(part) in WHOLE else (f"{question} [{part}]", part))
    return table_from(cells, head, head + 2, TOOL, names, [name[0] for name in names])


def _has_parts(parts: list[str], vocabulary: Vocabulary) -> bool:
    """A condensed export has one row of headings: below it a respondent begins with a number."""
    named = WHOLE - {""} | vocabulary.words
    return bool(parts) and not parts[0].isdigit() and any(part in named for part in parts)
