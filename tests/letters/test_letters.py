"""What a letter tells its reader."""

import html
import re

import pytest

from pipeline.letters.case import spans
from pipeline.letters.compose import compose
from pipeline.letters.language import letter_language
from pipeline.letters.mending import masked
from pipeline.letters.render import as_html, as_text
from pipeline.letters.words import Words
from pipeline.workspace import Rules
from tests.letters.worlds import QUESTIONS, answers, checked, export, frame, instrument, letter, pages, workspace

NOW, THEN = instrument("now"), instrument("then")


@pytest.fixture
def space(tmp_path):
    return workspace(tmp_path, [NOW])


def test_a_good_file_is_understood_and_needs_nothing(space, tmp_path):
    text = letter(space, export(tmp_path, answers(40)))
    assert "Accepted. Nothing is needed from you." in text
    for fact in ("Format: CSV, separated by commas, utf-8", "Questions found: 11 of 11", "Rows in the file: 40"):
        assert fact in text
    assert "Recognised by their code: Q01–Q10 and G." in text
    assert "Everything was understood" in text and "This content was not handed in before." in text


def test_the_month_of_the_answers_is_told_and_the_day_is_not(space, tmp_path):
    days = {i: f"2024-0{3 + i % 2}-1{i % 9} 10:00" for i in range(40)} | {39: "2024-11-30 10:00"}
    text = letter(space, export(tmp_path, answers(40, submitdate=days)))
    assert "Answers given: March 2024 – April 2024" in text, "the month of one answer alone is not told"
    assert "2024-0" not in text


def test_dates_that_a_tool_writes_for_anonymous_answers_are_none(space, tmp_path):
    assert "Answers given: not recorded" in letter(space, export(tmp_path, answers(40, submitdate="1980-01-01 00:00:00")))


def test_columns_that_are_left_out_come_with_a_remedy(space, tmp_path):
    rows = [{("Q 01" if k == "Q01" else k): v for k, v in row.items()} | {"Remarks": "x", "token": "y", "seed": "7"} for row in answers(40)]
    text = letter(space, export(tmp_path, rows))
    assert "- Q 01 | How to mend it: If it is question Q01, name the column Q01" in text
    assert "- Remarks | How to mend it: Nothing is needed" in text and "seed" not in text
    assert "- token | How to mend it: Personal data: kept nowhere" in text
    assert "Questions without a column: Q01." in text


def test_answers_that_are_none_are_counted_by_question_and_rows_by_reason(space, tmp_path):
    rows = answers(60, Q05=dict.fromkeys(range(7), "perhaps"), Q06=dict.fromkeys(range(7, 12), "maybe"))
    text = letter(space, export(tmp_path, rows))
    assert "- Q05 | Rows: 7" in text and "- Q06 | Rows: 5" in text
    assert "- An answer is none of the question's codes or labels | Rows: 12;" in text
    assert "perhaps" not in text and "maybe" not in text


def test_few_rows_are_masked_and_cannot_be_had_by_subtraction(space, tmp_path):
    rows = answers(60, Q05=dict.fromkeys(range(2), "perhaps"))
    text = letter(space, export(tmp_path, rows))
    assert "Respondents that can be used: all but fewer than 3" in text and "Rows set aside: fewer than 3" in text
    assert "- Q05 | Rows: fewer than 3" in text
    assert not re.search(r"\b58\b", text), "the rest would give the two away"


def test_beside_a_few_the_smallest_other_count_is_not_told_either():
    t = Words("en")
    told = masked({"a": 20, "b": 7, "c": 2}, t)
    assert told == {"a": "20", "b": t("untold"), "c": "fewer than 3"}
    assert masked({"a": 20, "b": 7}, t) == {"a": "20", "b": "7"}


def test_a_refused_file_is_told_why_and_how_to_mend_it_and_its_headings_may_be_answers(space, tmp_path):
    rows = [dict(zip(("somebody", "else", "entirely"), ("1", "2", "3"), strict=True))] * 5
    text = letter(space, export(tmp_path, rows))
    assert "Refused. Nothing of this file was used." in text and "Fewer than half of the questions" in text
    assert "somebody" not in text and "Mend the file as above" in text


def test_a_file_refused_for_its_rows_still_says_what_is_wrong_with_them(space, tmp_path):
    text = letter(space, export(tmp_path, answers(40, Q05="perhaps")))
    assert "More than half of the rows could not be used." in text and "- Q05 | Rows: 40" in text


@pytest.mark.parametrize(("content", "words"), [("", "no row of answers"), ("Q01,Q02\n", "no row of answers"), ('Q01,Q02\n"1,2\n', "no well-formed table")])
def test_each_way_to_be_refused_has_its_words(space, tmp_path, content, words):
    handed = export(tmp_path, answers(1))
    handed.path.write_text(content, encoding="utf-8")
    assert words in letter(space, handed)


def test_planned_and_achieved_stand_beside_the_population(tmp_path):
    frames = frame(("planned", "", 50), ("total", "", 200), ("G", "a", 60), ("G", "b", 140))
    text = letter(workspace(tmp_path, [NOW], frames), export(tmp_path, answers(40)))
    for fact in ("Answers planned: 50", "Response rate: 80%", "People in the population: 200", "Share of the population: 20%"):
        assert fact in text
    assert "- Grade a | Respondents: 50%; Population: 30%; Difference, in percentage points: +20" in text


def test_groups_under_the_minimum_and_what_would_give_them_away_are_not_told(tmp_path):
    frames = frame(("planned", "a", 30), ("planned", "b", 30), ("planned", "c", 30), ("G", "a", 100), ("G", "b", 100), ("G", "c", 100))
    rows = answers(60, grades="aabab") + answers(4, grades="c")
    for i, row in enumerate(rows):
        row["respondent"] = str(i)
    text = letter(workspace(tmp_path, [NOW], frames), export(tmp_path, rows))
    assert "- Grade c | Respondents: –; Population: 33%" in text and "- Grade b | Respondents: –" in text
    assert "- Grade a | Respondents: 56%" in text and "fewer than 10 respondents" in text
    assert "- Grade a | Planned: 30; Achieved: 36; Response rate: 120%" in text and "- Grade c | Planned: 30; Achieved: –" in text


def test_a_frame_that_cannot_be_used_does_not_stop_the_letter(tmp_path):
    text = letter(workspace(tmp_path, [NOW], frame(("shoe size", "40", 1))), export(tmp_path, answers(40)))
    assert "can't be used yet" in text and "Answers that can be used: 40" in text


def test_questions_are_set_beside_the_earlier_wave_by_what_changed(tmp_path):
    other_words = {"en": "Quite another question", "fr": "Toute autre question"}
    now = instrument("now", {"Q02": {"text": other_words}, "Q03": {"scale": "two"}}, added=("Q11",))
    then = instrument("then", dropped=("Q04",))
    space = workspace(tmp_path, [now, then])
    early = export(tmp_path, [{k: v for k, v in r.items() if k != "Q04"} for r in answers(40)], "2021")
    late = export(tmp_path, answers(41, Q11="3", Q03="1"), "2024")
    text = letter(space, early, late)
    assert "- 2021 | Questionnaire: then; Alike: 8; By a stated rule: 0; Not comparable: 2; Not asked then: 2; Asked only then: 0" in text
    assert "because the wording changed: Q02." in text and "because the answers to choose from changed: Q03." in text
    assert "Not asked then, or not in that file: Q04 and Q11." in text
    assert "Key factors and indices comparable as a whole: 0 of 1; over the questions that both waves asked: 1." in text.replace("\n", " ")


def test_without_an_earlier_wave_the_letter_says_so_and_a_later_one_is_none(space, tmp_path):
    first, later = export(tmp_path, answers(40), "2024"), export(tmp_path, answers(41), "2025")
    texts = [as_text(compose(case, "en")) for case in checked(space, first, later)[1]]
    assert "There is no earlier wave" in texts[0] and "- 2024 | Questionnaire: now; Alike: 11" in texts[1]


def test_small_groups_are_counted_and_never_sized(tmp_path):
    rows = answers(40) + answers(7, grades="c")
    for i, row in enumerate(rows):
        row["respondent"] = str(i)
    text = letter(workspace(tmp_path, [NOW]), export(tmp_path, rows))
    assert "- G Grade | Groups in all: 3; Too small: 1" in text
    assert not re.search(r"\b7\b", text.split("What will be hidden")[1])


def test_questions_that_too_few_answered_are_named(space, tmp_path):
    rows = answers(60, Q07=dict.fromkeys(range(4, 60), "9"), Q08=dict.fromkeys(range(0, 50, 2), "9"))
    preview = letter(space, export(tmp_path, rows)).split("What will be hidden")[1]
    assert "Hidden for everybody, because too few answered: Q07." in preview
    assert "Hidden in some groups, because too few answered there: Q08." in preview


def test_a_sample_under_the_minimum_is_hidden_as_a_whole_unless_nothing_is(tmp_path):
    handed = export(tmp_path, answers(11))
    assert "Everything: fewer than 12 respondents" in letter(workspace(tmp_path, [NOW]), handed)
    off = workspace(tmp_path, [NOW], rules=Rules(minimum_respondents=1))
    assert "Suppression is switched off" in letter(off, handed)


def test_careless_answers_are_counted_and_a_few_are_a_few(space, tmp_path):
    alike = {q: dict.fromkeys(range(6), "2") for q in QUESTIONS}
    took = dict.fromkeys(range(40), "300") | {0: "10", 1: "10"}
    text = letter(space, export(tmp_path, answers(40, duration=took, **alike)))
    assert "one and the same answer to 8 questions or more of one kind: 6 (15%)" in text
    assert "less than a third of the usual time: fewer than 3" in text
    assert "6 rows are like another in every answer." in text


def test_the_same_content_elsewhere_and_the_file_that_is_replaced_are_named(space, tmp_path):
    old, new = export(tmp_path, answers(40)), export(tmp_path, answers(41), name="staff-2.csv")
    twin = export(tmp_path, answers(41), "2025")
    cases = {c.submission.export.name: as_text(compose(c, "en")) for c in checked(space, old, new, twin)[1]}
    assert "Replaced by a later file." in cases["AAA/2024/staff.csv"] and "AAA/2024/staff-2.csv" in cases["AAA/2024/staff.csv"]
    assert "It takes the place of AAA/2024/staff.csv." in cases["AAA/2024/staff-2.csv"]
    assert "handed in for another place too: AAA/2025/staff.csv." in cases["AAA/2024/staff-2.csv"]


def test_the_language_is_that_asked_for_else_the_members_else_the_files_else_english(tmp_path):
    said = {str(i + 1): word for i, word in enumerate(("Non", "Plutôt", "Oui"))}
    french = [{k: said.get(v, v) if k in QUESTIONS else v for k, v in r.items()} for r in answers(40)]
    space = workspace(tmp_path, [NOW])
    (in_french,), _ = checked(space, export(tmp_path, french))
    (in_codes,), _ = checked(space, export(tmp_path, answers(40), "2025"))
    assert letter_language(in_french, space) == ("fr", False)
    assert letter_language(in_codes, space) == ("en", True), "and says that it had to guess"
    assert letter_language(in_french, space, "es") == ("es", False)
    assert letter_language(in_codes, workspace(tmp_path, [NOW], language="ru")) == ("ru", False)
    assert letter_language(in_codes, workspace(tmp_path, [NOW], language="tlh")) == ("en", True)


def test_an_arabic_letter_goes_from_right_to_left_and_foreign_words_keep_their_own_direction(space, tmp_path):
    case = checked(space, export(tmp_path, answers(40)))[1][0]
    made = compose(case, "ar")
    assert '<html lang="ar" dir="rtl">' in as_html(made)
    assert "\u2068AAA/2024/staff.csv\u2069" in as_text(made)


@pytest.mark.parametrize("language", ("ar", "es", "fr", "pt", "ru", "uk"))
def test_a_letter_in_another_language_has_no_english_sentence(tmp_path, language):
    frames = frame(("planned", "", 50), ("G", "a", 60), ("G", "b", 140))
    rows = answers(40, Q05=dict.fromkeys(range(5), "perhaps"))
    english = letter(workspace(tmp_path, [NOW], frames), export(tmp_path, rows))
    other = letter(workspace(tmp_path, [NOW], frames), export(tmp_path, rows), language=language)
    shared = {line for line in english.split("\n") if len(line) > 25 and not line.startswith("-")} & set(other.split("\n"))
    assert shared == set()


def test_both_forms_say_the_same_numbers(space, tmp_path):
    case = checked(space, export(tmp_path, answers(60, Q05=dict.fromkeys(range(7), "perhaps"))))[1][0]
    made = compose(case, "en")
    shown = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", as_html(made), flags=re.S))
    both = [set(re.findall(r"(?<![\w.])\d+%?", text)) for text in (shown, as_text(made))]
    assert both[0] == both[1] and len(both[0]) > 10


def test_codes_in_a_row_are_told_as_a_span():
    assert spans(["Q3", "Q1", "Q2", "Q5"], ["Q1", "Q2", "Q3", "Q4", "Q5"]) == ["Q1–Q3", "Q5"]
    assert spans(["Q1", "Q2", "G"], ["Q1", "Q2", "G"]) == ["Q1", "Q2", "G"]


def test_the_page_needs_nothing_from_elsewhere(space, tmp_path):
    page = pages(space, export(tmp_path, answers(40)))
    assert "://" not in page and "src=" not in page and "<script" not in page and "size:A4" in page
