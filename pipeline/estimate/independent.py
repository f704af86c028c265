"""The difference of two independent samples."""

from __future__ import annotations

import polars as pl


def independent(pairs: pl.DataFrame) -> pl.DataFrame:
    """Adds difference, variance_of_difference and df, from each side's estimate, variance and df (the other's with _other).

    Degrees of freedom by Satterthwaite (1946).
    """
    v1, v2 = pl.col("variance"), pl.col("variance_other")
    return pairs.with_columns(
        difference=pl.col("estimate") - pl.col("estimate_other"),
        variance_of_difference=v1 + v2,
        df=(v1 + v2) ** 2 / (v1**2 / pl.col("df") + v2**2 / pl.col("df_other")),
    )
