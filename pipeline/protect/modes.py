"""In which ways (tablet, online, ...) a unit's answers were collected, as far as that may be said."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect.tables import protect_units
from pipeline.workspace import Rules


def protect_modes(modes: pl.DataFrame, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """UNIT, mode, share (of respondents whose mode is known, in whole percent) and status.

    `modes`: UNIT, mode ('' where unknown), n. Where fewer than `minimum_respondents`
    took one of the ways, or an unknown one, only the commonest is named (if so many
    took it) and no share given, as a share would count them.
    """
    enough = pl.col("n") >= (1 if rules.off else rules.minimum_respondents)
    counted = modes.sort(*UNIT, "mode").with_columns(few=(~enough).any().over(UNIT)).filter(pl.col("mode") != "")
    shares = counted.with_columns(
        share=(pl.col("n") / pl.col("n").sum().over(UNIT)).round(2),
        commonest=pl.int_range(pl.len()).over(UNIT) == pl.col("n").arg_max().over(UNIT),
    )
    said = shares.filter(~pl.col("few") | (pl.col("commonest") & enough))
    said = said.with_columns(share=pl.when(~pl.col("few")).then("share"))
    return protect_units(said.drop("n", "few", "commonest"), sizes, rules)
