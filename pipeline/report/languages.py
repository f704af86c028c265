"""Which languages the pages come in: those whose folder has language.yaml, and then it must have every word."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from babel import Locale

from pipeline.errors import StageError
from pipeline.report.wording import LOCALES, LOCKED, Wording

FIRST = "en"  # whose words the others are held against, and whose pages have no language in their names
NAME = "language_name"


def known() -> list[str]:
    """The codes of all languages that the pages have."""
    return sorted(path.parent.name for path in LOCALES.glob("*/language.yaml"))


def languages(wanted: list[str] | None = None) -> tuple[str, ...]:
    """FIRST and then the others by their codes, those `wanted` or all. Raises StageError that lists what a language lacks."""
    found = [language for language in known() if wanted is None or language in {FIRST, *wanted}]
    wrong = [fault for language in found for fault in faults(language)]
    if wrong:
        raise StageError("The words of the pages are not whole in every language:\n" + "\n".join(f"- {f}" for f in wrong))
    return (FIRST, *(language for language in found if language != FIRST))


def is_right_to_left(language: str) -> bool:
    return Locale.parse(language).character_order == "right-to-left"


def separators(language: str) -> str:
    """Decimal mark and thousands mark, as plotly takes them."""
    symbols = Locale.parse(language).number_symbols["latn"]
    return symbols["decimal"] + symbols["group"]


def faults(language: str) -> Iterator[str]:
    """What the words of a language lack or have too much, set against FIRST: keys, slots, plural forms."""
    english, mine = Wording(FIRST).texts, Wording(language).texts
    place = f"{LOCALES.name}/{language}"
    for key in english.keys() - mine.keys():
        yield f"{place}: {key} is missing; translate {english[key]!r}"
    for key in mine.keys() - english.keys():
        yield f"{place}: {key} is no key of {FIRST}; take it out"
    for key in mine:
        if key.startswith(LOCKED) and any(map(str.isdigit, re.sub(r"{\w+}", "", str(mine[key])))):
            yield f"{place}: {key} has a number of its own; a finding takes its numbers from the release"
    for key in english.keys() & mine.keys():
        yield from (f"{place}: {key} {what}" for what in _unlike(english[key], mine[key], language))


def _unlike(english, mine, language: str) -> Iterator[str]:
    wanted = slots(english)
    if isinstance(english, str) != isinstance(mine, str):
        yield f"must be {'one text' if isinstance(english, str) else 'a mapping of plural forms'}, as in {FIRST}"
        return
    if isinstance(mine, str):
        if slots(mine) != wanted:
            yield f"has the slots {_listed(slots(mine))}, not {_listed(wanted)}"
        return
    if mine.get("by") != english["by"]:
        yield f"must hang on {english['by']}"
    lacking = plural_forms(language) - mine.keys()
    if lacking:
        yield f"lacks the plural forms {_listed(lacking)}"
    for form in mine.keys() - {"by"}:
        # "one day" may do without its number
        if not wanted - {english["by"]} <= slots(mine[form]) <= wanted:
            yield f"has in the form {form} the slots {_listed(slots(mine[form]))}, not {_listed(wanted)}"


def plural_forms(language: str) -> set[str]:
    """The categories that whole numbers of the language take (CLDR), and `other`, which broken ones may take."""
    form = Locale.parse(language).plural_form
    return {form(n) for n in range(201)} | {"other"}


def slots(text) -> set[str]:
    """The names in braces."""
    if not isinstance(text, str):
        return set().union(*(slots(form) for name, form in text.items() if name != "by"))
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
