"""Sentences and numbers: wording comes from reports/locales, numbers carry their cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup, escape

REPORTS = Path(__file__).resolve().parents[2] / "reports"


def _texts(folder: Path) -> dict[str, str]:
    """Everything a language's files say; a key stands in one of them alone."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        twice = sorted(set(found) & set(texts))
        if twice:
            raise ValueError(f"{path}: {twice[0]!r} stands in another file of this folder too")
        texts |= found
    return texts


class Wording:
    """Texts of one language; an unknown key is an error, not a blank."""

    def __init__(self, language: str):
        self.language = language
        self.texts = _texts(REPORTS / "locales" / language)

    def __call__(self, key: str, **values) -> Markup:
        text = self.texts[key]
        return (
            Markup(escape(text)).format(**{k: v if isinstance(v, Markup) else escape(v) for k, v in values.items()})
            if values
            else Markup(escape(text))
        )

    def number(self, value: float, decimals: int = 0) -> str:
        value = round(value, decimals) + 0.0  # no minus before a zero
        return format_decimal(value, format="0" if decimals == 0 else "0." + "0" * decimals, locale=self.language)

    def count(self, value: int) -> str:
        return format_decimal(value, locale=self.language)

    def date(self, day: date) -> str:
        return format_date(day, "medium", locale=self.language)

    def listed(self, words: list[str], final: bool = False) -> str:
        """Words as the language lists them; `final`: the last is joined by its "and"."""
        return format_list(words, style="standard" if final else "unit", locale=self.language)

    def name(self, code: str) -> str:
        """A population's or verdict's name; codes without one are shown with their underscores as spaces."""
        return self.texts.get(f"name_{code}", code.replace("_", " "))


def release_number(shown: str, key: str) -> Markup:
    """A number in a sentence with the key of the release's row that it comes from."""
    return Markup('<span class="number" data-key="{}">{}</span>').format(key, shown)


def cell_number(shown: str, cell: str) -> Markup:
    """A number in a sentence, tied to the table cell it comes from."""
    return Markup('<span data-cell="{}">{}</span>').format(cell, shown)
