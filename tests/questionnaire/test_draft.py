"""A draft has what the file says of its questions, and reads the file that it was made of."""

import pytest
import yaml

from pipeline.errors import ConfigurationError
from pipeline.ingest.match import code_answers, match_instrument, vocabulary
from pipeline.ingest.readers import read_export
from pipeline.instrument import Instrument
from pipeline.questionnaire.draft import draft
from tests.bad_inputs import packed
from tests.ingest import exports
from tests.ingest.survey import AGREE, OBSTACLES, respondents, text, word

FORM = {
    "survey": [
        ["type", "name", "label::English (en)", "label::French (fr)"],
        ["begin_group", "integrity", "Integrity", "Intégrité"],
        ["select_one agree", "Q01", "It is a priority", "C’est une priorité"],
        ["select_multiple why", "Q02", "Why?", "Pourquoi ?"],
        ["end_group", None, None, None],
        ["integer", "years", "Years of service", "Années de service"],
        ["text", "remarks", "Anything else?", "Autre chose ?"],
        ["note", "thanks", "Thank you", "Merci"],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)", "label::French (fr)"],
        ["agree", "1", "Yes", "Oui"],
        ["agree", "2", "No", "Non"],
        ["why", "law", "The law", "La loi"],
        ["why", "pay", "The pay", "Le salaire"],
    ],
}


def drafted(tmp_path, file: str, content: bytes) -> dict:
    path = tmp_path / file
    path.write_bytes(content)
    return yaml.safe_load(draft(path, "private_sector"))


def item(document: dict, code: str) -> dict:
    return next(i for i in document["items"] if i["code"] == code)


def test_a_form_s_questions_come_in_all_its_languages(tmp_path):
    found = drafted(tmp_path, "form.xlsx", exports.workbook(FORM))
    assert [i["code"] for i in found["items"]] == ["Q01", "Q02", "years", "remarks"]
    assert item(found, "Q01")["text"] == {"en": "It is a priority", "fr": "C’est une priorité"}
    assert found["factors"] == [{"code": "integrity", "title": {"en": "Integrity", "fr": "Intégrité"}}]
    assert item(found, "Q02")["factor"] == "integrity" and "factor" not in item(found, "years")
    scale = found["scales"][item(found, "Q02")["scale"]]
    assert scale["kind"] == "multiple" and scale["categories"][1] == {"code": "pay", "label": {"en": "The pay", "fr": "Le salaire"}}
    assert found["scales"][item(found, "years")["scale"]]["kind"] == "number" and item(found, "remarks")["role"] == "free_text"


def test_a_data_file_s_labels_are_taken_over(tmp_path):
    found = drafted(tmp_path, "e.sav", exports.statistical("write_sav", ".sav"))
    assert item(found, "Q01")["text"] == {"en": text("Q01")}
    scales = {item(found, code)["scale"] for code in ("Q01", "Q02", "Q03")}
    assert len(scales) == 1
    scale = found["scales"][scales.pop()]
    assert [(c["code"], c["label"]["en"]) for c in scale["categories"]] == [(c, word(c)) for c in AGREE if c != "9"]
    assert scale["missing"] == [{"code": "9", "label": {"en": word("9")}}]


def test_what_a_tool_adds_and_personal_data_are_no_questions(tmp_path):
    found = drafted(tmp_path, "e.csv", exports.delimited(exports.qualtrics(True)))
    assert {i["code"] for i in found["items"]} >= {"Q01", "Q02", "Q03", "GEN"}
    assert not {"StartDate", "Status", "IPAddress", "ResponseId", "RecipientEmail"} & {i["code"] for i in found["items"]}


@pytest.mark.parametrize("name", ["LimeSurvey, short answers, headings as code", "KoBoToolbox, choices as columns", "ODK Central"])
def test_choices_in_columns_of_their_own_are_one_question(tmp_path, name):
    found = drafted(tmp_path, *exports.everything()[name])
    scale = found["scales"][item(found, "OBST")["scale"]]
    assert scale["kind"] == "multiple" and [c["code"] for c in scale["categories"]] == list(OBSTACLES)


@pytest.mark.parametrize("name", ["LimeSurvey, short answers, headings as code", "KoBoToolbox, choices as columns", "SPSS", "Stata", "Qualtrics, codes", "EUSurvey, short names"])
def test_the_draft_reads_the_file_that_it_was_made_of(tmp_path, name):
    file, content = exports.everything()[name]
    instrument = Instrument.model_validate(drafted(tmp_path, file, content))
    table = read_export(tmp_path / file, vocabulary([instrument]))
    answers = code_answers(table, match_instrument(table, [instrument]))
    assert answers.height == 40
    for code in ("Q01", "Q02", "Q03"):
        assert [a is None for a in answers[code]] == [r[code] is None for r in respondents()]


def test_a_forged_workbook_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(packed.two_corners())
    with pytest.raises(ConfigurationError, match="17,179,869,184 cells"):
        draft(path)


@pytest.mark.parametrize(("content", "says"), [(None, "no such file"), (b"", "empty"), (b"submitdate,ipaddr\n2024-01-01,10.0.0.1\n", "no question was found")])
def test_what_can_not_be_drafted_is_said(tmp_path, content, says):
    path = tmp_path / "e.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says):
        draft(path)
