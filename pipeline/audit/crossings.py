"""Attacks on breakdowns that should not be there, and on figures computed over groups that are hidden."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.tables import DOMAIN, UNIT


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


def hidden_groups_in_adequacy(desk: Desk) -> Iterator[Finding]:
    """Figures on a margin's make-up that were computed with a group whose size is hidden."""
    domains = (
        desk.estimates.filter(pl.col("domain_variable") != "").group_by([*UNIT, *DOMAIN]).agg(pl.col("shown").any())
    )
    hidden = domains.filter(~pl.col("shown")).select(*UNIT, detail="domain_variable").unique()
    figures = desk.tables["adequacy"].filter(
        pl.col("status") != "suppressed", pl.col("statistic").is_in(["r_indicator", "largest_difference"])
    )
    for row in figures.join(hidden, on=[*UNIT, "detail"], how="semi").iter_rows(named=True):
        what = "computed with a group that is hidden; with the frame's counts its size follows"
        yield Finding("adequacy-detail", place("adequacy", row), what)
