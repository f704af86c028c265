"""Columns to items, answers to codes, and which instrument an export follows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl
from rapidfuzz import fuzz, process

from pipeline.errors import SubmissionError
from pipeline.ingest.readers import RawTable
from pipeline.ingest.text import key
from pipeline.instrument import Instrument, Item, Scale

CHOICE = re.compile(r"(?P<item>.+?)(?:\[|/|_|\.|: )(?P<choice>[^\[\]/]+)\]?")
YES = {"1", "y", "yes", "true", "oui", "si", "sí", "sim", "да", "نعم", "x"}


@dataclass(frozen=True)
class Match:
    """How an export's columns map to one instrument's items.

    columns: item code -> column of the raw table; choices: item code ->
    {category code: column}; unknown: headings with no item; lacking: item codes with no column.
    """

    instrument: Instrument
    columns: dict[str, str]
    choices: dict[str, dict[str, str]]
    unknown: list[str]
    lacking: list[str]
    doubled: list[str] = field(default_factory=list)

    @property
    def matched_questions(self) -> int:
        return sum(i.code in self.columns or i.code in self.choices for i in self.instrument.questions)


def match_instrument(table: RawTable, instruments: list[Instrument]) -> Match:
    """The instrument whose items the headings fit best. Raises SubmissionError."""
    matches = [match_columns(table, instrument) for instrument in instruments]
    best = max(matches, key=lambda m: (m.matched_questions - len(m.lacking) - len(m.unknown), m.instrument.instrument))
    total = len(best.instrument.questions)
    if best.matched_questions * 2 < total:
        shown = ", ".join(repr(h[:40]) for h in best.unknown[:5])
        raise SubmissionError(
            f"only {best.matched_questions} of the {total} questions of {best.instrument.instrument} were found among its "
            f"{len(table.headings)} columns (not recognised: {shown}). Export with question codes as headings, or add these headings as aliases to the instrument",
            "not_recognised",
        )
    return best


def match_columns(table: RawTable, instrument: Instrument) -> Match:
    """Match headings by code, alias or wording in any of the instrument's languages."""
    names = item_names(instrument)
    columns: dict[str, str] = {}
    choices: dict[str, dict[str, str]] = {}
    unknown, doubled = [], []
    for j, heading in enumerate(table.headings):
        item = names.get(key(heading)) or names.get(key(re.split(r"[.:)]\s", heading, maxsplit=1)[0]))
        choice = None if item else _choice(heading, instrument, names)
        if item and item not in columns:
            columns[item] = f"c{j}"
        elif item:
            doubled.append(heading)
        elif choice:
            choices.setdefault(choice[0], {})[choice[1]] = f"c{j}"
        elif heading:
            unknown.append(heading)
    lacking = [i.code for i in instrument.items if i.scale and i.code not in columns and i.code not in choices]
    return Match(instrument, columns, choices, unknown, lacking, doubled)


def item_names(instrument: Instrument) -> dict[str, str]:
    """Every accepted heading (as a key) -> item code; codes win over aliases, aliases over wording."""
    names: dict[str, str] = {}
    for spellings in (lambda i: [i.code], lambda i: i.aliases, lambda i: i.text.values()):
        for item in instrument.items:
            for spelling in spellings(item):
                names.setdefault(key(spelling), item.code)
    return names


def _choice(heading: str, instrument: Instrument, names: dict[str, str]) -> tuple[str, str] | None:
    """(item, category) of a column that holds one choice of a multiple-choice item."""
    found = CHOICE.fullmatch(heading)
    code = names.get(key(found["item"])) if found else None
    item = next((i for i in instrument.coded_items("multiple") if i.code == code), None)
    category = answer_codes(instrument.scale_of(item)).get(key(found["choice"])) if item else None
    return (item.code, category) if category else None


def nearest_item(heading: str, instrument: Instrument) -> str | None:
    """The item whose code, alias or wording is most like `heading`, if any is."""
    names = item_names(instrument)
    best = process.extractOne(key(heading), list(names), scorer=fuzz.ratio, score_cutoff=70)
    return names[best[0]] if best else None


def answer_codes(scale: Scale) -> dict[str, str]:
    """Every accepted answer (as a key) -> code, valid and missing; codes win over labels."""
    answers = [*scale.categories, *scale.missing]
    codes = {key(a.code): a.code for a in answers}
    for answer in answers:
        for text in answer.label.values():
            codes.setdefault(key(text), answer.code)
    return codes


def known_words(instruments: list[Instrument]) -> frozenset[str]:
    """Every wording, alias and label of the instruments, as keys."""
    return frozenset().union(
        *(item_names(i) for i in instruments), *(answer_codes(s) for i in instruments for s in i.scales.values())
    )


def code_answers(table: RawTable, match: Match) -> pl.DataFrame:
    """Rows with `row` and one text column per item of the instrument.

    An answer that is understood stands as its code, a blank as null, and one
    that is not understood as it came, for validation to find.
    """
    frame = table.rows
    coded = [
        _coded_column(frame, item, match) for item in match.instrument.items if item.scale or item.role == "design"
    ]
    return pl.DataFrame([frame["row"], *coded])


def _coded_column(frame: pl.DataFrame, item: Item, match: Match) -> pl.Series:
    if item.code in match.choices:
        return _joined_choices(frame, item.code, match.choices[item.code])
    if item.code not in match.columns:
        return pl.Series(item.code, [None] * frame.height, dtype=pl.String)
    column = frame[match.columns[item.code]].str.strip_chars().replace("", None)
    if item.role == "design" and item.design not in ("weight", "duration"):
        return column.alias(item.code)
    scale = match.instrument.scale_of(item) if item.scale else None
    if scale is None or scale.kind == "number":
        known = answer_codes(scale) if scale else {}
        return _by_value(column, lambda cell: known.get(key(cell)) or _number(cell)).alias(item.code)
    known = answer_codes(scale)
    if scale.kind == "multiple":
        return _by_value(column, lambda cell: _several(cell, known)).alias(item.code)
    return _by_value(column, lambda cell: known.get(key(cell), cell)).alias(item.code)


def _by_value(column: pl.Series, understand) -> pl.Series:
    """Apply `understand` once to each distinct value."""
    distinct = column.drop_nulls().unique().to_list()
    return (
        column.replace_strict({cell: understand(cell) for cell in distinct}, default=None, return_dtype=pl.String)
        if distinct
        else column
    )


def _number(cell: str) -> str:
    """A number with decimal point; a decimal comma is understood."""
    plain = cell.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    candidate = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    try:
        return repr(float(candidate))
    except ValueError:
        return cell


def _several(cell: str, known: dict[str, str]) -> str:
    """Codes joined by "|": cells come joined by ; | , or spaces, labels may hold commas."""
    if key(cell) in known:
        return known[key(cell)]
    for separator in (";", "|", ",", " "):
        parts = [part for part in cell.split(separator) if part.strip()]
        codes = [known.get(key(part)) for part in parts]
        if parts and all(codes):
            return "|".join(sorted(set(codes)))
    return cell


def _joined_choices(frame: pl.DataFrame, code: str, choices: dict[str, str]) -> pl.Series:
    """One column per choice -> codes joined by "|"; null where every choice is blank."""
    ticked = {category: [key(cell) for cell in frame[column]] for category, column in choices.items()}
    rows = zip(*ticked.values(), strict=True)
    joined = [
        "|".join(c for c, cell in zip(ticked, row, strict=True) if cell in YES or cell == key(c)) if any(row) else None
        for row in rows
    ]
    return pl.Series(code, joined, dtype=pl.String)
