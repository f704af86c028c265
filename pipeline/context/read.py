"""Reads context.csv and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.context.figure import PART, Figure, plain
from pipeline.context.rules import ContextRules
from pipeline.csvfile import LINE, day, fault, is_number, read_csv
from pipeline.errors import ConfigurationError

COLUMNS = ("member", "period_start", "period_end", "indicator", "breakdown", "value", "unit", "source")
OPTIONAL = ("denominator",)
NEEDED = ("member", "indicator", "unit", "source")
NO_RATE = "none"


def read_context(path: Path, members: Iterable[str], rules: ContextRules) -> list[Figure]:
    """The figures of a file, a repeated row once; none where there is no file.

    Raises ConfigurationError with file and line: something left out, an unknown
    member or denominator, no date, a period that ends before it starts, a value
    that is no number of 0 or more, one figure with two values.
    """
    if not path.is_file():
        return []
    known, seen = set(members), {}
    for row in read_csv(path, COLUMNS, "administrative figures", OPTIONAL):
        if not any(row[c] for c in COLUMNS):
            continue
        figure = _figure(path, row, known)
        key = (figure.member, *figure.period, plain(figure.indicator), _breakdown(figure, rules))
        other, line = seen.setdefault(key, (figure, row[LINE]))
        if (other.value, plain(other.unit)) != (figure.value, plain(figure.unit)):
            raise fault(path, row, _twice(figure, other, line))
    figures = [figure for figure, _ in seen.values()]
    _check_denominators(path, {line: figure for figure, line in seen.values()}, figures)
    return figures


def _figure(path: Path, row: dict[str, str], members: set[str]) -> Figure:
    for column in NEEDED:
        if not row[column]:
            raise fault(
                path,
                row,
                f"{column} is empty. Every figure says what it is, in what it is counted and where it comes from.",
            )
    if row["member"] not in members:
        raise fault(
            path, row, f"member {row['member']!r} is not in members.yaml. List it there, or mend its code here."
        )
    start, end = (day(path, row, column) for column in ("period_start", "period_end"))
    if end < start:
        raise fault(path, row, f"the period ends ({end}) before it starts ({start}).")
    if not is_number(row["value"], least=0):
        raise fault(
            path,
            row,
            f"value {row['value']!r} is no number of 0 or more; write it in digits, with a point before decimals (20558 or 3.5).",
        )
    texts = {c: " ".join(row[c].split()) for c in ("indicator", "breakdown", "unit", "source", "denominator")}
    return Figure(row["member"], start, end, value=float(row["value"]), **texts)


def _breakdown(figure: Figure, rules: ContextRules) -> str:
    """All words for the total are one."""
    return "" if figure.total(rules) else plain(figure.breakdown)


def _twice(figure: Figure, other: Figure, line: str) -> str:
    what = PART.join(filter(None, (figure.indicator, figure.breakdown)))
    return (
        f"{figure.member}, {what}, {figure.start} to {figure.end} is {figure.value:g} {figure.unit} here, "
        f"but {other.value:g} {other.unit} in line {line}. Keep one, or tell them apart by indicator or breakdown."
    )


def _check_denominators(path: Path, rows: dict[str, Figure], figures: list[Figure]) -> None:
    known = {(f.member, plain(f.indicator)) for f in figures}
    known |= {(f.member, plain(f.indicator + PART + f.breakdown)) for f in figures}
    for line, figure in rows.items():
        name = plain(figure.denominator)
        if name not in ("", NO_RATE) and (figure.member, name) not in known:
            raise ConfigurationError(
                f"{path}, line {line}: denominator {figure.denominator!r} is no indicator that this file has of "
                f"{figure.member}. Name one (staff), one with its breakdown (staff / women), or {NO_RATE!r} for no rate."
            )
