"""The names under which a question may be known by a column's heading."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 1_000  # characters; whatever is longer is no heading that a tool made of a question
NUMBERED = re.compile(r"[.:)]\s")
TAIL = re.compile(r"(?P<title>.+?)\s*\((?P<short>[^()]+)\)")
ROW = re.compile(r"(?P<question>.+?)\s*\[(?P<row>[^\[\]]+)\]", re.DOTALL)


@lru_cache(1 << 14)  # all files of a questionnaire have the same few headings
def spellings(heading: str) -> tuple[str, ...]:
    """The heading, and what it is with a tool's additions taken away, the surest first.

    "Q1. Text" -> Q1, Text; "Title (short)" -> short, Title (EUSurvey); "Question [Row]" -> Row (Google Forms,
    LimeSurvey); "group/question" -> question (KoBoToolbox); "group-question" -> question (ODK Central);
    "Question - Row" -> Row (Qualtrics); "Title: Row" -> Row.
    """
    if len(heading) > LONGEST:
        return (heading,)
    found = [heading]
    first, *rest = NUMBERED.split(heading, maxsplit=1)
    found += [first, *rest] if rest else []
    if tail := TAIL.fullmatch(heading):
        found += [tail["short"], tail["title"]]
    if row := ROW.fullmatch(heading):
        found.append(row["row"])
    found.append(heading.rsplit("/", 1)[-1])
    if " " not in heading:
        found += [heading[k + 1 :] for k, letter in enumerate(heading) if letter == "-"]
    else:
        found += [heading[k + 3 :] for k in range(len(heading)) if heading[k : k + 3] in (" - ", " – ")]
    return tuple(name for name in dict.fromkeys(found) if name.strip())
