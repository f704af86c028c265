"""Figures of two waves side by side, in every group that both have."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.estimate.bridges import INDICATOR, WAVES
from pipeline.estimate.design import UNIT

FIGURES = ["estimate", "variance", "df", "n", "spread", "kish"]


def alike(estimates: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """What has the same `link` in both waves, as bridges.comparable gives it."""
    names = estimates.select(*UNIT, *INDICATOR, "link").unique()
    other = names.select("member", "population", "link", other_wave="wave", other_indicator="indicator")
    linked = names.join(steps, on=UNIT).join(other, on=["member", "population", "other_wave", "link"])
    return linked.with_columns(bridge=pl.lit("same"), computed=pl.lit(False))


def groups_of_both(steps: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """WAVES, domain_variable, other_variable: everybody, and the groups of profile questions that both waves asked alike."""
    everybody = steps.select(*WAVES, domain_variable=pl.lit(""), other_variable=pl.lit(""))
    items = linked.filter(indicator_kind="item")
    return pl.concat([everybody, items.select(*WAVES, domain_variable="indicator", other_variable="other_indicator")])


def wave_pairs(
    estimates: pl.DataFrame, linked: pl.DataFrame, groups: pl.DataFrame, made_for: Sequence[str] = ()
) -> pl.DataFrame:
    """Estimates with those of the wave that `linked` (bridges.comparable) sets beside them: FIGURES with _other.

    `groups`: see groups_of_both; `made_for`: the columns that say for which questionnaires both sides were made.
    """
    row = ["domain_category", "measure", "category", *made_for]
    sides = [*made_for, *WAVES, *INDICATOR, "other_indicator", "bridge", "computed"]
    pairs = estimates.join(linked.select(sides), on=[*UNIT, *INDICATOR, *made_for]).join(
        groups, on=[*WAVES, "domain_variable"]
    )
    names = {"other_wave": "wave", "other_variable": "domain_variable", "other_indicator": "indicator"}
    other = estimates.select(
        "member", "population", "indicator_kind", *row, **names, **{f"{c}_other": c for c in FIGURES}
    )
    return pairs.join(other, on=["member", "population", "indicator_kind", *names, *row])
