"""Texts that hang on a number take its plural form in their language."""

import string
from decimal import Decimal

import pytest
from babel import Locale

from pipeline.report.wording import REPORTS, Wording, cell_number, release_number

LANGUAGES = sorted(folder.name for folder in (REPORTS / "locales").iterdir())
CATEGORIES = {"zero", "one", "two", "few", "many", "other"}


def worded(language: str, **texts) -> Wording:
    t = Wording("en")
    t.language, t.texts = language, texts
    return t


def rows(t: Wording, n: int) -> str:
    return str(t("rows", n=t.count(n)))


def test_english_has_two_forms():
    t = Wording("en")
    assert t("counts_submissions", n=t.count(1)) == "1 submission"
    assert t("counts_submissions", n=t.count(0)) == "0 submissions"
    assert t("counts_submissions", n=t.count(1234)) == "1,234 submissions"
    assert t("counts_set_aside", n=t.count(1)) == "1 row was set aside"


def test_russian_has_three_and_arabic_six():
    russian = {"by": "n", "one": "{n} строка", "few": "{n} строки", "many": "{n} строк", "other": "{n} строки"}
    t = worded("ru", rows=russian)
    assert [rows(t, n) for n in (1, 2, 5, 11, 21)] == ["1 строка", "2 строки", "5 строк", "11 строк", "21 строка"]
    arabic = worded("ar", rows={"by": "n"} | {c: f"{c} {{n}}" for c in CATEGORIES})
    assert [rows(arabic, n).split()[0] for n in (0, 1, 2, 3, 11, 100)] == ["zero", "one", "two", "few", "many", "other"]


def test_words_are_listed_with_the_language_s_own_marks():
    for language, plain, whole in (("en", "a, b, c", "a, b, and c"), ("fr", "a, b, c", "a, b et c"), ("ru", "a, b, c", "a, b и c")):
        t = worded(language)
        assert (t.listed(["a", "b", "c"]), t.listed(["a", "b", "c"], final=True)) == (plain, whole)
    assert worded("ar").listed(["a", "b"]).count("b") == 1


def test_a_form_that_is_left_out_is_the_other_one():
    t = worded("ru", rows={"by": "n", "other": "строк: {n}"})
    assert rows(t, 1) == "строк: 1"


def test_a_number_counts_as_it_is_printed():
    t = worded("en", moves={"by": "x", "one": "{x} point", "other": "{x} points"})
    assert [str(t("moves", x=t.number(1, d))) for d in (0, 1)] == ["1 point", "1.0 points"]
    assert t.number(1.04, 1).number == Decimal("1.0")


def test_a_number_in_an_element_keeps_its_value():
    t = worded("en", moves={"by": "x", "one": "{x} point", "other": "{x} points"})
    for inside in (release_number, cell_number):
        assert str(t("moves", x=inside(t.count(1), "a/b"))).endswith(">1</span> point")
    assert t("moves", x=1) == "1 point"


def test_a_text_that_hangs_on_no_number_says_so():
    t = worded("en", moves={"by": "x", "one": "{x} point", "other": "{x} points"})
    with pytest.raises(TypeError, match="moves: x must be a number"):
        t("moves", x="1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_are_those_of_the_language_and_have_their_number(language):
    for key, forms in Wording(language).texts.items():
        if isinstance(forms, dict):
            assert "other" in forms and set(forms) - {"by"} <= CATEGORIES, key
            assert set(forms) - {"by", "other"} <= set(Locale.parse(language).plural_form.tags), key
            used = {field for form in forms.values() for _, field, _, _ in string.Formatter().parse(form) if field}
            assert forms["by"] in used, key
