"""Reads the small CSV files that people write by hand (frames, initiatives, targets, context), with faults in plain words."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

from pipeline.errors import ConfigurationError

LINE = "line"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_csv(
    path: Path, columns: tuple[str, ...], what: str, optional: tuple[str, ...] = ()
) -> list[dict[str, str]]:
    """The file's rows, each with all `columns`, stripped of blanks around, and `line`, its number in the file.

    `what` names the file in messages ("a frame"); `optional` columns are empty where the file lacks them. Raises ConfigurationError where
    a column is missing or the file is not in UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not in UTF-8. Save it as CSV UTF-8 and run again.") from None
    with io.StringIO(text, newline="") as file:
        reader = csv.DictReader(file)
        lacking = [c for c in columns if c not in (reader.fieldnames or [])]
        if lacking:
            raise ConfigurationError(f"{path}: column {lacking[0]!r} is missing; {what} has {', '.join(columns)}.")
        numbered = ((reader.line_num, row) for row in reader)
        named = (*columns, *optional)
        return [{c: (row.get(c) or "").strip() for c in named} | {LINE: str(line)} for line, row in numbered]


def fault(path: Path, row: dict[str, str], message: str) -> ConfigurationError:
    """What is wrong with a row, with its place."""
    return ConfigurationError(f"{path}, line {row[LINE]}: {message}")


def day(path: Path, row: dict[str, str], column: str, otherwise: str = "") -> date:
    """The day that a cell says; `otherwise`: what else may stand there, for the message."""
    try:
        if DAY.fullmatch(row[column]):
            return date.fromisoformat(row[column])
    except ValueError:
        pass
    raise fault(path, row, f"{column} {row[column]!r} is no date; write year, month and day (2019-12-31){otherwise}.")


def is_number(text: str, least: float = float("-inf")) -> bool:
    """Whether it is a finite number of `least` or more."""
    try:
        return least <= float(text) < float("inf")
    except ValueError:
        return False
