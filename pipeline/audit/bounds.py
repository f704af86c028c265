"""Bounds of suppressed bases from what adds up within one profile question.

With one suppressed category the rest is its base, but for those who did not state the question.
With more, each may be anything from 0 to the rest: the exact bounds of the linear programme
(Fischetti and Salazar 2001), which here need no solver. Questions that share groups: see `linked`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.relations import EVERYBODY, RELATION
from pipeline.audit.tables import UNIT


def hidden_bases(desk: Desk) -> Iterator[Finding]:
    """Suppressed bases that follow from the published ones, or can only lie in a narrow interval."""
    yield from derived_bases(desk.cells, desk.rules)
    yield from judged(bounded(desk.relations), desk.rules)


def bounded(per: pl.DataFrame) -> pl.DataFrame:
    """Adds low and high: what each suppressed base without a derived value can be."""
    alone = pl.col("unknown") == 1
    return per.filter(pl.col("left") >= 0, pl.col("unknown") > 0).with_columns(
        low=pl.when(alone).then(pl.max_horizontal(0, pl.col("left") - pl.col("most"))).otherwise(0),
        high=pl.when(alone).then(pl.col("left") - pl.col("fewest")).otherwise(pl.col("left")),
    )


def judged(per: pl.DataFrame, rules: dict, prefix: str = "") -> Iterator[Finding]:
    """One finding per unit, profile question and kind; the kinds exclude one another."""
    width = pl.col("high") - pl.col("low")
    kind = (
        pl.when(width <= 0)
        .then(pl.lit("exact"))
        .when((pl.col("unknown") > 1) & (pl.col("left") < rules["minimum_respondents"]))
        .then(pl.lit("remainder"))
        .when(width < rules["minimum_interval"])
        .then(pl.lit("narrow"))
    )
    found = per.with_columns(kind=kind).filter(pl.col("kind").is_not_null()).sort(RELATION)
    for keys, rows in found.group_by([*UNIT, "domain_variable", "kind"], maintain_order=True):
        where = place("estimates", dict(zip([*UNIT, "domain_variable"], keys[:-1], strict=True)))
        yield Finding(prefix + keys[-1], where, _words(keys[-1], rows))


def _words(kind: str, rows: pl.DataFrame) -> str:
    row = rows.row(0, named=True)
    groups, of = listed(row["names"]), row["indicator"] or "everybody"
    more = f" (and of {rows.height - 1} more indicators)" if rows.height > 1 else ""
    if kind == "exact":
        return f"group {groups} of {of}: exactly {row['high']} respondents, everybody less the others{more}"
    if kind == "remainder":
        return f"groups {groups} of {of} together: all less what is published, {row['left']} respondents{more}"
    return f"group {groups} of {of}: between {row['low']} and {row['high']} respondents{more}"


def derived_bases(known: pl.DataFrame, rules: dict) -> Iterator[Finding]:
    """Bases of suppressed figures from those who did not answer, and sizes of groups from the profile's own shares."""
    few = pl.col("derived") < rules["minimum_respondents"]
    whole = pl.col("indicator") == EVERYBODY
    given = known.filter(pl.col("hidden"), pl.col("derived").is_not_null(), few | whole).filter(
        (pl.col("domain_variable") != "") | ~whole
    )
    for row in given.iter_rows(named=True):
        if row["indicator"] == EVERYBODY:
            what = f"the group is suppressed, yet its share of everybody makes it {row['derived']} respondents"
            yield Finding("domain-size", place("estimates", row), what)
        else:
            what = f"suppressed, yet nonresponse beside it leaves {row['derived']} who answered"
            yield Finding("nonresponse", place("estimates", row), what)
