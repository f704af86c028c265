"""EUSurvey: what was asked for above the headings, "Title (short name)", the tool's own columns last."""

from __future__ import annotations

from pipeline.ingest.dialects.head import row_with_any, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = "EUSurvey"
HEADS = (
    ("contribution id", "creation date"),
    ("identifiant de la contribution", "date de création"),
    ("id de la contribution", "date de création"),
    ("id de contribución", "fecha de creación"),
    ("id da contribuição", "data de criação"),
)


def recognises(top: list[list[str]]) -> bool:
    return row_with_any(top, HEADS) is not None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    head = row_with_any(cells.top(), HEADS)
    return table_from(cells, head, head + 1, TOOL)
