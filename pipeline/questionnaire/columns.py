"""Questions drafted from an export's columns, headings and answers."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from pipeline.errors import ConfigurationError, SubmissionError
from pipeline.ingest import personal
from pipeline.ingest.names import spellings
from pipeline.ingest.readers import read_export
from pipeline.ingest.submission import TOOL_COLUMNS
from pipeline.ingest.table import RawTable
from pipeline.ingest.text import key
from pipeline.questionnaire.drafted import Question

CODE = re.compile(r"[A-Za-z]\w{0,19}")
CHOICE = re.compile(r"(?P<question>.+?)(?: ?\[(?P<bracketed>[^\]]+)\]|/(?P<part>[^/]+))", re.DOTALL)
MOST_ANSWERS = 15  # different answers beyond which a column is no choice
TICKS = {"", "0", "1", "y", "n", "yes", "no", "n/a", "true", "false"}


def questions_of(file: Path, language: str) -> list[Question]:
    """Raises ConfigurationError where the file can't be read."""
    if not file.is_file():
        raise ConfigurationError(f"{file}: no such file.")
    try:
        table = read_export(file)
    except SubmissionError as error:
        raise ConfigurationError(f"{file}: {error}.") from None
    found: dict[str, Question] = {}
    for j, heading in enumerate(table.headings):
        cells = table.rows[f"c{j}"].drop_nulls().str.strip_chars()
        if not heading or key(heading) in TOOL_COLUMNS or personal.kind_of(heading, cells):
            continue
        choice = CHOICE.fullmatch(heading)
        if choice and _ticked(cells, choice["bracketed"] or choice["part"]):
            _add_choice(found, choice, language)
        else:
            question = _question(table, j, cells.filter(cells != ""), language, len(found) + 1)
            found.setdefault(question.code, question)
    return list(found.values())


def _ticked(cells: pl.Series, choice: str) -> bool:
    """Whether a column only says if one choice was taken."""
    return {key(cell) for cell in cells.unique()} <= TICKS | {key(choice)}


def _add_choice(found: dict[str, Question], choice: re.Match, language: str) -> None:
    """A further answer of a question that takes several, each in a column of its own."""
    name = choice["question"]
    code = next((s for s in spellings(name) if CODE.fullmatch(s)), "")
    known = next((q for q in found.values() if q.kind == "multiple" and (q.code == code or q.texts.get(language) == name)), None)
    question = known or Question(code or f"Q{len(found) + 1:02}", "multiple", {} if code else {language: name})
    answer = choice["bracketed"] or choice["part"]
    found[question.code] = Question(question.code, "multiple", question.texts, question.answers | {answer: {language: answer}})


def _question(table: RawTable, j: int, cells: pl.Series, language: str, number: int) -> Question:
    names = table.names_of(j)
    every = [s for name in names for s in spellings(name)]
    code = next((name for name in every if CODE.fullmatch(name)), f"Q{number:02}")
    text = next((name for name in (*names, *every) if name != code and not CODE.fullmatch(name)), "")
    labels = table.labels.get(f"c{j}", {})
    aliases = tuple(name for name in dict.fromkeys(names) if name not in (code, text))
    kind, answers = _answers(cells, labels, language)
    none = {c: t for c, t in answers.items() if c in table.missing.get(f"c{j}", ())}
    return Question(code, kind, {language: text} if text else {}, {c: t for c, t in answers.items() if c not in none}, aliases, missing=none)


def _answers(cells: pl.Series, labels: dict[str, str], language: str) -> tuple[str, dict[str, dict[str, str]]]:
    """By the file's own labels and the different cells, where these are few."""
    different = sorted(cells.unique().to_list(), key=_in_order)
    few = len([cell for cell in different if cell not in labels]) <= MOST_ANSWERS and len(different) < max(2, cells.len())
    if labels and (few or set(different) <= set(labels)):
        return "single", {c: {language: labels[c]} if c in labels else {} for c in sorted({*labels, *different}, key=_in_order)}
    if different and few:
        return "single", {cell: {} if cell.isdigit() else {language: cell} for cell in different}
    numbers = cells.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return ("number" if cells.len() and numbers.null_count() == 0 else "text"), {}


def _in_order(cell: str) -> tuple:
    """Numbers by their size, words after them."""
    whole = cell.lstrip("-").isdigit()
    return (not whole, int(cell) if whole else 0, cell)
