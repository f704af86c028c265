"""Whose export it is, by what stands in it; each tool's own rows and headings made plain.

A dialect is a module (or a ByHeadings) with TOOL, its name; `recognises(top)`, which looks at the first rows; and
`table(cells, vocabulary)`. The first that recognises an export reads it.
"""

from __future__ import annotations

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest.dialects import google_forms, limesurvey, plain, qualtrics, surveymonkey
from pipeline.ingest.dialects.by_headings import EUSURVEY, KOBOTOOLBOX, MICROSOFT_FORMS, ODK_CENTRAL, SURVEYCTO
from pipeline.ingest.table import Cells, RawTable, Vocabulary, is_filled

DIALECTS = (qualtrics, surveymonkey, SURVEYCTO, ODK_CENTRAL, KOBOTOOLBOX, limesurvey, EUSURVEY, MICROSOFT_FORMS, google_forms, plain)


def as_table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    """Headings found, rows that are none of the answers away. Raises SubmissionError where rows are longer than the headings."""
    if not any(cells.frame.select(is_filled(pl.col(column)).any()).item() for column in cells.frame.columns):
        raise SubmissionError("the file is empty; export it again from the survey tool", "empty")
    top = cells.top()
    dialect = next(d for d in DIALECTS if d.recognises(top))
    return dialect.table(cells, vocabulary)
