"""Every language of the pages is whole, and one that is not is told what it lacks."""

import re

import pytest
import yaml

from pipeline.errors import StageError
from pipeline.report import languages as tongues
from pipeline.report import wording
from pipeline.report.languages import faults, languages, plural_forms, separators, slots

ENGLISH = {
    "language_name": "English",
    "plain": "{a} and {b}",
    "rows": {"by": "n", "one": "{n} row in {place}", "other": "{n} rows in {place}"},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of languages of its own, English in it."""
    for module in (wording, tongues):
        monkeypatch.setattr(module, "LOCALES", tmp_path)

    def write(language: str, **texts):
        (tmp_path / language).mkdir(exist_ok=True)
        (tmp_path / language / "language.yaml").write_text(yaml.safe_dump(texts, allow_unicode=True), encoding="utf-8")

    write("en", **ENGLISH)
    return write


def russian(**more) -> dict:
    forms = dict.fromkeys(("one", "few", "many", "other"), "{n} строк в {place}")
    return {"language_name": "русский", "plain": "{b} и {a}", "rows": {"by": "n"} | forms} | more


def test_the_languages_of_the_pages_are_whole():
    assert languages() == ("en", "ar", "es", "fr", "pt", "ru", "uk")


def test_words_may_stand_in_another_order(folder):
    folder("ru", **russian())
    assert list(faults("ru")) == []
    assert languages() == ("en", "ru")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"plain": None}, "plain is missing; translate '{a} and {b}'"),
        ({"other": "x"}, "other is no key of en"),
        ({"plain": "{a}"}, "plain has the slots a, not a, b"),
        ({"rows": "{n} строк в {place}"}, "rows must be a mapping of plural forms"),
        ({"rows": {"by": "n", "one": "{n} в {place}", "other": "{n} в {place}"}}, "rows lacks the plural forms few, many"),
        ({"rows": russian()["rows"] | {"few": "{n} строки"}}, "rows has in the form few the slots n, not n, place"),
        ({"rows": russian()["rows"] | {"by": "place"}}, "rows must hang on n"),
    ],
)
def test_what_a_language_lacks_is_named_and_no_page_is_made(folder, wrong, message):
    folder("ru", **{k: v for k, v in russian(**wrong).items() if v is not None})
    with pytest.raises(StageError, match=re.escape(f"/ru: {message}")):
        languages()


def test_a_single_thing_may_do_without_its_number(folder):
    folder("ru", **russian(rows=russian()["rows"] | {"one": "одна строка в {place}"}))
    assert list(faults("ru")) == []


def test_a_folder_without_a_name_is_no_language_yet(folder, tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "drivers.yaml").write_text("plain: x\n", encoding="utf-8")
    assert languages() == ("en",)


def test_plural_forms_and_separators_are_the_language_s():
    assert plural_forms("ar") == {"zero", "one", "two", "few", "many", "other"}
    assert plural_forms("uk") == {"one", "few", "many", "other"}
    assert separators("de") == ",."
    assert slots({"by": "n", "one": "{n} {x}", "other": "{y}"}) == {"n", "x", "y"}
