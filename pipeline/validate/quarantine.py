"""Applies the suites to the submissions in force and sets aside the rows that fail."""

from __future__ import annotations

from collections import Counter, defaultdict

import polars as pl

from pipeline.errors import StageError
from pipeline.ingest.submission import Note, Submission
from pipeline.validate.suite import Finding, check_answers

REFUSED_ABOVE = 0.5


def validate(submissions: list[Submission]) -> list[Finding]:
    """Check every submission that has answers; mark, quarantine or refuse it.

    Returns all findings. Rows in = rows accepted + rows quarantined holds for
    each submission afterwards, or StageError is raised.
    """
    usable = [s for s in submissions if s.answers is not None]
    findings: list[Finding] = []
    for instrument in {s.instrument.instrument: s.instrument for s in usable}.values():
        theirs = [s for s in usable if s.instrument is instrument]
        findings += check_answers(instrument, pl.concat([_keyed(s, instrument) for s in theirs]))
    findings += [f for s in usable for f in _blank_rows(s)]
    by_submission = defaultdict(list)
    for finding in findings:
        by_submission[finding.submission].append(finding)
    for submission in usable:
        _set_aside(submission, by_submission[submission.id])
    return findings


def _keyed(submission: Submission, instrument) -> pl.DataFrame:
    """Answers with the submission's id; `_repeat` marks the repeats of a respondent id from the second on."""
    respondent = instrument.design_item("respondent")
    keyed = submission.answers.with_columns(_submission=pl.lit(submission.id), _repeat=pl.lit(None, dtype=pl.String))
    if respondent:
        # the first is told apart from its repeats, so that it stays
        first = pl.col(respondent.code).is_first_distinct() | pl.col(respondent.code).is_null()
        keyed = keyed.with_columns(_repeat=pl.when(first).then(None).otherwise(pl.lit("repeat")))
    return keyed


def _blank_rows(submission: Submission) -> list[Finding]:
    questions = [i.code for i in submission.instrument.questions if i.role != "profile"]
    blank = submission.answers.filter(pl.all_horizontal(pl.col(questions).is_null()))
    return [Finding(submission.id, row, "", "", "no question was answered") for row in blank["row"]]


def _set_aside(submission: Submission, findings: list[Finding]) -> None:
    bad = sorted({f.row for f in findings})
    answers = submission.answers.filter(~pl.col("row").is_in(bad))
    if answers.height + len(bad) != submission.rows_in:
        raise StageError(
            f"{submission.export.name}: {submission.rows_in} rows in, {answers.height} accepted and {len(bad)} quarantined do not add up."
        )
    if len(bad) > REFUSED_ABOVE * submission.rows_in:
        (column, reason), _ = Counter((f.column, f.reason) for f in findings).most_common(1)[0]
        submission.refuse(
            f"{len(bad)} of {submission.rows_in} rows could not be used, most of them for column {column or 'all'}: {reason}.",
            "Check that the file follows the instrument's codes or labels, then hand it in again.",
        )
        return
    submission.rows_quarantined, submission.answers = len(bad), answers
    if bad and submission.state == "accepted":
        submission.state = "accepted_with_quarantine"
        submission.notes.insert(
            0,
            Note(
                "warning",
                f"{len(bad)} of {submission.rows_in} rows were set aside.",
                "The list below says which cells; mend them in the tool and export again.",
            ),
        )
