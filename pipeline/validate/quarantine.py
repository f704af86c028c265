"""Applies the suites to the submissions in force and sets aside the rows that fail."""

from __future__ import annotations

from collections import Counter

import polars as pl

from pipeline.errors import StageError
from pipeline.indirect import ItemCount
from pipeline.ingest.submission import Note, Submission
from pipeline.instrument import label
from pipeline.validate.suite import Finding, Sound, by_submission, check_answers

REFUSED_ABOVE = 0.5
FEWEST_ALIKE = 10  # answers that two rows must share before it is worth a word


def validate(submissions: list[Submission], sound: dict[str, Sound] | None = None) -> list[Finding]:
    """Check every submission that has answers; mark, quarantine or refuse it.

    `sound`: by questionnaire the answers that were found right in submissions before these, which grow by those found now.

    Returns all findings. Rows in = rows accepted + rows quarantined holds for
    each submission afterwards, or StageError is raised.
    """
    usable = [s for s in submissions if s.answers is not None]
    findings: list[Finding] = []
    sound = {} if sound is None else sound
    for name, instrument in {s.instrument.instrument: s.instrument for s in usable}.items():
        theirs = [s for s in usable if s.instrument is instrument]
        findings += check_answers(instrument, pl.concat([_keyed(s, instrument) for s in theirs]), sound.setdefault(name, set()))
    for submission in usable:
        for rule in (_no_answers, _blank_rows, _impossible, _lists, _not_alone, _no_design):
            findings += rule(submission)
        _note_identical_rows(submission)
    of = by_submission(findings)
    for submission in usable:
        _set_aside(submission, of[submission.id])
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


NO_ANSWERS = {
    "preview": "answers given in the tool's preview, to try the questionnaire",
    "rejected": "rejected by those who reviewed the answers in the tool",
}


def _no_answers(submission: Submission) -> list[Finding]:
    """Rows that the survey tool itself marks as no respondent's."""
    return [Finding(submission.id, row, column, value, NO_ANSWERS[kind], kind) for row, column, value, kind in submission.set_aside]


def _blank_rows(submission: Submission) -> list[Finding]:
    """Rows without any answer. Who answered only about themselves stays: they are part of the sample."""
    asked = [i.code for i in submission.instrument.questions if i.role != "profile"]
    profile = [i.code for i in submission.instrument.questions if i.role == "profile"]
    silent = (
        submission.answers.filter(pl.all_horizontal(pl.col(asked).is_null())) if asked else submission.answers.clear()
    )
    blank = silent.filter(pl.all_horizontal(pl.col(profile).is_null())) if profile else silent
    if silent.height > blank.height:
        what = f"{silent.height - blank.height} respondents answered nothing but the questions about themselves."
        mend = "They count as not having answered. If they only opened the questionnaire, leave them out of the export."
        submission.notes.append(Note("warning", what, mend, "only_profile", silent.height - blank.height))
    return [Finding(submission.id, row, "", "", "no question was answered", "blank") for row in blank["row"]]


def _impossible(submission: Submission) -> list[Finding]:
    """Rows whose answers cannot stand together, by the instrument's own rules."""
    findings = []
    for rule in submission.instrument.impossible:
        together = pl.all_horizontal(pl.col(item).is_in(codes).fill_null(False) for item, codes in rule.answers.items())
        bad = submission.answers.filter(together)
        shown = label(rule.reason, "these answers cannot stand together")
        findings += [
            Finding(submission.id, row[0], " + ".join(rule.answers), " + ".join(row[1:]), shown, "impossible")
            for row in bad.select("row", *rule.answers).iter_rows()
        ]
    return findings


def _lists(submission: Submission) -> list[Finding]:
    """Rows of a list experiment with an answer to both lists, of which chance gives each respondent one, or with a count that no list has."""
    questions = [q for q in submission.instrument.indirect if isinstance(q, ItemCount)]
    return [f for q in questions for f in (*_both_lists(submission, q), *_impossible_counts(submission, q))]


def _both_lists(submission: Submission, question: ItemCount) -> list[Finding]:
    lists = list(question.arms.values())
    both = submission.answers.filter(pl.all_horizontal(pl.col(lists).is_not_null()))
    why = f"both lists of {question.code} were answered; each respondent gets one, and the other stays blank"
    return [
        Finding(submission.id, row[0], " + ".join(lists), " + ".join(row[1:]), why, "both_lists")
        for row in both.select("row", *lists).iter_rows()
    ]


def _impossible_counts(submission: Submission, question: ItemCount) -> list[Finding]:
    """Of lists that are answered with a number; categories are checked when the questionnaire is read."""
    instrument, findings = submission.instrument, []
    for arm, code in question.arms.items():
        scale = instrument.scale_of(next(i for i in instrument.items if i.code == code))
        known = [m.code for m in scale.missing] + [str(k) for k in range(question.most(arm) + 1)]
        bad = submission.answers.filter(pl.col(code).is_not_null(), ~pl.col(code).is_in(known))
        why = f"the list of {question.code} ({arm}) has {question.most(arm)} statements; a count is a whole number from 0 to that"
        findings += [Finding(submission.id, row, code, answer, why, "list_count") for row, answer in bad.select("row", code).iter_rows()]
    return findings


def _not_alone(submission: Submission) -> list[Finding]:
    """Rows with an exclusive answer ("none of these") beside another."""
    findings = []
    for item in submission.instrument.coded_items("multiple"):
        alone = [c.code for c in submission.instrument.scale_of(item).categories if c.exclusive]
        several = submission.answers.filter(pl.col(item.code).str.contains("|", literal=True))
        bad = several.filter(pl.col(item.code).str.split("|").list.set_intersection(alone).list.len() > 0)
        findings += [
            Finding(submission.id, row, item.code, answer, "an answer that excludes all others stands beside another", "exclusive")
            for row, answer in bad.select("row", item.code).iter_rows()
        ]
    return findings


def _no_design(submission: Submission) -> list[Finding]:
    """Rows without a weight, stratum or sampling unit in a file that has such a column."""
    findings = []
    for role in ("weight", "stratum", "psu"):
        item = submission.instrument.design_item(role)
        column = submission.answers[item.code] if item else None
        if column is not None and column.null_count() < column.len():
            blank = submission.answers.filter(pl.col(item.code).is_null())["row"]
            findings += [Finding(submission.id, row, item.code, "", f"the {role} is missing", "design") for row in blank]
    return findings


def _note_identical_rows(submission: Submission) -> None:
    """Rows alike in every answer: perhaps entered twice. They count, for people may agree."""
    questions = [i.code for i in submission.instrument.questions]
    if len(questions) < FEWEST_ALIKE:
        return
    filled = submission.answers.filter(pl.sum_horizontal(pl.col(questions).is_not_null()) >= FEWEST_ALIKE)
    alike = filled.select(questions).is_duplicated().sum()
    if alike:
        what = f"{alike} rows are like another in every answer."
        mend = "Look whether answers were entered or exported twice."
        submission.notes.append(Note("warning", what, mend, "identical", int(alike)))


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
            "rows",
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
