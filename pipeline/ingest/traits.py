"""What else an export shows of itself: its headings, in which language it is, when its answers were given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ingest.text import key

if TYPE_CHECKING:
    from pipeline.ingest.match import Match
    from pipeline.ingest.readers import RawTable
    from pipeline.instrument import Instrument

# when answers were given, as survey tools call it; the first that a file has counts
DATE_COLUMNS = (
    "submitdate",
    "completion time",
    "submissiondate",
    "_submission_time",
    "datestamp",
    "end",
    "timestamp",
    "startdate",
    "start time",
    "start",
)
MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])-\d\d(?!\d)")
FIRST_YEAR = 2000  # LimeSurvey writes 1980-01-01 where answers are anonymous


@dataclass(frozen=True)
class Traits:
    """headings: column -> heading; languages: language -> how many headings and different answers are its words;
    months: "2024-03" -> rows, where a column says when answers were given."""

    headings: dict[str, str]
    languages: dict[str, int]
    months: dict[str, int]

    @property
    def language(self) -> str | None:
        """The language that most of the words are of; None where there are none (codes alone) or two have as many."""
        most = Counter(self.languages).most_common(2)
        undecided = not most or (len(most) == 2 and most[0][1] == most[1][1])
        return None if undecided else most[0][0]


def traits(table: RawTable, match: Match) -> Traits:
    """The traits of a table whose columns were matched."""
    headings = {f"c{j}": heading for j, heading in enumerate(table.headings)}
    return Traits(headings, _languages(table, match, headings), _months(table, headings))


def _languages(table: RawTable, match: Match, headings: dict[str, str]) -> dict[str, int]:
    votes: Counter[str] = Counter()
    for item in match.instrument.items:
        column = match.columns.get(item.code)
        if column is None:
            continue
        votes.update(lang for lang, text in item.text.items() if key(text) == key(headings[column]))
        labels = _labels(match.instrument, item)
        for cell in table.distinct(column) if labels else []:
            votes.update(labels.get(key(cell), ()))
    return dict(votes)


def _labels(instrument: Instrument, item) -> dict[str, set[str]]:
    """Answer in words (as a key) -> the languages that it is in; codes are in none."""
    scale = instrument.scale_of(item) if item.scale else None
    answers = [*scale.categories, *scale.missing] if scale else []
    codes, found = {key(a.code) for a in answers}, {}
    for answer in answers:
        for language, text in answer.label.items():
            if key(text) not in codes:
                found.setdefault(key(text), set()).add(language)
    return found


def _months(table: RawTable, headings: dict[str, str]) -> dict[str, int]:
    """Dates are read where they begin with the year: day and month can't be told apart in 03/04/2024."""
    named = {key(heading): column for column, heading in reversed(headings.items())}
    column = next((named[name] for name in DATE_COLUMNS if name in named), None)
    dates = [MONTH.match(cell.strip()) for cell in table.rows[column].drop_nulls()] if column else []
    return dict(Counter(f"{d[1]}-{d[2]}" for d in dates if d and int(d[1]) >= FIRST_YEAR))
