"""The release's tables without what is hidden; a suppressed row keeps its keys and its status and nothing else."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect.blocks import BLOCK, DOMAIN
from pipeline.protect.suppression import Hidden
from pipeline.workspace import Rules

OVER_ALL_GROUPS = ("rao_scott_f", "kruskal_wallis")
OF_WEIGHTS = ("capped", "margin_missed", "largest_weight", "weighting_effect")  # with a population's counts, group sizes
OF_GROUPS = ("r_indicator", "largest_difference")  # adequacy's figures on how many are in each group


def protect_estimates(estimates: pl.DataFrame, hidden: Hidden, sizes: pl.DataFrame) -> pl.DataFrame:
    """Estimates with `status`. `sizes`: DOMAIN and `respondents`, the people in each group."""
    blocks = hidden.blocks.unique().with_columns(hidden=pl.lit(True))
    marked = estimates.join(blocks, on=BLOCK, how="left").join(
        _hidden_sizes(hidden, sizes), on=[*UNIT, "indicator"], how="left"
    )
    gone = pl.col("hidden").fill_null(False) | (
        (pl.col("domain_variable") == "")
        & pl.col("hidden_groups").is_not_null()
        & (pl.col("nothing_left") | _tells_sizes())
    ).fill_null(False)
    status = pl.when(gone).then(pl.lit("suppressed")).otherwise(shown_as())
    marked = marked.with_columns(status=status).drop("hidden", "hidden_groups", "nothing_left")
    return pl.concat([marked, _absent(marked, hidden)], how="diagonal_relaxed")


def _absent(marked: pl.DataFrame, hidden: Hidden) -> pl.DataFrame:
    """Suppressed rows for what nobody of a hidden group answered: a row that is not there would say so."""
    what = ["indicator", "indicator_kind", "measure", "category"]
    asked = marked.filter(pl.col("domain_variable") == "").select(*UNIT, *what, "concept", "link")
    broken_down = marked.filter(pl.col("domain_variable") != "").select(*UNIT, "indicator").unique()
    groups = hidden.groups.filter(pl.col("domain_variable") != "").unique()
    of_groups = groups.join(asked.join(broken_down, on=[*UNIT, "indicator"], how="semi"), on=UNIT)
    of_blocks = hidden.blocks.filter(pl.col("domain_variable") != "").unique().join(asked, on=[*UNIT, "indicator"])
    rows = pl.concat([of_groups, of_blocks.select(of_groups.columns)]).unique(maintain_order=True)
    lacking = rows.join(marked, on=[*DOMAIN, *what], how="anti")
    links = marked.select(*UNIT, "domain_variable", "domain_link").unique()  # of the breakdowns that the rules allow
    return lacking.join(links, on=[*UNIT, "domain_variable"]).with_columns(status=pl.lit("suppressed"))


def shown_as() -> pl.Expr:
    """The status of an estimate that is shown."""
    return pl.when(pl.col("reliable")).then(pl.lit("published")).otherwise(pl.lit("unreliable"))


def _hidden_sizes(hidden: Hidden, sizes: pl.DataFrame) -> pl.DataFrame:
    """UNIT, indicator (a profile question), hidden_groups, nothing_left: a profile question's own shares are its groups' sizes."""
    gone = hidden.groups.unique().filter(pl.col("domain_variable") != "").with_columns(gone=pl.lit(True))
    return (
        sizes.filter(pl.col("domain_variable") != "")
        .join(gone, on=DOMAIN, how="left")
        .group_by([*UNIT, "domain_variable"])
        .agg(
            hidden_groups=pl.col("domain_category").filter(pl.col("gone").fill_null(False)),
            nothing_left=pl.col("gone").fill_null(False).all(),
        )
        .filter(pl.col("hidden_groups").list.len() > 0)
        .rename({"domain_variable": "indicator"})
    )


def _tells_sizes() -> pl.Expr:
    """Shares of hidden groups, and what is made of the shares of all."""
    of_hidden = pl.col("category").is_in(pl.col("hidden_groups"))
    return pl.when(pl.col("measure") == "share").then(of_hidden).otherwise(pl.col("measure") != "nonresponse")


def protect_comparisons(
    comparisons: pl.DataFrame, estimates: pl.DataFrame, rules: Rules, not_bridged: pl.DataFrame
) -> pl.DataFrame:
    """A comparison is shown only if both its sides are; peers need `minimum_peers` members.

    A rank test shows as much as the mean of the same answers (`ranked_measure`); a test
    over all groups of a variable is shown only if every group is. `not_bridged`: BLOCK
    whose figures made for a comparison stay hidden (see protect/bridged.py).
    """
    keys = [*DOMAIN, "indicator", "shown_measure", "category"]
    named = estimates.with_columns(shown_measure="measure")
    shown = named.filter(pl.col("status") != "suppressed")
    other_keys = [f"other_{c}" for c in UNIT] + ["other_variable", "other_domain_category", "other_indicator", *keys[-2:]]
    whole = [*UNIT, "domain_variable", "indicator"]
    made = shown.select(BLOCK).unique().join(not_bridged, on=BLOCK, how="anti").with_columns(made=True)
    marked = (
        comparisons.with_columns(shown_measure=pl.coalesce("ranked_measure", "measure"))
        .join(shown.select(keys).with_columns(this_side=pl.lit(True)), on=keys, how="left")
        .join(shown.select(keys).with_columns(other_side=True), left_on=other_keys, right_on=keys, how="left")
        .join(made, left_on=BLOCK, right_on=BLOCK, how="left")
        .join(made.rename({"made": "other_made"}), left_on=other_keys[:6], right_on=BLOCK, how="left")
        .join(named.group_by(whole).agg(any_hidden=(pl.col("status") == "suppressed").any()), on=whole, how="left")
    )
    pair = pl.col("this_side").fill_null(False) & (pl.col("other_side").fill_null(False) | _enough_peers(rules))
    both_made = pl.col("made").fill_null(False) & pl.col("other_made").fill_null(False)
    pair = pl.when(pl.col("computed").fill_null(False)).then(both_made).otherwise(pair)
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


def protect_reliability(table: pl.DataFrame, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """As protect_units; what rests on few who answered all of a factor's questions is suppressed too."""
    few = pl.col("n") < (1 if rules.off else rules.minimum_respondents)
    marked = protect_units(table, sizes, rules)
    return marked.with_columns(status=pl.when(few).then(pl.lit("suppressed")).otherwise("status"))


def protect_adequacy(table: pl.DataFrame, hidden: Hidden, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """As protect_units; what is made of the sizes of a variable's groups needs them all to be shown."""
    variables = hidden.groups.select(*UNIT, detail="domain_variable", tells=True).unique()
    marked = protect_units(table, sizes, rules).join(variables, on=[*UNIT, "detail"], how="left")
    telling = pl.col("statistic").is_in(OF_GROUPS) & pl.col("tells").fill_null(False)
    return marked.with_columns(status=pl.when(telling).then(pl.lit("suppressed")).otherwise("status"))


def protect_weighting(units: pl.DataFrame, hidden: Hidden) -> pl.DataFrame:
    """The units without what weights tell of the size of a hidden group among their margins.

    A group's weight is its share of the population over its share of the respondents, and
    populations are publicly known, not least from administrative figures.
    """
    margins = units.select(*UNIT, domain_variable=pl.col("margins").str.split(", ")).explode("domain_variable")
    telling = margins.join(hidden.groups, on=[*UNIT, "domain_variable"], how="semi")
    marked = units.join(telling.select(*UNIT, tells=True).unique(), on=UNIT, how="left", maintain_order="left")
    emptied = [pl.when(pl.col("tells").is_null()).then(pl.col(c)).alias(c) for c in OF_WEIGHTS]
    return marked.with_columns(emptied).drop("tells")


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
    """Whether a question means the same is told of as many members as a mean of peers needs; none is in the table."""
    few = pl.col("members") < (1 if rules.off else rules.minimum_peers)
    return table.with_columns(status=pl.when(few).then(pl.lit("suppressed")).otherwise(pl.lit("published")))


def protect_adjustments(notes: pl.DataFrame, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """What was held fixed between two waves, with `status`; suppressed where either wave is too small.

    That answers are not here tells of nobody, and nothing is known of how many they are.
    """
    either = [protect_units(notes.with_columns(wave=wave), sizes, rules)["status"] for wave in ("wave", "other_wave")]
    here = pl.col("reason") != "answers_elsewhere"
    small = ((either[0] == "suppressed") | (either[1] == "suppressed")) & here
    status = pl.when(small).then(pl.lit("suppressed")).otherwise(pl.lit("published"))
    return notes.with_columns(status=status)
