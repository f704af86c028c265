"""What an instrument may say of indirect questions, and what it is told when it is wrong."""

import pytest
from pydantic import ValidationError

from pipeline.bridging import links
from pipeline.instrument import Instrument
from tests.estimate.indirect_worlds import DIE, FORCED, LIST, UNRELATED, WARNER, instrument


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (LIST | {"treatment": "SHORT"}, "control and treatment are both SHORT"),
        (LIST | {"treatment": "MISSING"}, "'MISSING' is no question of this instrument"),
        (LIST | {"treatment": "G"}, "'G' is no question of this instrument"),
        (LIST | {"innocuous": 2}, "control SHORT has the answer '3'; its list allows the counts 0 to 2"),
        (LIST | {"code": "Q"}, "its code is taken already"),
        (WARNER | {"p": 0.5}, "the answers say nothing"),
        (WARNER | {"forced_yes": 0.1}, "design warner has no forced_yes"),
        (DIE | {"design": "forced", "p": 0.5}, "design forced needs forced_yes"),
        (FORCED | {"forced_yes": 0.5}, "more than 1"),
        (UNRELATED | {"unrelated_share": None}, "design unrelated needs unrelated_share"),
        (WARNER | {"yes": ["maybe"]}, "'maybe', which is no answer to DIE"),
        (WARNER | {"yes": ["yes", "no"]}, "every answer to DIE is a yes"),
        (WARNER | {"p": 0}, "greater than 0"),
    ],
)
def test_a_faulty_question_is_named_with_what_is_wrong(question, message):
    with pytest.raises(ValidationError, match=message):
        instrument(question)


def test_two_questions_cannot_share_their_answers():
    with pytest.raises(ValidationError, match="DIE belongs to another indirect question"):
        instrument(WARNER, FORCED | {"code": "OTHER"})


def test_answers_that_are_no_one_s_own_cannot_be_scored():
    document = instrument().model_dump()
    document["factors"] = [{"code": "F"}]
    document["items"][2]["factor"] = "F"
    document["indirect"] = [WARNER]
    with pytest.raises(ValidationError, match="DIE is part of factor F"):
        Instrument.model_validate(document)


def renamed(*questions, **more) -> Instrument:
    return Instrument.model_validate(instrument(*questions).model_dump() | {"instrument": "later"} | more)


@pytest.mark.parametrize(
    ("later", "bridge"),
    [
        (WARNER | {"code": "NEW"}, ("same", ())),
        (WARNER | {"p": 0.8}, ("not_comparable", ("scale",))),
        (WARNER | {"text": {"en": "Another statement"}}, ("not_comparable", ("wording",))),
    ],
)
def test_a_rate_goes_on_in_a_later_version_only_if_it_was_asked_alike(later, bridge):
    found = [x for x in links(renamed(later), instrument(WARNER | {"text": {"en": "A statement"}} if "text" in later else WARNER)) if x.kind == "rate"]
    assert [(x.code, x.other) for x in found] == [(later["code"], "RANDOM")]
    assert (found[0].bridge, found[0].reason) == bridge


def test_a_list_and_a_die_are_not_set_side_by_side():
    assert [x for x in links(renamed(WARNER), instrument(LIST)) if x.kind == "rate"] == []
