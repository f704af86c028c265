"""What the reports say of associations, in every language: never that one thing brings about another."""

import re
import string

import pytest
import yaml

from pipeline.report.wording import REPORTS, Wording

LANGUAGES = ["en", "fr", "ar", "es", "pt", "ru", "uk"]
# Stems, as patterns: at the start of a word, but for Arabic, where particles are written together with the word.
CAUSAL = {
    "en": ["driv", "caus", "effect", "affect", "influenc", "impact", "because", "due to", "leads? to", "results? in"]
    + ["determin", "depend", "explain", "thanks to", "consequen", "improv", "makes?", "raises?", "reduc", "increas"],
    "fr": ["caus", "effet", "influen", "impact", "parce que", "entraîn", "condui", "provoqu", "détermin", "dépend"]
    + ["expliqu", "grâce à", "conséquen", "amélior", "augment", "rédui", "en raison de"],
    "es": ["caus", "efecto", "influ", "impact", "porque", "debido a", "lleva a", "provoc", "determin", "depend"]
    + ["explic", "gracias a", "consecuen", "mejora", "aument", "reduc", "conduce"],
    "pt": ["caus", "efeito", "influ", "impact", "porque", "devido a", "leva a", "provoc", "determin", "depend"]
    + ["explic", "graças a", "consequên", "melhora", "aument", "reduz", "conduz"],
    "ru": ["причин", "влия", "воздейств", "эффект", "потому что", "из-за", "привод", "вызыва", "определя", "завис"]
    + ["объясн", "благодаря", "следств", "улучша", "повыша", "снижа", "обуслов"],
    "uk": ["причин", "вплив", "ефект", "тому що", "через те", "призвод", "виклика", "визнача", "залеж", "поясн"]
    + ["завдяки", "наслід", "поліпш", "підвищу", "знижу", "зумовл"],
    "ar": ["سبب", "أثر", "تأثير", "يؤثر", "تؤثر", "يؤدي", "تؤدي", "نتيجة", "بفضل", r"(?<!\w)[وف]?لأن", "يحدد", "يفسر", "تفسر"]
    + ["يحسن", "يرفع", "يخفض", "عاقبة"],
}


def texts(language: str) -> dict[str, str]:
    return yaml.safe_load((REPORTS / "locales" / language / "drivers.yaml").read_text(encoding="utf-8"))


def causal_words(language: str, text: str) -> list[str]:
    start = "" if language == "ar" else r"(?<!\w)"
    return [stem for stem in CAUSAL[language] if re.search(start + stem, text.casefold())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_cause_stands_in_the_section(language):
    found = {key: words for key, text in texts(language).items() if (words := causal_words(language, text))}
    assert found == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Leadership drives readiness to report."),
        ("fr", "Le leadership entraîne la volonté de signaler."),
        ("es", "El liderazgo influye en la disposición a denunciar."),
        ("pt", "A liderança conduz à disposição para denunciar."),
        ("ru", "Руководство влияет на готовность сообщать."),
        ("ar", "القيادة تؤثر في الاستعداد للإبلاغ."),
    ],
)
def test_the_lists_would_find_a_statement_of_cause(language, text):
    assert causal_words(language, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_figures(language):
    english = texts("en")
    mine = texts(language)
    assert set(mine) == set(english)
    for key, text in mine.items():
        assert fields(text) == fields(english[key]), key


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_reports_language_has_the_section():
    assert str(Wording("en")("drivers")) == texts("en")["drivers"]
