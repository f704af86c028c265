"""One export becomes one submission: what it is, what was understood, what was not."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest import personal
from pipeline.ingest.match import Match, code_answers, match_instrument, nearest_item, numbered_otherwise, vocabulary
from pipeline.ingest.readers import read_export
from pipeline.ingest.table import RawTable
from pipeline.ingest.traits import Traits, traits
from pipeline.instrument import Instrument
from pipeline.limits import Limits
from pipeline.workspace import Export

# Columns that survey tools add, that are no questions and hold nothing personal.
TOOL_COLUMNS = frozenset(
    [
        # LimeSurvey
        "id", "lastpage", "startlanguage", "seed", "response id", "last page", "start language",
        # Qualtrics
        "status", "progress", "finished", "distributionchannel", "userlanguage", "responseid", "responseset", "duration (in seconds)",
        # SurveyMonkey
        "respondent id", "collector id",
        # KoBoToolbox
        "_id", "_uuid", "_index", "_validation_status", "_parent_index", "_parent_table_name", "_notes", "_tags", "_status", "__version__",
        # ODK Central, SurveyCTO
        "key", "instanceid", "meta-instanceid", "formdef_version", "review_status", "review_quality", "review_comments", "review_corrections", "submitterid", "attachmentspresent", "attachmentsexpected", "reviewstate", "edits", "formversion",
        # EUSurvey
        "contribution id", "invitation number", "languages", "language",
        # Microsoft Forms
        "points", "feedback",
    ]
)
MOST_NAMED = 10
IDENTIFYING = ("psu", "stratum", "interviewer", "device", "respondent")


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

    answers: `row` and one text column per item (None when refused, and once they are loaded). match, traits: how its columns
    were understood and what else it shows (None where no instrument was recognised). refused_for: one of
    SubmissionError.REFUSALS. set_aside: rows that are no respondent's (see RawTable);
    personal: heading of a column left out -> what personal data it holds.
    """

    export: Export
    state: str = "accepted"
    instrument: Instrument | None = None
    described: str = ""
    tool: str = ""
    rows_in: int = 0
    rows_quarantined: int = 0
    answers: pl.DataFrame | None = None
    notes: list[Note] = field(default_factory=list)
    superseded_by: str = ""
    match: Match | None = None
    traits: Traits | None = None
    refused_for: str = ""
    set_aside: list[tuple[int, str, str, str]] = field(default_factory=list)
    personal: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The content's hash, and the place it was handed in for."""
        return f"{self.export.member}-{self.export.wave}-{self.export.population}-{self.export.sha256[:12]}"

    @property
    def rows_accepted(self) -> int:
        return 0 if self.state == "refused" else self.rows_in - self.rows_quarantined

    def refuse(self, why: str, mend: str = "", kind: str = "unreadable") -> None:
        self.refused_for = kind
        self.state, self.answers, self.rows_quarantined = "refused", None, self.rows_in
        self.notes.insert(0, Note("error", why, mend))


def read_submission(export: Export, instruments: list[Instrument], limits: Limits | None = None) -> Submission:
    """Read and match one export; a file that can't be used is a refused submission."""
    submission = Submission(export)
    try:
        _read(submission, instruments, limits)
    except SubmissionError as error:
        submission.refuse(str(error), kind=error.kind)
    except Exception as error:  # one file that nobody foresaw is no reason to leave all others unread
        if "CIPS_DEBUG" in os.environ:
            raise
        submission.refuse(f"it can't be read, for a reason that nobody foresaw ({type(error).__name__}: {str(error)[:120]})", "Save it as CSV, and report it.")
    return submission


def _read(submission: Submission, instruments: list[Instrument], limits: Limits | None) -> None:
    export = submission.export
    table = read_export(export.path, vocabulary(instruments), limits)
    submission.described, submission.tool, submission.rows_in = table.described, table.tool, table.rows.height
    match = match_instrument(table, [i for i in instruments if i.population == export.population])
    submission.instrument, submission.match, submission.set_aside = match.instrument, match, table.set_aside
    submission.traits = traits(table, match)
    submission.answers = _impersonal(submission, code_answers(table, match))
    submission.personal = {heading: kind for heading, kind in _personal(table, match).items() if kind}
    submission.notes += _personal_notes(submission.personal) + _column_notes(match, submission.personal)
    submission.notes += _nameless_notes(table) + _text_notes(table, match) + _numbering_notes(table, match)


def _personal(table: RawTable, match: Match) -> dict[str, str]:
    """Heading -> what personal data is in a column that no question has, '' for none."""
    unknown = set(match.unknown)
    return {h: personal.kind_of(h, table.rows[f"c{j}"]) for j, h in enumerate(table.headings) if h in unknown}


def _personal_notes(found: dict[str, str]) -> list[Note]:
    kinds: dict[str, list[str]] = {}
    for heading, kind in found.items():
        kinds.setdefault(kind, []).append(repr(heading[:80]))
    return [
        Note("warning", f"Personal data ({kind}) in {', '.join(headings)}: left out and kept nowhere.", "Leave it out of the next export.")
        for kind, headings in kinds.items()
    ]


def _impersonal(submission: Submission, answers: pl.DataFrame) -> pl.DataFrame:
    """Sampling units, strata, interviewers and devices that are people's addresses or numbers become running numbers."""
    for item in submission.instrument.items:
        kind = personal.by_content(answers[item.code]) if item.role == "design" and item.design in IDENTIFYING else ""
        if kind:
            answers = answers.with_columns(personal.numbered(answers[item.code]))
            what = f"Column {item.code} holds personal data ({kind}): running numbers took their place."
            submission.notes.append(Note("warning", what, "Give sampling units and interviewers numbers of their own before you export."))
    return answers


def _nameless_notes(table: RawTable) -> list[Note]:
    places = [j + 1 for j, heading in enumerate(table.headings) if not heading]
    what = f"Column {', '.join(map(str, places[:MOST_NAMED]))} has no heading and was left out."
    return [Note("info", what, "Nothing is needed if it only numbers the rows.")] if places else []


def _text_notes(table: RawTable, match: Match) -> list[Note]:
    """Answers in people's own words are counted, and kept nowhere."""
    texts = [i for i in match.instrument.items if i.role == "free_text" or (i.scale and match.instrument.scale_of(i).kind == "text")]
    written = {i.code: int(table.rows[match.columns[i.code]].str.strip_chars().fill_null("").ne("").sum()) for i in texts if i.code in match.columns}
    return [Note("info", f"Question {code}: {n} answers in words. They were counted and are kept nowhere.", "Nothing is needed.") for code, n in written.items()]


def _numbering_notes(table: RawTable, match: Match) -> list[Note]:
    found = numbered_otherwise(table, match)
    what = f"The file numbers the answers of {', '.join(found[:MOST_NAMED])}{' and others' if len(found) > MOST_NAMED else ''} otherwise than the questionnaire; its own labels were followed."
    return [Note("warning", what, "Look whether they are right; if so, nothing is needed.")] if found else []


def _column_notes(match: Match, personal_columns: dict[str, str]) -> list[Note]:
    notes = []
    for heading in match.unknown:
        if heading.casefold() in TOOL_COLUMNS or heading in personal_columns:
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
