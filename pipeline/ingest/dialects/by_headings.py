"""Tools whose exports are known by columns of their own, and need no more than that their heading row is found."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.ingest.dialects.head import row_with_any, set_aside, table_from
from pipeline.ingest.table import Cells, RawTable, Vocabulary

Heads = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ByHeadings:
    """A dialect. HEADS: columns (as keys) of which a heading row has all of one tuple; REVIEW: the column in which reviewers
    reject a row, and what it says then."""

    TOOL: str
    HEADS: Heads
    REVIEW: tuple[str, frozenset[str]] = ("", frozenset())

    def recognises(self, top: list[list[str]]) -> bool:
        return row_with_any(top, self.HEADS) is not None

    def table(self, cells: Cells, vocabulary: Vocabulary) -> RawTable:
        """Below the headings KoBoToolbox may have a row of tags (#...)."""
        top = cells.top()
        head = row_with_any(top, self.HEADS)
        below = [cell for cell in top[head + 1] if cell] if head + 1 < len(top) else []
        tagged = bool(below) and all(cell.startswith("#") for cell in below)
        found = table_from(cells, head, head + 1 + tagged, self.TOOL)
        return replace(found, set_aside=set_aside(found, *self.REVIEW, "rejected"))


REJECTED = frozenset({"rejected"})
SURVEYCTO = ByHeadings(
    "SurveyCTO", (("submissiondate", "formdef_version", "key"), ("instanceid", "formdef_version")), ("review_status", REJECTED)
)
ODK_CENTRAL = ByHeadings("ODK Central", (("submissiondate", "key", "submitterid", "formversion"),), ("ReviewState", REJECTED))
KOBOTOOLBOX = ByHeadings(
    "KoBoToolbox",
    (("_id", "_uuid", "_submission_time"),),
    ("_validation_status", frozenset({"validation_status_not_approved", "not approved"})),
)
# What was asked for stands above the headings, the tool's own columns last, in the language of the one who exports.
EUSURVEY = ByHeadings(
    "EUSurvey",
    (
        ("contribution id", "creation date"),
        ("identifiant de la contribution", "date de création"),
        ("id de la contribution", "date de création"),
        ("id de contribución", "fecha de creación"),
        ("id da contribuição", "data de criação"),
    ),
)
MICROSOFT_FORMS = ByHeadings(
    "Microsoft Forms",
    (
        ("id", "start time", "completion time"),
        ("id", "heure de début", "heure de fin"),
        ("id", "hora de inicio", "hora de finalización"),
        ("id", "hora de início", "hora de conclusão"),
        ("id", "время начала", "время выполнения"),
    ),
)
