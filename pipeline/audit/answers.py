"""Attacks on sensitive answers: what (nearly) everybody of a group said, and how many of a hidden group said it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, place
from pipeline.audit.relations import EVERYBODY, RELATION
from pipeline.audit.tables import DOMAIN, UNIT

ANSWER = [*UNIT, "indicator", "category"]
SIDES = ["share", "favourable", "unfavourable"]


def unanimous_groups(desk: Desk) -> Iterator[Finding]:
    """Published shares of sensitive answers that all but a few of the group gave: who belongs to it gave it too."""
    fewest = desk.rules["minimum_complement"]
    others = (pl.col("n") * (1 - pl.col("estimate"))).alias("others")
    rows = desk.shown.filter("sensitive", pl.col("measure").is_in(SIDES)).with_columns(others)
    near = rows.filter(pl.col("others") < fewest - 1e-6).sort([*UNIT, *DOMAIN, "indicator", "measure", "category"])
    for keys, group in near.group_by([*UNIT, *DOMAIN, "indicator"], maintain_order=True):
        row = group.row(0, named=True)
        where = place("estimates", dict(zip([*UNIT, *DOMAIN, "indicator"], keys, strict=True)))
        said = " ".join(v for v in (row["measure"], row["category"]) if v)
        yield Finding("unanimous", where, f"{said}: only {row['others']:.0f} of {row['n']} said otherwise")


def tight_statements(desk: Desk) -> Iterator[Finding]:
    """Coarse statements that are not coarse, counted in people."""
    width, few = desk.rules["minimum_interval"], desk.rules["minimum_complement"]
    for row in _coded(desk).filter(pl.col("total").is_not_null()).iter_rows(named=True):
        low, high = row["low_count"], row["high_count"]
        if row["total"] * (row["high"] - row["low"]) < width:
            what = f"{low} to {high} of {row['total']} respondents, fewer than {width} apart"
            yield Finding("coded-tight", place("coded", row), what)
        elif row["total"] - low < few:
            yield Finding("coded-tight", place("coded", row), f"at most {row['total'] - low} said otherwise")


def _coded(desk: Desk) -> pl.DataFrame:
    """The coarse statements with the base they speak of, and the counts they allow."""
    bases = desk.cells.filter(pl.col("domain_variable") == "").select(
        *UNIT, "indicator", total=pl.coalesce("n", "derived")
    )
    sizes = desk.units.select(*UNIT, "n")
    coded = desk.tables["coded"].join(bases, on=[*UNIT, "indicator"], how="left").join(sizes, on=UNIT, how="left")
    total = pl.coalesce("total", "n")
    return coded.with_columns(
        total=total,
        low_count=(pl.col("low").fill_null(0) * total - 1e-9).ceil().cast(pl.Int64),
        high_count=(pl.col("high").fill_null(1) * total + 1e-9).floor().cast(pl.Int64),
        low=pl.col("low").fill_null(0.0),
        high=pl.col("high").fill_null(1.0),
    )


def hidden_answers(desk: Desk) -> Iterator[Finding]:
    """Suppressed counts of sensitive answers, bounded by what adds up over groups and over answers.

    With known sums over groups and over answers the counts lie in a transport polytope, whose exact
    bounds are those of Frechet (Dobra and Fienberg 2000): max(0, group + answer - all) to min(group, answer).
    """
    width, few = desk.rules["minimum_interval"], desk.rules["minimum_complement"]
    found = bounded_answers(desk).with_columns(
        threshold=pl.min_horizontal(width, "best"), width=pl.col("high") - pl.col("low")
    )
    for row in found.sort([*RELATION, "category"]).iter_rows(named=True):
        where = place("estimates", row)
        if row["left"] - row["rest_low"] < few and row["left"] > 0:
            what = f"hidden groups: all but {row['left'] - row['rest_low']} of {row['left']} said {row['category']}"
            yield Finding("unanimous-remainder", where, what)
        elif row["width"] < row["threshold"]:
            what = f"hidden group {row['group']}: {row['low']} to {row['high']} said {row['category']}"
            yield Finding("answer-bounds", where, what)


def unstated_answers(desk: Desk) -> Iterator[Finding]:
    """What the few said who are in no group of a question: everybody less its groups, all of them shown."""
    rules = desk.rules
    shares = desk.estimates.filter("sensitive", ~pl.col("weighted"), pl.col("measure") == "share").with_columns(
        count=pl.col("estimate") * pl.col("n")
    )
    groups = shares.filter(pl.col("domain_variable") != "").group_by([*RELATION, "category"], maintain_order=True)
    stated = groups.agg(pl.col("n").sum(), pl.col("count").sum(), whole=pl.col("shown").all()).filter("whole")
    everybody = shares.filter("shown", pl.col("domain_variable") == "").select(*ANSWER, all="n", gave="count")
    left = stated.join(everybody, on=ANSWER).with_columns(
        left=pl.col("all") - pl.col("n"), others=(pl.col("all") - pl.col("n")) - (pl.col("gave") - pl.col("count"))
    )
    few = (pl.col("left") < rules["minimum_respondents"]) | (pl.col("others") < rules["minimum_complement"] - 1e-6)
    told = left.filter(pl.col("left") > 0, few).sort([*RELATION, "category"])
    for row in told.unique(RELATION, keep="first", maintain_order=True).iter_rows(named=True):
        what = f"those in no group: {row['left']} respondents, all but {row['others']:.0f} of whom said {row['category']}"
        yield Finding("unstated-answers", place("estimates", row), what)


def bounded_answers(desk: Desk) -> pl.DataFrame:
    """Per relation, sensitive answer and hidden group: low and high count, and the width at best."""
    per = desk.relations.filter(pl.col("indicator") != EVERYBODY)
    counts = _remaining(desk)
    groups = desk.cells.filter("hidden").select(*RELATION, group="domain_category", size="derived")
    joined = per.drop("left").rename({"rest": "left"}).join(counts, on=RELATION).join(groups, on=RELATION)
    return _frechet(joined)


def _remaining(desk: Desk) -> pl.DataFrame:
    """RELATION, category: how many gave the answer in all (least and most) and less the shown groups."""
    shares = desk.estimates.filter("sensitive", ~pl.col("weighted"), pl.col("measure") == "share").with_columns(
        count=pl.when("shown").then((pl.col("estimate") * pl.col("n")).round().cast(pl.Int64)),
        mixed=~pl.col("shown") & pl.col("shown").any().over([*RELATION, "domain_category"]),
    )
    coded = _coded(desk).filter(pl.col("measure") == "share").select(*ANSWER, "low_count", "high_count")
    totals = (
        shares.filter(pl.col("domain_variable") == "")
        .join(coded, on=ANSWER, how="left")
        .select(*ANSWER, least=pl.coalesce("count", "low_count"), greatest=pl.coalesce("count", "high_count"))
        .drop_nulls()
    )
    shown = (
        shares.filter(pl.col("domain_variable") != "")
        .group_by([*RELATION, "category"])
        .agg(pl.col("count").sum(), pl.col("mixed").any())
    )
    both = shown.join(totals, on=ANSWER)
    return both.with_columns(
        rest_low=pl.when("mixed").then(0).otherwise(pl.max_horizontal(0, pl.col("least") - pl.col("count"))),
        rest_high=pl.col("greatest") - pl.col("count"),
    ).filter(pl.col("rest_high") >= 0)


def _frechet(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds low, high and best (the width if no group were shown)."""
    size, left, total = pl.col("size"), pl.col("left"), pl.col("total")
    everybody_else = (
        pl.when(size.is_not_null())
        .then(left - size)
        .when(pl.col("unknown") == 1)
        .then(pl.min_horizontal(left, pl.col("derived") + pl.col("most")))
        .otherwise(left)
    )
    cap = pl.coalesce(size, total)
    outside = total - pl.coalesce(size, pl.lit(0))
    return rows.with_columns(
        low=pl.max_horizontal(0, pl.col("rest_low") - everybody_else),
        high=pl.min_horizontal(pl.coalesce(size, left), "rest_high"),
        best=pl.min_horizontal("greatest", cap) - pl.max_horizontal(0, pl.col("least") - outside),
    )
