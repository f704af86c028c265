"""What is said of sensitive questions, and where many say nothing."""

from __future__ import annotations

import polars as pl

from pipeline.report.narrator.finding import Finding, figure
from pipeline.report.quality import of_sensitive, refused
from pipeline.report.wording import release_number


def prevalence(n) -> list[Finding]:
    """Per population the sensitive experience that most report: the share of the unfavourable answer."""
    told = of_sensitive(n).filter(pl.col("measure") == "unfavourable", pl.col("estimate") > 0)
    return _findings(n, told, "prevalence")


def refusals(n) -> list[Finding]:
    """Per population the sensitive question that most surely leave without an answer."""
    return _findings(n, refused(n), "refusal")


def _findings(n, told: pl.DataFrame, kind: str) -> list[Finding]:
    return [_finding(n, r, f"finding_{kind}", kind) for r in told.filter(status="published").iter_rows(named=True)]


def _finding(n, row: dict, key: str, kind: str) -> Finding:
    population, code = row["population"], row["indicator"]
    where = f"estimates/{n.member}/{n.wave}/{population}/{code}/{row['measure']}"
    numbers = {k: release_number(str(round(100 * row[c])), where) for k, c in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))}
    question = n.source.titles_of(n.member, n.wave, population, code)
    text = n.t(key, population=n.t.name(population), question=question, **numbers)
    return Finding(text, (kind, population), "items", 100 * row["ci_low"], True, population, facts=(figure(row),))
