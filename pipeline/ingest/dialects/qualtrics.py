"""Qualtrics: export tags, wordings and a row of {"ImportId": …}; the export of old has two rows and V1, V2, … first."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ingest.dialects.head import keys_of, known_in, row_with, set_aside, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

TOOL = "Qualtrics"
# Status as number and as word; 16, "Offline", is a tablet's and no preview.
PREVIEWS = {
    "Status": {"1", "2", "9", "17", "survey preview", "survey test", "preview spam", "offline survey preview"},
    "DistributionChannel": {"preview"},
}


def recognises(top: list[list[str]]) -> bool:
    return _imported(top) is not None or _legacy(top) or row_with(top, "startdate", "recordeddate", "responseid") is not None


def _imported(top: list[list[str]]) -> int | None:
    """The row of import ids."""
    return next((i for i, row in enumerate(top) if any(cell.replace(" ", "").startswith('{"ImportId"') for cell in row)), None)


def _legacy(top: list[list[str]]) -> bool:
    return len(top) > 1 and top[0][:1] == ["V1"] and bool({"responseid"} & set(keys_of(top[1])))


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    """Test answers given in the preview are set aside."""
    top = cells.top()
    imported = _imported(top)
    if imported is not None:
        head, wording, first = max(0, imported - 2), imported - 1, imported + 1
    else:
        head = 0 if _legacy(top) else row_with(top, "startdate", "recordeddate", "responseid")
        wording, first = head + 1, head + 2
        if not _legacy(top) and not _is_wording(top, head, vocabulary):
            wording, first = head, head + 1
    names = [tuple(dict.fromkeys(filter(None, pair))) for pair in zip(top[head], top[max(wording, 0)], strict=True)]
    found = table_from(cells, head, first, TOOL, names)
    tests = [row for heading, values in PREVIEWS.items() for row in set_aside(found, heading, values, "preview")]
    return replace(found, set_aside=list({row[0]: row for row in tests}.values()))


def _is_wording(top: list[list[str]], head: int, vocabulary: Vocabulary) -> bool:
    """Whether the row below the tags says them in words: where the import ids were cut away."""
    below = top[head + 1] if head + 1 < len(top) else []
    return known_in(below, vocabulary) > 0 or bool({"start date", "recorded date"} & set(keys_of(below)))
