"""Microsoft Forms: five columns of its own first, several answers joined by semicolons with one at the end."""

from __future__ import annotations

from pipeline.ingest.dialects.head import row_with_any, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = "Microsoft Forms"
HEADS = (
    ("id", "start time", "completion time"),
    ("id", "heure de début", "heure de fin"),
    ("id", "hora de inicio", "hora de finalización"),
    ("id", "hora de início", "hora de conclusão"),
    ("id", "время начала", "время выполнения"),
)


def recognises(top: list[list[str]]) -> bool:
    return row_with_any(top, HEADS) is not None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    head = row_with_any(cells.top(), HEADS)
    return table_from(cells, head, head + 1, TOOL)
