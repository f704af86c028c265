"""A table of any other tool, or one that was saved anew: headings wherever they stand, what is above them left out."""

from __future__ import annotations

from pipeline.ingest.dialects.head import heading_row, known_in, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = ""


def recognises(top: list[list[str]]) -> bool:
    return True


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    """Below the headings there may be a second row of them: codes above wordings, or the other way round."""
    top = cells.top()
    head = heading_row(top, vocabulary)
    below = top[head + 1] if head + 1 < len(top) else []
    if known_in(below, vocabulary) < max(2, known_in(top[head], vocabulary) / 2):
        return table_from(cells, head, head + 1)
    names = [tuple(dict.fromkeys(filter(None, pair))) for pair in zip(top[head], below, strict=False)]
    return table_from(cells, head, head + 2, names=names)

