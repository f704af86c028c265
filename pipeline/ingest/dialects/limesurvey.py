"""LimeSurvey: codes or texts as headings, `-oth-` for the other answer, N/A for what was not asked."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipeline.ingest.dialects.head import keys_of, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary
from pipeline.ingest.text import key

TOOL = "LimeSurvey"
OTHER, NOT_ASKED = "-oth-", "n/a"
# The first columns as codes, and as full texts in the languages that we know them in.
HEADS = (("id", "submitdate", "lastpage"), ("response id", "date submitted", "last page"), ("id de la réponse", "date de soumission", "dernière page"))


def recognises(top: list[list[str]]) -> bool:
    return _head(top) is not None


def _head(top: list[list[str]]) -> int | None:
    for i, row in enumerate(top):
        # with codes and texts: "id. Response ID"
        cells = {part for cell in keys_of(row) for part in (cell, cell.split(". ")[0])}
        if any(set(head) <= cells for head in HEADS):
            return i
    return None


def table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    head = _head(cells.top())
    found = table_from(cells, head, head + 1, TOOL)
    answers = [c for c in found.rows.columns if c != "row"]
    return replace(found, rows=found.rows.with_columns(_plain(pl.col(c), vocabulary) for c in answers))


def _plain(column: pl.Expr, vocabulary: Vocabulary) -> pl.Expr:
    """`-oth-` is the answer `other`; N/A is nothing, unless the questionnaire has such an answer."""
    stripped = column.str.strip_chars()
    plain = pl.when(stripped == OTHER).then(pl.lit("other")).otherwise(column)
    if key(NOT_ASKED) not in vocabulary.answers:
        plain = pl.when(stripped.str.to_lowercase() == NOT_ASKED).then(None).otherwise(plain)
    return plain.alias(column.meta.output_name())
