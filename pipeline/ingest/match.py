"""Columns to items, answers to codes, and which instrument an export follows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl
from rapidfuzz import fuzz, process

from pipeline.errors import SubmissionError
from pipeline.ingest.names import LONGEST, NUMBERED, spellings
from pipeline.ingest.table import RawTable, Vocabulary
from pipeline.ingest.text import key
from pipeline.instrument import Instrument, Item, Scale

PREFIXED = re.compile(r"(?P<code>\S+?)\s*[.):=\-–]\s+(?P<label>.+)")
MOST_PARTS = 12  # separators that one label may hold
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
        known_by = table.names_of(j)
        exactly = next((names[k] for name in known_by if (k := key(name)) in names), None)
        choice = None if exactly else next((c for name in known_by if (c := _choice(name, instrument, names))), None)
        item = exactly or (None if choice else _item(known_by, names))
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
    for ways in (lambda i: [i.code], lambda i: i.aliases, lambda i: i.text.values()):
        for item in instrument.items:
            for spelling in ways(item):
                names.setdefault(key(spelling), item.code)
    return names


def _item(known_by: tuple[str, ...], names: dict[str, str]) -> str | None:
    """The item that one of a column's names means once what a tool adds is taken away."""
    return next((names[k] for name in known_by for s in spellings(name) if (k := key(s)) in names), None)


def _choice(heading: str, instrument: Instrument, names: dict[str, str]) -> tuple[str, str] | None:
    """(item, category) of a column that holds one choice of a multiple-choice item."""
    several = {i.code: i for i in instrument.coded_items("multiple")}
    for found in _splits(heading) if several else ():
        code = _item((found[0],), names)
        category = answer_codes(instrument.scale_of(several[code])).get(key(found[1])) if code in several else None
        if category:
            return code, category
    return None


def _splits(heading: str) -> list[tuple[str, str]]:
    """Question and answer, at every place where a heading may be made of both: answers may hold such marks too."""
    if len(heading) > LONGEST:
        return []
    code = NUMBERED.split(heading, maxsplit=1)[0]
    bracketed = [part[:-1].rpartition("[") for part in (heading, code) if part.endswith("]") and "[" in part]
    if bracketed:
        return [(question.strip(), answer) for question, _, answer in bracketed]
    marks = ("/", "_", ".", ": ", " - ", " – ")
    return [(heading[:k], heading[k + len(m) :]) for m in marks for k in range(1, len(heading)) if heading.startswith(m, k)]


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


def vocabulary(instruments: list[Instrument]) -> Vocabulary:
    """Every code, alias and wording of the instruments' items, and every label of their answers, as keys."""
    headings = frozenset().union(*(item_names(i) for i in instruments))
    return Vocabulary(headings, frozenset().union(*(answer_codes(s) for i in instruments for s in i.scales.values())))


def code_answers(table: RawTable, match: Match) -> pl.DataFrame:
    """Rows with `row` and one text column per item of the instrument.

    An answer that is understood stands as its code, a blank as null, and one
    that is not understood as it came, for validation to find.
    """
    coded = [_coded_column(table, item, match) for item in match.instrument.items if item.scale or item.role == "design"]
    return pl.DataFrame([table.rows["row"], *coded])


def _coded_column(table: RawTable, item: Item, match: Match) -> pl.Series:
    frame = table.rows
    scale = match.instrument.scale_of(item) if item.scale else None
    if item.code in match.choices:
        return _joined_choices(frame, item.code, match.choices[item.code], answer_codes(scale))
    if item.code not in match.columns:
        return pl.Series(item.code, [None] * frame.height, dtype=pl.String)
    name = match.columns[item.code]
    column = frame[name]
    if item.role == "design" and item.design not in ("weight", "duration"):
        return column.str.strip_chars().replace("", None).alias(item.code)
    understand = _understanding(scale, table.labels.get(name, {}), table.missing.get(name, frozenset()))
    return _by_value(column, table.distinct(name), understand).alias(item.code)


def _understanding(scale: Scale | None, labels: dict[str, str], missing: frozenset[str]):
    """What turns a cell into its code: the file's own label for it first, for tools number answers as they like."""
    known = answer_codes(scale) if scale else {}
    if scale is None or scale.kind == "number":
        plain = lambda cell: known.get(key(cell)) or _number(cell)  # noqa: E731
    elif scale.kind == "multiple":
        plain = lambda cell: _several(cell, known)  # noqa: E731
    else:
        plain = lambda cell: _one(cell, known)  # noqa: E731

    def understand(cell: str) -> str | None:
        labelled = known.get(key(labels[cell])) if cell in labels else None
        return labelled or (None if cell in missing and key(cell) not in known else plain(cell))

    return understand


def numbered_otherwise(table: RawTable, match: Match) -> list[str]:
    """Questions whose answers the file numbers otherwise than the questionnaire, by its own labels."""
    found = []
    for code, column in match.columns.items():
        item = next(i for i in match.instrument.items if i.code == code)
        known = answer_codes(match.instrument.scale_of(item)) if item.scale else {}
        means = {known.get(key(cell)): known.get(key(label)) for cell, label in table.labels.get(column, {}).items()}
        if any(one and other and one != other for one, other in means.items()):
            found.append(code)
    return found


def _one(cell: str, known: dict[str, str]) -> str:
    """A code or a label, or both ("5 - Strongly agree") where they mean the same answer."""
    if key(cell) in known:
        return known[key(cell)]
    both = PREFIXED.fullmatch(cell)
    codes = {known.get(key(both[part])) for part in ("code", "label")} if both else {None}
    return cell if len(codes) > 1 or None in codes else codes.pop()


def _by_value(column: pl.Series, distinct: pl.Series, understand) -> pl.Series:
    """Apply `understand` once to each distinct value, without the blanks around it; nothing is left of blanks alone."""
    meant = {cell: understand(plain) if (plain := cell.strip()) else None for cell in distinct}
    if all(cell == code for cell, code in meant.items()):
        return column
    return column.replace_strict(meant, default=None, return_dtype=pl.String)


def _number(cell: str) -> str:
    """A number with decimal point; a decimal comma is understood."""
    plain = cell.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    candidate = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    try:
        return repr(float(candidate))
    except ValueError:
        return cell


def _several(cell: str, known: dict[str, str]) -> str:
    """Codes joined by "|": cells come joined by ; | , or spaces, and labels may hold these."""
    for separator in (";", "|", ",", " "):
        codes = _split(key(cell), separator, known)
        if codes:
            return "|".join(sorted(set(codes)))
    return cell


def _split(text: str, separator: str, known: dict[str, str]) -> list[str] | None:
    """The codes of a cell's answers, each as long as can be; None where a part is no answer."""
    parts = [part.strip() for part in text.split(separator)]
    while parts and not parts[-1]:  # Microsoft Forms ends with its separator
        parts.pop()
    codes = []
    while parts:
        joined = {n: (separator.join(parts[:n]), f"{separator} ".join(parts[:n])) for n in range(min(len(parts), MOST_PARTS), 0, -1)}
        longest = next(((n, answer) for n, ways in joined.items() for answer in ways if answer in known), None)
        if not longest:
            return None
        codes.append(known[longest[1]])
        parts = parts[longest[0] :]
    return codes or None


def _joined_choices(frame: pl.DataFrame, code: str, choices: dict[str, str], known: dict[str, str]) -> pl.Series:
    """One column per choice -> codes joined by "|"; null where every choice is blank. A tick is a yes, or the answer itself."""
    ticked = {category: [key(cell) for cell in frame[column]] for category, column in choices.items()}
    rows = zip(*ticked.values(), strict=True)
    joined = [
        "|".join(sorted(c for c, cell in zip(ticked, row, strict=True) if cell in YES or known.get(cell) == c)) if any(row) else None
        for row in rows
    ]
    return pl.Series(code, joined, dtype=pl.String)
