"""Attacks on breakdowns that should not be there, and on figures computed over groups that are hidden."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.tables import DOMAIN, UNIT

OF_WEIGHTS = ("capped", "margin_missed", "largest_weight", "weighting_effect")


def crossed_profiles(desk: Desk) -> Iterator[Finding]:
    """Profile by profile tables: how many women are managers. Small cells stand in them."""
    crossed = desk.shown.filter((pl.col("role") == "profile") & (pl.col("domain_variable") != ""))
    for keys, rows in crossed.group_by([*UNIT, "domain_variable", "indicator"], maintain_order=True):
        row = dict(zip([*UNIT, "domain_variable", "indicator"], keys, strict=True))
        what = f"two profile questions crossed, {rows.height} figures"
        yield Finding("crossing", place("estimates", row), what)


def forbidden_breakdowns(desk: Desk) -> Iterator[Finding]:
    """Groups by questions that are no profile questions, or that the rules leave out."""
    permitted = desk.rules["breakdown_by"]
    used = desk.shown.filter(pl.col("domain_variable") != "").select(*UNIT, "instrument", "domain_variable").unique()
    roles = desk.items.select("instrument", "role", "item_concept", domain_variable="code")
    rows = used.join(roles, on=["instrument", "domain_variable"], how="left").sort([*UNIT, "domain_variable"])
    for row in rows.iter_rows(named=True):
        where = place("estimates", row)
        if row["role"] != "profile":
            yield Finding("breakdown", where, "groups by what is no profile question")
        elif permitted is not None and not {row["domain_variable"], row["item_concept"]} & set(permitted):
            yield Finding("breakdown", where, f"the rules allow groups by {listed(permitted)} only")


def _with_hidden_groups(desk: Desk) -> pl.DataFrame:
    """UNIT, domain_variable: the profile questions that have a group of which nothing is shown."""
    domains = desk.estimates.filter(pl.col("domain_variable") != "")
    shown = domains.group_by([*UNIT, *DOMAIN]).agg(pl.col("shown").any())
    return shown.filter(~pl.col("shown")).select(*UNIT, "domain_variable").unique()


def hidden_groups_in_adequacy(desk: Desk) -> Iterator[Finding]:
    """Figures on a margin's make-up that were computed with a group whose size is hidden."""
    hidden = _with_hidden_groups(desk).rename({"domain_variable": "detail"})
    figures = desk.tables["adequacy"].filter(
        pl.col("status") != "suppressed", pl.col("statistic").is_in(["r_indicator", "largest_difference"])
    )
    for row in figures.join(hidden, on=[*UNIT, "detail"], how="semi").iter_rows(named=True):
        what = "computed with a group that is hidden; with the frame's counts its size follows"
        yield Finding("adequacy-detail", place("adequacy", row), what)


def hidden_groups_in_weights(desk: Desk) -> Iterator[Finding]:
    """How unlike each other weights are where a hidden group is among the margins: with the population's counts its size follows."""
    hidden = _with_hidden_groups(desk)
    told = desk.units.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in OF_WEIGHTS))
    margins = told.with_columns(domain_variable=pl.col("margins").str.split(", ")).explode("domain_variable")
    for row in margins.join(hidden, on=[*UNIT, "domain_variable"], how="semi").iter_rows(named=True):
        filled = [c for c in OF_WEIGHTS if row[c] is not None]
        yield Finding("weights", place("units", row), f"{listed(filled)}: made with a hidden group, whose size follows")
