"""Google Forms: a timestamp first, grids as "Question [Row]", several answers joined by commas that answers hold too."""

from __future__ import annotations

from pipeline.ingest.dialects.head import table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary
from pipeline.ingest.text import key

TOOL = "Google Forms"
TIMESTAMPS = {"timestamp", "horodateur", "marca temporal", "carimbo de data/hora", "отметка времени", "позначка часу", "طابع زمني"}


def recognises(top: list[list[str]]) -> bool:
    return bool(top) and bool(top[0]) and key(top[0][0]) in TIMESTAMPS


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    return table_from(cells, 0, 1, TOOL)
