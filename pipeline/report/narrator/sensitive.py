"""What is said of sensitive questions, and where many say nothing."""

from __future__ import annotations

import polars as pl

from pipeline.report.narrator.finding import Finding
from pipeline.report.wording import release_number

MANY_REFUSE = 0.10  # surely more than one in ten: silence on a sensitive question speaks


def prevalence(n) -> list[Finding]:
    """Per population the sensitive experience that most report: the share of the unfavourable answer."""
    found = _of_sensitive(n, pl.col("measure") == "unfavourable")
    return [_finding(n, r, "finding_prevalence", "prevalence") for r in found.iter_rows(named=True)]


def refusals(n) -> list[Finding]:
    """Per population the sensitive question that most surely leave without an answer."""
    silent = (pl.col("measure") == "nonresponse") & (pl.col("category") == "") & (pl.col("ci_low") > MANY_REFUSE)
    return [_finding(n, r, "finding_refusal", "refusal") for r in _of_sensitive(n, silent).iter_rows(named=True)]


def _of_sensitive(n, measured: pl.Expr) -> pl.DataFrame:
    """The published figures of everybody on sensitive questions."""
    sensitive = {(p, i["code"]) for p in n.populations for i in n.instruments[p]["items"] if i["sensitive"]}
    names = pl.DataFrame(sorted(sensitive), {"population": pl.String, "indicator": pl.String}, orient="row")
    shown = n.everybody.filter(measured, pl.col("status") == "published", pl.col("estimate") > 0)
    return shown.join(names, on=["population", "indicator"], how="semi")


def _finding(n, row: dict, key: str, kind: str) -> Finding:
    population, code = row["population"], row["indicator"]
    where = f"estimates/{n.member}/{n.wave}/{population}/{code}/{row['measure']}"
    numbers = {k: release_number(str(round(100 * row[c])), where) for k, c in (("x", "estimate"), ("low", "ci_low"), ("high", "ci_high"))}
    question = n.source.titles_of(n.member, n.wave, population, code)
    text = n.t(key, population=n.t.name(population), question=question, **numbers)
    return Finding(text, (kind, population), "items", 100 * row["ci_low"], sensitive=True)
