"""What is said of sensitive questions, and where many say nothing."""

from __future__ import annotations

import polars as pl

from pipeline.report.narrator.finding import Finding, figure
from pipeline.report.quality import of_sensitive, refused
from pipeline.report.release import kept
from pipeline.report.wording import release_number


def prevalence(n) -> list[Finding]:
    """Per population the sensitive experience that most report: the share of the unfavourable answer."""
    return _findings(n, _reported(n), "prevalence")


def rates(n) -> list[Finding]:
    """Per population the largest rate that an indirect question found."""
    return _findings(n, _sure_rates(n), "rate", "indirect")


def refusals(n) -> list[Finding]:
    """Per population the sensitive question that most surely leave without an answer."""
    return _findings(n, _shown_refusals(n), "refusal")


@kept
def _reported(n) -> list[dict]:
    return of_sensitive(n).filter(pl.col("measure") == "unfavourable", pl.col("estimate") > 0, status="published").rows(named=True)


@kept
def _sure_rates(n) -> list[dict]:
    asked = pl.col("measure") == "share", pl.col("ci_low") > 0
    return n.everybody.filter(*asked, indicator_kind="rate", status="published").rows(named=True)


@kept
def _shown_refusals(n) -> list[dict]:
    return refused(n).filter(status="published").rows(named=True)


def _findings(n, told: list[dict], kind: str, evidence: str = "items") -> list[Finding]:
    return [_finding(n, row, kind, evidence) for row in told]


def _finding(n, row: dict, kind: str, evidence: str) -> Finding:
    population, code = row["population"], row["indicator"]
    where = f"estimates/{n.member}/{n.wave}/{population}/{code}/{row['measure']}"
    numbers = {k: release_number(str(round(100 * row[c])), where) for k, c in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))}
    question = n.source.titles_of(n.member, n.wave, population, code)
    text = n.t(f"finding_{kind}", population=n.t.name(population), question=question, **numbers)
    return Finding(text, (kind, population), evidence, 100 * row["ci_low"], True, population, facts=(figure(row),))
