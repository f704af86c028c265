"""Which numbers a page may hold: those of the release that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.numerals import numbers
from pipeline.audit.tables import FIGURES
from pipeline.waves import wave_time

NATIONAL = re.compile(r"(?:national|summary|workshop|items)/(?P<member>[^/]+?)(?:-(?P<wave>[^/.-]+))?(?:\.[a-z]{2})?\.html$")
CROSS = re.compile(r"cross-member(?:/(?P<recipient>[^/.]+))?(?:\.[a-z]{2})?\.html$")
POOLED = "all"
# Figures that are no answers, such as small counts, and may stand nowhere but in parts of a page that name their table.
ASIDE = {"context": ("context", "context_checks")}
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PLAIN = [0, 1, 95, 100]  # ends of scales, the level of intervals


class Published:
    """The figures of some tables, as a page may print them: as they are, in percent, on the scale shown."""

    def __init__(
        self,
        tables: Iterable[tuple[str, pl.DataFrame]],
        scales: list[float],
        constants: Iterable[float],
        totals: Iterable[float],
        percent: bool = True,
    ):
        factors = np.array([1.0, *([100.0] if percent else []), *scales])
        exact, spans, counts = [np.array([*constants, *totals], float)], [], [np.array([*totals], float)]
        for name, table in tables:
            columns = [c for c in FIGURES[name] if c in table.columns and table[c].dtype.is_numeric()]
            values = table.select(pl.col(columns).cast(pl.Float64))
            exact += [_different(values)] if columns else []
            counts += [_different(values.select("n"))] if "n" in columns else []
            spans += _spans(values)
        self.values = _scaled(exact, factors)
        self.spans = _scaled(spans, factors) if spans else np.array([])
        self.counts = np.unique(np.concatenate(counts))

    def missing(self, values: list[tuple[float, int]], span: bool = False) -> list[float]:
        """Those of (number, decimals) that no figure gives. `span`: bars of errors, differences of rounded figures."""
        different = list(set(values))
        shown = np.abs(np.array([v for v, _ in different], float))
        unit = 10.0 ** -np.array([d for _, d in different], float)
        found = _near(self.values, shown, unit * 0.5)
        if span:
            found |= _near(self.spans, shown, unit * 1.5)
        strange = {number for number, ok in zip(different, found, strict=True) if not ok}
        return [number[0] for number in values if number in strange] if strange else []

    def missing_counts(self, values: list[tuple[float, int]]) -> list[float]:
        """Those that are no base of a published figure."""
        shown = np.array([v for v, _ in values], float)
        return [
            v
            for v, ok in zip(shown.tolist(), _near(self.counts, shown, np.full(len(shown), 0.5)), strict=True)
            if not ok
        ]


def _scaled(parts: list[np.ndarray], factors: np.ndarray) -> np.ndarray:
    values = np.unique(np.abs(np.concatenate(parts)))
    return np.sort(np.outer(factors, values).ravel(), kind="stable")  # which is quick where parts are sorted


def _different(values: pl.DataFrame) -> np.ndarray:
    """The values of all columns, each once."""
    together = reduce(pl.Expr.append, map(pl.col, values.columns))
    return values.select(together.drop_nulls().unique()).to_series().to_numpy()


def _spans(values: pl.DataFrame) -> list[np.ndarray]:
    """Lengths of error bars: from the figure to the ends of its interval."""
    middle = next((c for c in ("rate", "estimate", "difference", "value") if c in values.columns), None)
    if middle is None or "ci_low" not in values.columns:
        return []
    ends = values.select(pl.col("ci_high") - pl.col(middle), low=pl.col(middle) - pl.col("ci_low")).drop_nulls()
    return [_different(ends)]


def _near(sorted_values: np.ndarray, shown: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """Whether some value lies within the slack of each number."""
    if not sorted_values.size:
        return np.zeros(len(shown), bool)
    place = np.searchsorted(sorted_values, shown)
    before = sorted_values[np.clip(place - 1, 0, sorted_values.size - 1)]
    after = sorted_values[np.clip(place, 0, sorted_values.size - 1)]
    return np.minimum(np.abs(before - shown), np.abs(after - shown)) <= slack + 1e-6


def scope_of(page: str) -> tuple[str, str]:
    """(national, member), (cross, recipient) or (other, ''), from the path of a page."""
    if national := NATIONAL.search(page):
        return "national", national["member"]
    if cross := CROSS.search(page):
        return "cross", cross["recipient"] or ""
    return "other", ""


class Publications:
    """What the pages of one desk may show, by their scope; what all of them may is worked out once."""

    def __init__(self, desk: Desk):
        self.desk = desk
        self.constants = _constants(desk)
        self.totals = {float(v) for v in desk.manifest.get("counts", {}).values()}

    def of(self, scope: tuple[str, str]) -> Published:
        """A national page may show its member's figures, a cross-member page the peers'."""
        kind, who = scope
        tables = self.desk.tables
        if kind == "national":
            apart = {"peers", "ranks", *(name for names in ASIDE.values() for name in names)}
            shown = [(n, _of_member(t, who)) for n, t in tables.items() if n not in apart]
        elif kind == "cross":
            shown = _of_recipient(self.desk, who)
        else:
            shown = [(n, t) for n, t in tables.items() if n in ("units", "adequacy", "quality", "dif", "peers", "ranks")]
            shown.append(("drivers", tables["drivers"].filter(member=POOLED)))
        return Published(shown, _scales(self.desk), self.constants, self.totals)

    def aside(self, scope: tuple[str, str], part: str) -> Published:
        """What a part of a page may show that names a table: that table's rows of the member whose page it is, and no other number.

        The words of these rows are the administration's own, their numbers (dates, tables in a source) with them.
        """
        member = scope[1] if scope[0] == "national" else ""
        tables = [(n, self.desk.tables[n].filter(pl.col("member") == member)) for n in ASIDE.get(part, ())]
        words = {w for _, t in tables for c in t.columns if t[c].dtype == pl.String for w in t[c].drop_nulls()}
        worded = {abs(n) for word in words for n, _ in numbers(word)}
        dates = {float(n) for word in words if ISO_DATE.fullmatch(word) for n in word.split("-")}
        return Published(tables, [], {float(p) for p in PLAIN} | worded | dates, [], percent=False)


def _of_member(table: pl.DataFrame, member: str) -> pl.DataFrame:
    """The member's rows; tables that name no member are everybody's."""
    return table.filter(member=member) if "member" in table.columns else table


def _of_recipient(desk: Desk, recipient: str) -> list[tuple[str, pl.DataFrame]]:
    compared = desk.tables["comparisons"].filter(
        (pl.col("kind") == "member_vs_peers") & (pl.col("member") == recipient)
    )
    peers = desk.tables["peers"].filter(pl.col("recipient") == recipient)
    ranks = desk.tables["ranks"].filter(pl.col("recipient") == recipient)
    return [("peers", peers), ("ranks", ranks), ("comparisons", compared), ("dif", desk.tables["dif"])]


def _scales(desk: Desk) -> list[float]:
    """What one point of 100 is on the scales that pages show."""
    shown = {i["display"]["scale_max"] for i in desk.codebook["instruments"].values()}
    return sorted(s / 100 for s in shown)


def _constants(desk: Desk) -> set[float]:
    """Numbers that are no figures: rules, waves, ends of scales, and those in questions and answers ("10 to 99 staff")."""
    rules = {float(v) for v in desk.rules.values() if isinstance(v, int | float)}
    waves = {n for wave in desk.units["wave"].unique() for n in (wave_time(wave), *(n for n, _ in numbers(wave)))}
    ends = {100 * s for s in _scales(desk)}
    worded = {abs(n) for text in set(_texts(desk.codebook)) for n, _ in numbers(text)}
    return {float(p) for p in PLAIN} | rules | waves | ends | worded


def _texts(part) -> Iterator[str]:
    """Every string of a document."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)


def page_files(desk: Desk) -> list[tuple[str, Path]]:
    """The pages of the reports, by their path below the folder."""
    if desk.reports is None:
        return []
    return sorted((p.relative_to(desk.reports).as_posix(), p) for p in desk.reports.rglob("*.html"))
