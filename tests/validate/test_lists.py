"""Which rows of a list experiment are set aside."""

import polars as pl

from pipeline.ingest.submission import Submission
from pipeline.instrument import Instrument
from pipeline.validate.quarantine import validate
from tests.estimate.indirect_worlds import LIST, instrument
from tests.validate.test_quarantine import submission as any_submission


def reasons(questionnaire: Instrument, short: list, long: list) -> dict[int, str]:
    codes = [i.code for i in questionnaire.items]
    given = dict.fromkeys(codes, [None] * len(short)) | {"SHORT": short, "LONG": long}
    rows = pl.DataFrame({"row": range(2, len(short) + 2), **given}, {"row": pl.Int64} | dict.fromkeys(codes, pl.String))
    s = Submission(any_submission(Q1=["a"]).export, instrument=questionnaire, rows_in=len(short), answers=rows)
    return {f.row: f.reason for f in validate([s])}


def in_numbers() -> Instrument:
    document = instrument(LIST).model_dump()
    for name in ("short", "long"):
        document["scales"][name] |= {"kind": "number", "categories": []}
    return Instrument.model_validate(document)


def test_each_respondent_answers_one_list():
    found = reasons(instrument(LIST), ["1", "2", None, "3"], [None, "1", "4", None])
    assert list(found) == [3]
    assert "both lists of LISTED" in found[3]


def test_a_count_is_one_that_its_list_can_have():
    found = reasons(in_numbers(), ["3", "4", "1.5", "9", "0"], [None] * 5)  # 9 is "refused"
    assert list(found) == [3, 4]
    assert found[3] == "the list of LISTED (control) has 3 statements; a count is a whole number from 0 to that"
    assert reasons(in_numbers(), [None] * 3, ["4", "5", "0"]).keys() == {3}
