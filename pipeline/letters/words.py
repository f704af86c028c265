"""The words of a letter: one file a language in reports/receipts/locales, with the language's plurals and numbers."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cached_property, lru_cache

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from pipeline.code import PROJECT
from pipeline.yamlfile import read_yaml

LOCALES = PROJECT / "reports" / "receipts" / "locales"
FEW = 3  # a count from 1 to less than this is told as "fewer than"
ISOLATE, LEFT_TO_RIGHT, END = "\u2068", "\u2066", "\u2069"


def languages() -> list[str]:
    """The languages that there are letters in."""
    return sorted(path.stem for path in LOCALES.glob("*.yaml"))


@lru_cache
def _texts(language: str) -> dict[str, str | dict[str, str]]:
    return read_yaml(LOCALES / f"{language}.yaml")


class Words:
    """Texts of one language; an unknown key is an error, not a blank. Texts by number are as in report/wording.py."""

    def __init__(self, language: str):
        self.language = language
        self.locale = Locale.parse(language)
        self.texts = _texts(language)

    @cached_property
    def direction(self) -> str:
        return self.locale.text_direction

    def __call__(self, key: str, **values: str | int) -> str:
        """The text with its slots filled: whole numbers as the language writes them, other text as it stands."""
        text = self.texts[key]
        if isinstance(text, dict):
            text = text.get(self.locale.plural_form(values[text["by"]]), text["other"])
        return text.format(**{k: self.number(v) if isinstance(v, int) else self.apart(v) for k, v in values.items()})

    def number(self, value: float) -> str:
        return format_decimal(round(value), locale=self.locale)

    def signed(self, value: float) -> str:
        return self.figure(f"{'+' if round(value) > 0 else ''}{self.number(value)}")

    def figure(self, text: str) -> str:
        """A number with a sign, which stays on its left in Arabic too."""
        return f"{LEFT_TO_RIGHT}{text}{END}" if self.direction == "rtl" else text

    def percent(self, share: float) -> str:
        return format_percent(round(share, 2), locale=self.locale)

    def people(self, count: int) -> str:
        """So many rows or respondents; a few are not counted out."""
        return self("fewer", n=FEW) if 0 < count < FEW else self.number(count)

    def about_people(self, key: str, count: int) -> str:
        """A sentence about so many rows or respondents; KEY_few is the one for a few."""
        return self(f"{key}_few", few=self.people(count)) if count < FEW else self(key, n=count)

    def month(self, year_month: str) -> str:
        year, month = map(int, year_month.split("-"))
        return format_skeleton("yMMMM", date(year, month, 1), locale=self.locale)

    def language_name(self, code: str) -> str:
        return Locale.parse(code).get_display_name(self.locale) or code

    def listed(self, words: list[str]) -> str:
        # the style "unit" says the second of two twice in Arabic, and has no commas in Russian
        return format_list([self.apart(word) for word in words], style="standard", locale=self.locale)

    def apart(self, text: str) -> str:
        """Foreign text such as a heading or file name keeps its own direction, and leaves that of the sentence alone."""
        if ISOLATE in text:
            return text
        mixed = self.direction == "rtl" or any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
        return f"{ISOLATE}{text}{END}" if mixed else text
