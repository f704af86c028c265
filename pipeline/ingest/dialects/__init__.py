"""Whose export it is, by what stands in it; each tool's own rows and headings made plain.

A dialect is a module with TOOL, its name; `recognises(top)`, which looks at the first rows; and `table(cells,
vocabulary)`. The first that recognises an export reads it.
"""

from __future__ import annotations

from pipeline.errors import SubmissionError
from pipeline.ingest.dialects import (
    eusurvey,
    google_forms,
    kobotoolbox,
    limesurvey,
    microsoft_forms,
    odk_central,
    plain,
    qualtrics,
    surveycto,
    surveymonkey,
)
from pipeline.ingest.table import Cells, RawTable, Vocabulary, filled, numbered

DIALECTS = (qualtrics, surveymonkey, surveycto, odk_central, kobotoolbox, limesurvey, eusurvey, microsoft_forms, google_forms, plain)


def as_table(cells: Cells, vocabulary: Vocabulary) -> RawTable:
    """Headings found, rows that are none of the answers away. Raises SubmissionError where rows are longer than the headings."""
    top = cells.top()
    if filled(numbered(cells.frame, 1)).is_empty():
        raise SubmissionError("the file is empty; export it again from the survey tool", "empty")
    dialect = next(d for d in DIALECTS if d.recognises(top))
    return dialect.table(cells, vocabulary)
