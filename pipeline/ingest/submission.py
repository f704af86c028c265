"""One export becomes one submission: what it is, what was understood, what was not."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest.match import Match, code_answers, known_words, match_instrument, nearest_item
from pipeline.ingest.readers import read_export
from pipeline.ingest.traits import Traits, traits
from pipeline.instrument import Instrument
from pipeline.workspace import Export

# Columns that survey tools add and that are no questions; some hold personal data and must not be named as a problem.
TOOL_COLUMNS = {
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "seed",
    "token",
    "startdate",
    "datestamp",
    "ipaddr",
    "refurl",
    "start",
    "end",
    "start time",
    "completion time",
    "email",
    "name",
    "timestamp",
    "_id",
    "_uuid",
    "_submission_time",
    "key",
    "submissiondate",
}


@dataclass(frozen=True)
class Note:
    """Something the uploader should know: what it is, and how to mend it; kind and rows where it is about so many rows."""

    level: str  # error | warning | info
    what: str
    mend: str = ""
    kind: str = ""
    rows: int = 0


@dataclass
class Submission:
    """state: accepted | accepted_with_quarantine | refused | superseded.

    answers: `row` and one text column per item (None when refused). match, traits: how its columns
    were understood and what else it shows (None where no instrument was recognised). refused_for: one of
    SubmissionError.REFUSALS.
    """

    export: Export
    state: str = "accepted"
    instrument: Instrument | None = None
    described: str = ""
    rows_in: int = 0
    rows_quarantined: int = 0
    answers: pl.DataFrame | None = None
    notes: list[Note] = field(default_factory=list)
    superseded_by: str = ""
    match: Match | None = None
    traits: Traits | None = None
    refused_for: str = ""

    @property
    def id(self) -> str:
        """The content's hash, and the place it was handed in for."""
        return f"{self.export.member}-{self.export.wave}-{self.export.population}-{self.export.sha256[:12]}"

    @property
    def rows_accepted(self) -> int:
        return 0 if self.answers is None else self.rows_in - self.rows_quarantined

    def refuse(self, why: str, mend: str = "", kind: str = "unreadable") -> None:
        self.refused_for = kind
        self.state, self.answers, self.rows_quarantined = "refused", None, self.rows_in
        self.notes.insert(0, Note("error", why, mend))


def read_submission(export: Export, instruments: list[Instrument]) -> Submission:
    """Read and match one export; a file that can't be used is a refused submission."""
    submission = Submission(export)
    try:
        table = read_export(export.path, known_words(instruments))
        submission.described, submission.rows_in = table.described, table.rows.height
        match = match_instrument(table, [i for i in instruments if i.population == export.population])
    except SubmissionError as error:
        submission.refuse(str(error), kind=error.kind)
        return submission
    submission.instrument, submission.match = match.instrument, match
    submission.traits = traits(table, match)
    submission.answers = code_answers(table, match)
    submission.notes += _column_notes(match)
    return submission


def _column_notes(match: Match) -> list[Note]:
    notes = []
    for heading in match.unknown:
        if heading.casefold() in TOOL_COLUMNS:
            continue
        near = nearest_item(heading, match.instrument)
        mend = (
            f"If it is {near}, name the column {near} or add this heading to its aliases."
            if near
            else "Nothing is needed if it is no question of the survey."
        )
        notes.append(
            Note("warning" if near else "info", f"Column {heading[:80]!r} was not recognised and left out.", mend)
        )
    for heading in match.doubled:
        notes.append(
            Note(
                "warning",
                f"Column {heading[:80]!r} repeats a question; only the first was read.",
                "Remove the repeated column.",
            )
        )
    for code in match.lacking:
        notes.append(
            Note(
                "warning",
                f"Question {code} has no column in this file.",
                "If it was asked, export it too; otherwise nothing is needed.",
            )
        )
    return notes


def supersede(submissions: list[Submission]) -> None:
    """Of the usable submissions for one member, wave and population only the last counts."""
    in_force: dict[tuple, Submission] = {}
    for submission in submissions:
        if submission.state == "refused":
            continue
        place = (submission.export.member, submission.export.wave, submission.export.population)
        older = in_force.get(place)
        if older is not None:
            _replace(older, submission)
        in_force[place] = submission


def _replace(older: Submission, newer: Submission) -> None:
    older.state, older.superseded_by, older.rows_quarantined = "superseded", newer.export.name, 0
    same = older.export.sha256 == newer.export.sha256
    older.notes.append(
        Note(
            "info",
            f"{'The same file was handed in again as' if same else 'Replaced by'} {newer.export.name}.",
            "Nothing is needed.",
        )
    )
