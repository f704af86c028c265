"""What a questionnaire lacks is said with its line."""

import pytest

from pipeline.code import PROJECT
from pipeline.errors import ConfigurationError
from pipeline.questionnaire.check import check

GOOD = """instrument: trade-2024
population: private_sector
title: {en: Trade}
scales:
  agree:
    kind: likert
    categories:
      - {code: 1, score: 0, label: {en: 'No'}}
      - {code: 2, score: 100, label: {en: 'Yes'}}
    missing: [{code: 9, label: {en: Don't know}}]
    favourable: [2]
    unfavourable: [1]
factors:
  - {code: F01, title: {en: Clarity}}
items:
  - {code: Q01, scale: agree, factor: F01, polarity: positive, concept: clear, text: {en: Clear}}
  - {code: Q02, scale: agree, factor: F01, polarity: negative, text: {en: Slow}}
"""


def lacks(tmp_path, text: str) -> list[tuple[int, str]]:
    path = tmp_path / "trade.yaml"
    path.write_text(text, encoding="utf-8")
    return check(path, tmp_path / "surveys")


def test_nothing_is_missing_in_a_whole_one(tmp_path):
    assert lacks(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{code: 1, score: 0,", "{code: 1,", 8, "answer 1 has no score"),
        ("    favourable: [2]\n", "", 5, "no favourable answers"),
        ("    unfavourable: [1]\n", "", 5, "no unfavourable answers"),
        ("    missing: [{code: 9, label: {en: Don't know}}]\n", "", 5, "no answer is declared missing"),
        (" factor: F01, polarity: negative,", " polarity: negative,", 17, "Q02: no factor"),
        ("polarity: negative,", "polarity: negative, role: experience,", 17, "Q02: not said whether the answer is sensitive"),
        (", text: {en: Slow}", "", 17, "Q02: no wording"),
        ("text: {en: Clear}", "text: {en: Clear, fr: Clair}", 17, "Q02: no wording in fr"),
        ("text: {en: Clear}", "text: {en: Clear, fr: Clair}", 9, "answer 2 has no label in fr"),
        ("population: private_sector", "population: FINISH", 2, "say who was asked"),
        ("scale: agree, factor: F01, polarity: negative", "scale: agre, factor: F01, polarity: negative", 1, "scale 'agre' is not among the scales"),
        ("polarity: negative", "polarity: down", 17, "must be one of"),
        ("polarity: negative", "polarty: negative", 17, "did you mean 'polarity'"),
    ],
)
def test_what_is_missing_has_its_line(tmp_path, old, new, line, says):
    assert old in GOOD
    found = lacks(tmp_path, GOOD.replace(old, new))
    assert any(where == line and says in what for where, what in found), found


def test_that_nobody_thought_of_polarity_is_said_once(tmp_path):
    found = lacks(tmp_path, GOOD.replace(" polarity: positive,", "").replace(" polarity: negative,", ""))
    assert [(line, what.split(":")[0]) for line, what in found] == [(15, "items")]


def test_concepts_are_held_against_other_versions(tmp_path):
    folder = tmp_path / "surveys" / "instruments"
    folder.mkdir(parents=True)
    (folder / "old.yaml").write_text(GOOD.replace("trade-2024", "trade-2021").replace("concept: clear", "concept: clarity"), encoding="utf-8")
    found = lacks(tmp_path, GOOD)
    assert found == [(16, "Q01: concept 'clear' is in no other version; check its spelling, or leave it if the question is new")]
    left_out = lacks(tmp_path, GOOD.replace(" concept: clear,", ""))
    assert left_out == [(16, "Q01: no concept; another version has 'clarity' under this code. Without it the two are not compared")]


def test_the_sample_s_questionnaires_are_whole_but_for_what_they_leave_out_on_purpose():
    for path in sorted((PROJECT / "surveys" / "instruments").glob("*.yaml")):
        assert not [what for _, what in check(path, PROJECT / "surveys") if "no score" in what or "no factor" in what or "favourable" in what]


def test_what_is_no_yaml_is_an_error_with_its_line(tmp_path):
    with pytest.raises(ConfigurationError, match="line 2"):
        lacks(tmp_path, "a: {b: 1\n")
