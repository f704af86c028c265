"""Top and bottom coding: the coarse word on a sensitive question that (nearly) all of a unit answered alike."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect.blocks import ANSWERS
from pipeline.protect.suppression import Hidden
from pipeline.workspace import Rules

STEP, MOST = 0.05, 0.5  # bounds are multiples of STEP; a bound beyond MOST says nothing worth saying
CODED = {
    **dict.fromkeys([*UNIT, "indicator", "measure", "category"], pl.String),
    "low": pl.Float64,
    "high": pl.Float64,
}


def coded(protected: pl.DataFrame, known: pl.DataFrame, hidden: Hidden, rules: Rules) -> pl.DataFrame:
    """Rows of CODED: suppressed shares of everybody, as "at most" or "at least".

    Only where nobody, or fewer than `minimum_complement`, gave (or did not give)
    the answer; the bound is so far from 0 (or 1) that `minimum_interval` counts
    fit between. Of groups nothing is said: their bounds could be set against each
    other. `protected`: estimates with status, n, events; `known`: see
    blocks.roles. Units that are too small are passed over. Source: Washington State Department of Health (2018), small numbers.
    """
    too_small = hidden.groups.filter(pl.col("domain_variable") == "").select(UNIT)
    sensitive = known.filter("sensitive").select(*UNIT, "indicator")
    n, given = pl.col("n"), pl.col("events")
    rare, common = given < rules.minimum_complement, n - given < rules.minimum_complement
    reach = pl.max_horizontal(rules.minimum_interval / n, pl.when(rare).then("estimate").otherwise(1 - pl.col("estimate")))
    bound = ((reach / STEP - 1e-9).ceil() * STEP).round(2)
    return (
        protected.filter(
            pl.col("status") == "suppressed",
            pl.col("domain_variable") == "",
            pl.col("measure").is_in(ANSWERS),
            n >= rules.minimum_respondents,
            rare | common,
        )
        .join(sensitive, on=[*UNIT, "indicator"], how="semi")
        .join(too_small, on=UNIT, how="anti")
        .with_columns(bound=bound)
        .filter(pl.col("bound") < MOST)
        .select(
            *UNIT,
            "indicator",
            "measure",
            "category",
            low=pl.when(rare).then(0.0).otherwise((1 - pl.col("bound")).round(2)),
            high=pl.when(rare).then(pl.col("bound")).otherwise(1.0),
        )
        .sort([*UNIT, "indicator", "measure", "category"])
    )
