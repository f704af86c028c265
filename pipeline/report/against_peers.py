"""A member's latest figures against the mean of the others, for its own cross-member page."""

from __future__ import annotations

import polars as pl

from pipeline.report.release import kept_for_all
from pipeline.report.rows import shown
from pipeline.report.source import Source
from pipeline.report.verdicts import MARKS, verdict
from pipeline.report.wording import Wording


def against_peers(source: Source, t: Wording, recipient: str, population: str) -> list[dict]:
    """A line for each factor and index: difference, interval, verdict; none for a reader who is no member."""
    place = {code: k for k, code in enumerate(source.titles)}
    lines = sorted(_latest(source, recipient, population), key=lambda r: place.get(r["indicator"], len(place)))
    return [_line(source, t, row) for row in lines]


@kept_for_all
def _latest(source: Source, recipient: str, population: str) -> list[dict]:
    mine = source.comparisons.filter(kind="member_vs_peers", member=recipient, population=population)
    return mine.filter(pl.col("wave") == pl.col("wave").max(), pl.col("measure") == "mean_score").rows(named=True)


def _line(source: Source, t: Wording, row: dict) -> dict:
    found = verdict(row)
    columns = (("x", "difference"), ("low", "ci_low"), ("high", "ci_high"))
    return {
        "label": source.titles.get(row["indicator"], row["indicator"]),
        "verdict": found,
        "mark": MARKS[found],
        "word": t.name(found),
        **{k: shown(source, row["measure"], row[c]) for k, c in columns},
    }
