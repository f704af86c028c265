"""Which cells may be shown: small bases, and one more where subtraction would tell.

First version of the rules: a threshold on every base, one on every member, wave
and population, and complementary suppression within a profile variable.
"""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.workspace import Rules

DOMAIN = [*UNIT, "domain_variable", "domain_category"]


def protect_estimates(estimates: pl.DataFrame, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Estimates with `status`; `sizes` has DOMAIN and `respondents`, the people in each domain.

    A suppressed row keeps its keys and its status and nothing else.
    """
    marked = estimates.join(hidden_domains(sizes, rules), on=DOMAIN, how="left").with_columns(
        hidden=pl.col("hidden").fill_null(True) | (pl.col("n") < rules.minimum_respondents)
    )
    marked = marked.with_columns(
        hidden=_with_complement(
            pl.col("hidden"), pl.col("n"), [*UNIT, "domain_variable", "indicator", "measure", "category"]
        )
    )
    if rules.off:
        marked = marked.with_columns(hidden=pl.lit(False))
    status = (
        pl.when("hidden")
        .then(pl.lit("suppressed"))
        .when(~pl.col("reliable"))
        .then(pl.lit("unreliable"))
        .otherwise(pl.lit("published"))
    )
    return marked.with_columns(status=status)


def hidden_domains(sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """DOMAIN and `hidden`: too few people, too small a unit, or the partner of a single hidden one."""
    everybody = sizes.filter(pl.col("domain_variable") == "").select(*UNIT, total="respondents")
    small = (pl.col("respondents") < rules.minimum_respondents) | (pl.col("total") < rules.minimum_unit)
    flagged = sizes.join(everybody, on=UNIT).with_columns(hidden=small)
    return flagged.with_columns(
        hidden=_with_complement(pl.col("hidden"), pl.col("respondents"), [*UNIT, "domain_variable"])
    ).select(*DOMAIN, "hidden")


def _with_complement(hidden: pl.Expr, size: pl.Expr, group: list[str]) -> pl.Expr:
    """Where exactly one cell of a profile variable is hidden, the smallest shown one joins it."""
    alone = hidden.sum().over(group) == 1
    shown_size = pl.when(~hidden).then(size)
    first_smallest = shown_size.rank("ordinal").over(group) == 1
    return hidden | (alone & ~hidden & (pl.col("domain_variable") != "") & first_smallest)


def protect_comparisons(comparisons: pl.DataFrame, estimates: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """A comparison is shown only if both its sides are; peers need `minimum_peers` members."""
    keys = [*DOMAIN, "indicator", "measure", "category"]
    shown = estimates.filter(pl.col("status") != "suppressed").select(keys).with_columns(this_side=pl.lit(True))
    links = [*UNIT, "domain_link", "domain_category", "link", "measure", "category"]
    others = (
        estimates.filter(pl.col("status") != "suppressed").select(links).unique().with_columns(other_side=pl.lit(True))
    )
    other_keys = [
        "other_member",
        "other_wave",
        "other_population",
        "domain_link",
        "other_domain_category",
        "link",
        "measure",
        "category",
    ]
    marked = comparisons.join(shown, on=keys, how="left").join(others, left_on=other_keys, right_on=links, how="left")
    peers_enough = (pl.col("kind") == "member_vs_peers") & (
        pl.col("peers") >= (1 if rules.off else rules.minimum_peers)
    )
    visible = pl.col("this_side").fill_null(False) & (
        pl.col("other_side").fill_null(False) | peers_enough.fill_null(False)
    )
    return marked.with_columns(status=pl.when(visible).then(pl.lit("published")).otherwise(pl.lit("suppressed")))
