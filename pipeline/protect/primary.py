"""Which blocks may not be shown for what they are: small, dominated or unanimous."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect.blocks import BLOCK, DOMAIN
from pipeline.workspace import Rules


def small_units(sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """UNIT of those with fewer than `minimum_unit` respondents."""
    everybody = sizes.filter(pl.col("domain_variable") == "")
    return everybody.filter(pl.col("respondents") < rules.minimum_unit).select(UNIT)


def small_domains(sizes: pl.DataFrame, largest: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """DOMAIN of groups with fewer than `minimum_respondents`, or in which a few hold most of the weight.

    `largest`: DOMAIN, weight, largest (the greatest weights, descending). Dominance
    rule: Cox (1981); n = 2, k = 90 % as in ACRO (Ritchie and others 2023).
    """
    few = sizes.filter(pl.col("respondents") < rules.minimum_respondents)
    held = pl.col("largest").list.head(rules.dominance_respondents).list.sum()
    dominated = largest.filter(held > rules.dominance_share * pl.col("weight"))
    groups = pl.concat([few.select(DOMAIN), dominated.select(DOMAIN)])
    return groups.filter(pl.col("domain_variable") != "").unique(maintain_order=True)


def small_bases(blocks: pl.DataFrame, largest: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """BLOCK of those whose figures rest on too few, or (at worst) on the weight of a few.

    Who of the domain answered is not looked at: its greatest weights are set
    against the weight of those who did.
    """
    held = pl.col("largest").list.head(rules.dominance_respondents).list.sum()
    weighed = blocks.join(largest.select(*DOMAIN, "largest"), on=DOMAIN, how="left")
    few = pl.col("n") < rules.minimum_respondents
    return weighed.filter(few | (held > rules.dominance_share * pl.col("weight")).fill_null(False)).select(BLOCK)


def given_away(estimates: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """BLOCK of indirect questions whose answers admit something after all.

    Who counts none or all of a list's statements says what is true of the sensitive
    one (Blair and Imai 2012): (nearly) all of a group must not. Nor must all have
    given one answer to a randomised question.
    """
    return estimates.filter(pl.col("others") < rules.minimum_complement).select(BLOCK).unique(maintain_order=True)


def unanimous(answers: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """BLOCK of sensitive questions to which (nearly) all of a group gave one answer.

    Fewer than `minimum_complement` others: whoever knows of those knows what
    everyone else said (group disclosure: Lupp and Langsrud 2021). Where answers
    are weighted the weighted share must not say so either. `answers`: see
    blocks.sensitive_answers.
    """
    others = pl.min_horizontal(pl.col("n") - pl.col("count"), pl.col("n") * (1 - pl.col("estimate")))
    return answers.filter(pl.col("n") > 0, others < rules.minimum_complement - 1e-6).select(BLOCK).unique(maintain_order=True)
