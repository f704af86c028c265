"""The same answers, as every tool exports them, are the same answers."""

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from pipeline.ingest.dialects import DIALECTS
from pipeline.ingest.match import code_answers, match_instrument, vocabulary
from pipeline.ingest.readers import read_export
from pipeline.ingest.submission import read_submission
from pipeline.validate.quarantine import validate
from pipeline.workspace import Export
from tests.ingest import exports
from tests.ingest.survey import instrument, respondents

EXPORTS = exports.everything()
TOOLS = {d.TOOL for d in DIALECTS if d.TOOL}


def answers_of(path):
    survey = instrument()
    table = read_export(path, vocabulary([survey]))
    match = match_instrument(table, [survey])
    return table, match, code_answers(table, match)


@pytest.mark.parametrize("name", EXPORTS)
def test_its_answers_are_understood(tmp_path, name):
    file, content = EXPORTS[name]
    (tmp_path / file).write_bytes(content)
    table, match, answers = answers_of(tmp_path / file)
    expected = pl.DataFrame(respondents()).select("Q01", "Q02", "Q03", "OBST", "GEN")
    assert match.lacking == [] and match.doubled == []
    assert answers.drop("row").rows() == expected.rows()
    tool = name.split(",")[0]
    assert table.tool == (tool if tool in TOOLS else "")


def changed(rows: list[list], row: int, heading: str, value) -> bytes:
    """An export with one cell of its first column of that name changed."""
    head = next(i for i, cells in enumerate(rows) if heading in cells)
    rows[row][rows[head].index(heading)] = value
    return exports.delimited(rows)


@pytest.mark.parametrize(
    ("rows", "heading", "value", "kind"),
    [
        (exports.qualtrics(True), "Status", "Survey Preview", "preview"),
        (exports.qualtrics(False), "DistributionChannel", "preview", "preview"),
        (exports.kobotoolbox("words"), "_validation_status", "validation_status_not_approved", "rejected"),
        (exports.odk_central(), "ReviewState", "rejected", "rejected"),
        (exports.surveycto(), "review_status", "REJECTED", "rejected"),
    ],
)
def test_rows_that_the_tool_marks_as_no_respondent_are_set_aside_with_a_reason(tmp_path, rows, heading, value, kind):
    path = tmp_path / "e.csv"
    path.write_bytes(changed(rows, 6, heading, value))
    submission = read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [instrument()])
    findings = validate([submission])
    assert [(f.row, f.kind) for f in findings] == [(7, kind)]
    assert (submission.rows_in, submission.rows_quarantined, submission.rows_accepted) == (40, 1, 39)


def test_a_file_s_own_label_wins_over_its_number(tmp_path):
    """Numbered from the other end, 1 is "Don't know" there and "Strongly disagree" here."""
    path = tmp_path / "e.sav"
    path.write_bytes(exports.statistical("write_sav", ".sav", recoded=True))
    table, _, answers = answers_of(path)
    first = table.rows["c0"].drop_nulls()[0]
    assert answers["Q01"].drop_nulls()[0] != first
    said = [n.what for n in read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [instrument()]).notes]
    assert any("numbers the answers of Q01, Q02, Q03 otherwise" in what for what in said)


def test_a_file_that_numbers_answers_as_the_questionnaire_does_is_not_warned_of(tmp_path):
    path = tmp_path / "e.sav"
    path.write_bytes(exports.statistical("write_sav", ".sav"))
    submission = read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [instrument()])
    assert not [n for n in submission.notes if "otherwise" in n.what]


def test_what_a_file_declares_as_no_answer_is_none(tmp_path):
    frame = pl.DataFrame({"Q01": [1.0, 77.0, 4.0], "Q02": [1.0, 2.0, 4.0], "Q03": [1.0, 2.0, 4.0], "GEN": ["male", "male", "male"]})
    pyreadstat.write_sav(frame, str(tmp_path / "e.sav"), missing_ranges={"Q01": [{"lo": 70, "hi": 79}]})
    assert answers_of(tmp_path / "e.sav")[2]["Q01"].to_list() == ["1", None, "4"]


def test_stata_s_letters_for_no_answer_are_none_or_the_answer_that_their_label_says(tmp_path):
    frame = pd.DataFrame({"Q01": [1.0, "a", 4.0], "Q02": [1.0, "b", 4.0], "Q03": [1.0, 2.0, 4.0], "GEN": ["male", "male", "male"]})
    labels = {"Q01": {"a": "Don't know"}}
    pyreadstat.write_dta(frame, str(tmp_path / "e.dta"), missing_user_values={"Q01": ["a"], "Q02": ["b"]}, variable_value_labels=labels)
    answers = answers_of(tmp_path / "e.dta")[2]
    assert answers["Q01"].to_list() == ["1", "9", "4"] and answers["Q02"].to_list() == ["1", None, "4"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("5 - Strongly agree", "5"),
        ("5. Strongly agree", "5"),
        ("strongly  AGREE ", "5"),
        ("٥", "5"),
        ("أوافـق بشدة", "5"),
        ("\u200fأوافق بشدة\u200f", "5"),
        ("Полностью согласен", "5"),
        ("Tout à fait d'accord", "5"),
        ("4 - Strongly agree", "4 - Strongly agree"),
        ("perhaps", "perhaps"),
    ],
)
def test_an_answer_is_its_code_or_label_or_both_where_they_agree(tmp_path, cell, code):
    path = tmp_path / "e.csv"
    path.write_bytes(exports.delimited([["Q01", "Q02", "Q03", "GEN"], [cell, "1", "1", "male"]]))
    assert answers_of(path)[2]["Q01"].to_list() == [code]


def test_without_its_rows_of_words_a_qualtrics_export_keeps_its_first_respondent(tmp_path):
    """Where questions are called 1, 2, 3 as their answers are, a row of answers looks like one of headings."""
    survey = instrument().model_copy(update={"items": tuple(i.model_copy(update={"code": str(k)}) for k, i in enumerate(instrument().items, 1))})
    head = ["StartDate", "RecordedDate", "ResponseId", "1", "2", "3", "5"]
    path = tmp_path / "e.csv"
    path.write_bytes(exports.delimited([head, ["2024-03-01 08:28:09", "2024-03-01 08:29:09", "R_1", "1", "2", "5", "male"], ["2024-03-01 08:28:09", "2024-03-01 08:29:09", "R_2", "2", "5", "4", "male"]]))
    table = read_export(path, vocabulary([survey]))
    assert (table.tool, table.rows.height) == ("Qualtrics", 2)


def test_other_and_not_asked_of_limesurvey_are_an_answer_and_none(tmp_path):
    rows = exports.limesurvey("short", "code")
    rows[1][6], rows[2][6] = "-oth-", "N/A"
    path = tmp_path / "e.csv"
    path.write_bytes(exports.delimited(rows))
    assert answers_of(path)[2]["Q01"].to_list()[:2] == ["other", None]


def test_questions_that_are_called_as_answers_are_do_not_make_a_row_of_answers_a_heading(tmp_path):
    survey = instrument().model_copy(update={"items": tuple(i.model_copy(update={"code": str(k)}) for k, i in enumerate(instrument().items, 1))})
    path = tmp_path / "e.csv"
    path.write_bytes(exports.delimited([["nr", "1", "2", "3", "GEN"], ["1", "4", "5", "2", "male"], ["2", "1", "2", "5", "female"]]))
    table = read_export(path, vocabulary([survey]))
    assert table.headings == ["nr", "1", "2", "3", "GEN"] and table.rows.height == 2


@pytest.mark.parametrize("status", ["IP Address", "0", "Imported", "Offline", "16"])
def test_answers_from_a_tablet_are_answers(tmp_path, status):
    path = tmp_path / "e.csv"
    path.write_bytes(changed(exports.qualtrics(True), 6, "Status", status))
    assert answers_of(path)[0].set_aside == []
