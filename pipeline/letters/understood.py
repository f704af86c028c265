"""What arrived and what was understood of it."""

from __future__ import annotations

from pipeline.ingest.text import key
from pipeline.instrument import label
from pipeline.letters.case import Case, present, spans
from pipeline.letters.letter import Section
from pipeline.letters.words import FEW, Words

SHORT = 40  # characters of a heading that are shown
HASH = 12  # characters of the hash, as many as the receipt's name has
MOST = 12


def understood(case: Case, t: Words) -> Section:
    """File, format, questionnaire, columns, language, rows and dates."""
    s = case.submission
    facts = [(t("file"), t.apart(s.export.name)), (t("content"), s.export.sha256[:HASH])]
    if s.described:
        facts.append((t("format"), _format(s.described, t)))
    if s.match:
        language = s.traits.language
        facts += [
            (t("questionnaire"), f"{t.apart(label(case.instrument.title, '', t.language))} ({t.apart(case.instrument.instrument)})"),
            (t("found"), t("found_of", n=s.match.matched_questions, all=len(case.instrument.questions))),
            (t("language"), t.language_name(language) if language else t("language_codes")),
        ]
    if s.rows_in:
        facts += _rows(case, t)
    if s.traits:
        facts.append((t("collected"), _collected(s.traits.months, t)))
    return Section(t("understood"), tuple(facts), lines=tuple(_matched(case, t)) if s.match else ())


def _format(described: str, t: Words) -> str:
    """The reader's description (see ingest/readers.py) in the letter's language."""
    kind, *rest = described.split(", ")
    if kind == "CSV":
        return t("format_csv", separator=t(f"separator_{rest[0]}"), encoding=rest[1])
    if kind == "XLSX":
        return t("format_xlsx", sheet=", ".join(rest).removeprefix("sheet "))
    return t("format_spss") if kind == "SPSS" else kind


def _rows(case: Case, t: Words) -> list[tuple[str, str]]:
    """Rows that are few are not told by subtraction either."""
    s = case.submission
    used = t.people(s.rows_accepted)
    if 0 < s.rows_quarantined < FEW:
        used = t("all_but_few", n=FEW)
    aside = t("all_but_few", n=FEW) if 0 < s.rows_accepted < FEW else t.people(s.rows_quarantined)
    rows = [(t("rows_in"), t.people(s.rows_in))]
    alone = s.state in ("superseded", "refused") or s.rows_in < FEW
    return rows if alone else [*rows, (t("rows_used"), used), (t("rows_aside"), aside)]


def _collected(months: dict[str, int], t: Words) -> str:
    """The first and the last month with more than a few answers: no day, which a single answer may have to itself."""
    told = sorted(month for month, rows in months.items() if rows >= FEW)
    if not told:
        return t("not_recorded")
    ends = [t.month(told[0])] + ([t.month(told[-1])] if len(told) > 1 else [])
    return " – ".join(ends)


def _matched(case: Case, t: Words) -> list[str]:
    """Which columns were taken for which questions, by what they were told."""
    s, order = case.submission, [i.code for i in case.instrument.questions]
    headings = s.traits.headings
    found: dict[str, list[str]] = {"matched_code": [], "matched_wording": []}
    aliases = []
    for item in present(s):
        heading = headings[s.match.columns[item.code]] if item.code in s.match.columns else item.code
        if key(heading) == key(item.code):
            found["matched_code"].append(item.code)
        elif key(heading) in {key(text) for text in item.text.values()}:
            found["matched_wording"].append(item.code)
        else:
            aliases.append(f"{t.apart(shortened(heading))} = {item.code}")
    lines = [t(name, codes=t.listed(spans(codes, order))) for name, codes in found.items() if codes]
    return lines + ([t("matched_alias", listed=some(aliases, t, 2 * MOST))] if aliases else [])


def some(words: list[str], t: Words, most: int = MOST) -> str:
    """The first of many, and that there are others."""
    return t.listed(words) if len(words) <= most else t("more", listed=t.listed(words[:most]))


def shortened(text: str, most: int = SHORT) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
