"""Sentences and numbers: wording comes from reports/locales, numbers carry their cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import yaml
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup, escape

REPORTS = Path(__file__).resolve().parents[2] / "reports"
LOCALES = REPORTS / "locales"


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where there is one, takes a tenth of the time
LOCKED = ("finding_", "headline_")  # sentences whose numbers must say where they come from


class Shown(str):
    """A number as it is printed that still knows its value, for the plural forms of the words around it."""

    number: Decimal


class ShownMarkup(Markup):
    """The same inside an element."""

    number: Decimal | None


def _texts(folder: Path) -> dict[str, str | dict[str, str]]:
    """Everything a language's files say; a key stands in one of them alone."""
    texts: dict[str, str | dict[str, str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        twice = sorted(set(found) & set(texts))
        if twice:
            raise ValueError(f"{path}: {twice[0]!r} stands in another file of this folder too")
        texts |= found
    return texts


class Wording:
    """Texts of one language; an unknown key is an error, not a blank.

    A text that hangs on a number is a mapping: `by` names the slot of the number, the other keys are the
    language's plural categories by CLDR (zero, one, two, few, many, other); `other` stands for those left out.
    """

    def __init__(self, language: str):
        self.language = language
        self.texts = _texts(LOCALES / language)
        self._plain: dict[str, Markup] = {}  # what was asked for without values, as it is printed

    def __call__(self, key: str, **values) -> Markup:
        if not values and key in self._plain:
            return self._plain[key]
        text = self.texts[key]
        if key.startswith(LOCKED):
            _locked(key, values)
        if isinstance(text, dict):
            text = self._form(key, text, values)
        if not values:
            return self._plain.setdefault(key, Markup(escape(text)))
        return _filled(text, values)

    def _form(self, key: str, forms: dict[str, str], values: dict) -> str:
        """The text in the plural category of its number, which counts as it is printed: 1.0 is not 1."""
        number = getattr(values.get(forms["by"]), "number", values.get(forms["by"]))
        if not isinstance(number, int | float | Decimal):
            raise TypeError(f"{key}: {forms['by']} must be a number, or one that Wording.count or number made")
        return forms.get(_locale(self.language).plural_form(abs(number)), forms["other"])

    def number(self, value: float, decimals: int = 0) -> Shown:
        value = round(value, decimals) + 0.0  # no minus before a zero
        return _number(value, decimals, self.language)

    def count(self, value: int) -> Shown:
        return _count(value, self.language)

    def date(self, day: date) -> str:
        return format_date(day, "medium", locale=self.language)

    def listed(self, words: list[str], final: bool = False) -> str:
        """Words as the language lists them; `final`: the last is joined by its "and"."""
        if final:
            return format_list(words, locale=self.language)
        start = format_list(["0", "1", "2"], locale=self.language)  # of three, the first two are joined by the plain mark
        return start[1 : start.index("1")].join(words)

    def name(self, code: str) -> str:
        """A population's or verdict's name; codes without one are shown with their underscores as spaces."""
        return self.texts.get(f"name_{code}", code.replace("_", " "))


@lru_cache
def worded(language: str) -> Wording:
    """The texts of a language, which are read once."""
    return Wording(language)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _filled(text: str, values: dict) -> Markup:
    """The text with all values in it, escaped. As they are, str's own `format` is safe; Markup's takes three times as long."""
    safe = {slot: v if isinstance(v, Markup) else escape(v) for slot, v in values.items()}
    return Markup(str.format(escape(text), **safe))


def _locked(key: str, values: dict) -> None:
    """Raises ValueError for a number without the cell or row that it comes from: a text can then not say one that no table has."""
    for slot, value in values.items():
        if isinstance(value, int | float | Shown):  # text is a name: a group may be called "2"
            raise ValueError(f"{key}: {slot} is the number {value} and names no cell; make it by cell_number or release_number")


@lru_cache(maxsize=100_000)
def _number(value: float, decimals: int, language: str) -> Shown:
    text = format_decimal(value, format="0" if decimals == 0 else "0." + "0" * decimals, locale=language)
    return _shown(text, Decimal(f"{value:.{decimals}f}"))


@lru_cache(maxsize=100_000)
def _count(value: int, language: str) -> Shown:
    return _shown(format_decimal(value, locale=language), Decimal(str(value)))


def release_number(shown: str, key: str) -> ShownMarkup:
    """A number in a sentence with the key of the release's row that it comes from."""
    return _inside('<span class="number" data-key="{}">{}</span>', key, shown)


def cell_number(shown: str, cell: str) -> ShownMarkup:
    """A number in a sentence, tied to the table cell it comes from."""
    return _inside('<span data-cell="{}">{}</span>', cell, shown)


def _shown(text: str, number: Decimal) -> Shown:
    shown = Shown(text)
    shown.number = number
    return shown


def _inside(element: str, place: str, shown: str) -> ShownMarkup:
    whole = ShownMarkup(element.format(escape(place), escape(shown)))
    whole.number = getattr(shown, "number", None)
    return whole
