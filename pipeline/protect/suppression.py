"""Which cells may be shown: small bases, and one more where subtraction would tell.

First version of the rules: a threshold on every base, one on every member, wave
and population, and complementary suppression within a profile variable.
"""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.workspace import Rules

OVER_ALL_GROUPS = ("rao_scott_f", "kruskal_wallis")
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
    """A comparison is shown only if both its sides are; peers need `minimum_peers` members.

    A rank test shows as much as the mean of the same answers (`ranked_measure`); a test
    over all groups of a variable is shown only if every group is.
    """
    keys = [*DOMAIN, "indicator", "shown_measure", "category"]
    named = estimates.with_columns(shown_measure="measure")
    shown = named.filter(pl.col("status") != "suppressed")
    links = [*UNIT, "domain_link", "domain_category", "link", "shown_measure", "category"]
    other_keys = [f"other_{c}" for c in UNIT] + ["domain_link", "other_domain_category", *links[5:]]
    whole = [*UNIT, "domain_variable", "indicator"]
    marked = (
        comparisons.with_columns(shown_measure=pl.coalesce("ranked_measure", "measure"))
        .join(shown.select(keys).with_columns(this_side=pl.lit(True)), on=keys, how="left")
        .join(
            shown.select(links).unique().with_columns(other_side=True), left_on=other_keys, right_on=links, how="left"
        )
        .join(named.group_by(whole).agg(any_hidden=(pl.col("status") == "suppressed").any()), on=whole, how="left")
    )
    pair = pl.col("this_side").fill_null(False) & (pl.col("other_side").fill_null(False) | _enough_peers(rules))
    visible = pl.when(pl.col("test").is_in(OVER_ALL_GROUPS)).then(~pl.col("any_hidden").fill_null(True)).otherwise(pair)
    shown = pl.when(pl.col("reliable").fill_null(False)).then(pl.lit("published")).otherwise(pl.lit("unreliable"))
    return marked.with_columns(status=pl.when(visible).then(shown).otherwise(pl.lit("suppressed")))


def _enough_peers(rules: Rules) -> pl.Expr:
    fewest = 1 if rules.off else rules.minimum_peers
    return ((pl.col("kind") == "member_vs_peers") & (pl.col("peers") >= fewest)).fill_null(False)


def protect_units(table: pl.DataFrame, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """A table of facts about whole units with `status`: units under the minimum are suppressed."""
    everybody = sizes.filter(pl.col("domain_variable") == "").select(*UNIT, total="respondents")
    small = pl.col("total").fill_null(0) < (1 if rules.off else rules.minimum_unit)
    marked = table.join(everybody, on=UNIT, how="left")
    return marked.with_columns(status=pl.when(small).then(pl.lit("suppressed")).otherwise(pl.lit("published")))


def protect_quality(table: pl.DataFrame, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """As protect_units; a figure on flagged respondents needs enough of them, or none at all.

    `count`: the flagged respondents behind a figure; null where it is of
    everybody. The sum over all flags is shown only if each flag is.
    """
    few = ((pl.col("count") > 0) & (pl.col("count") < rules.minimum_respondents)).fill_null(False)
    few = few | ((pl.col("check") == "any_flag") & few.any().over(UNIT))
    marked = protect_units(table, sizes, rules)
    return marked.with_columns(status=pl.when(few).then(pl.lit("suppressed")).otherwise("status"))


def protect_dif(table: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Differences between members need as many of them as a mean of peers; no member is in the table."""
    few = (pl.col("grouping") == "member") & (pl.col("groups") < (1 if rules.off else rules.minimum_peers))
    return table.with_columns(status=pl.when(few).then(pl.lit("suppressed")).otherwise(pl.lit("published")))
