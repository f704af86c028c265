"""Every language of the letters says everything, in all its plurals."""

import string

import pytest
from babel import Locale

from pipeline.letters.words import Words, languages

ENGLISH = Words("en").texts


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_letters_in_the_six_languages_and_ukrainian():
    assert {"ar", "en", "es", "fr", "pt", "ru", "uk"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_no_text_is_missing_or_left_in_english(language):
    texts = Words(language).texts
    assert set(texts) == set(ENGLISH)
    long = [k for k, v in ENGLISH.items() if isinstance(v, str) and len(v) > 20]
    assert len(long) > 60
    assert language == "en" or [k for k in long if texts[k] == ENGLISH[k]] == []


@pytest.mark.parametrize("language", languages())
def test_a_text_has_the_slots_of_the_english_in_each_plural_form(language):
    forms = {"by", "other", *Locale.parse(language).plural_form.tags}
    for key, text in Words(language).texts.items():
        english = ENGLISH[key]
        if isinstance(english, str):
            assert slots(text) == slots(english), key
            continue
        assert set(text) == forms, key
        assert {frozenset(slots(form)) for name, form in text.items() if name != "by"} == {frozenset(slots(english["other"]))}, key


def test_plurals_and_numbers_are_the_languages_own():
    assert "3 строки совпадают" in Words("ru")("identical", n=3) and "5 строк совпадают" in Words("ru")("identical", n=5)
    assert "3 صفوف" in Words("ar")("identical", n=3) and "11 صفاً" in Words("ar")("identical", n=11)
    assert Words("en").number(3283) == "3,283" and Words("fr").number(3283) == "3\u202f283"
    assert Words("fr").month("2025-03") == "mars 2025"


@pytest.mark.parametrize("language", languages())
def test_two_words_are_listed_once_each(language):
    listed = Words(language).listed(["Q01", "Q02", "Q03"][:2])
    assert listed.count("Q01") == listed.count("Q02") == 1


def test_one_and_two_are_told_as_fewer_than_three_and_none_as_none():
    t = Words("en")
    assert [t.people(n) for n in (0, 1, 2, 3)] == ["0", "fewer than 3", "fewer than 3", "3"]
    assert t.about_people("identical", 2).startswith("fewer than 3 rows")


def test_arabic_goes_from_right_to_left_and_signs_stay_on_the_left_of_their_number():
    t = Words("ar")
    assert t.direction == "rtl" and Words("en").direction == "ltr"
    assert t.signed(11) == "\u2066+11\u2069" and Words("en").signed(11) == "+11"
