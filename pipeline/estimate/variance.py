"""Taylor-linearised variance of domain means, from moments.

Source: Binder (1983); Särndal, Swensson and Wretman (1992), ch. 5; as in R
`survey` 4.1 (svymean, svyby) with lonely PSUs `adjust`: with-replacement first
stage, domains as zero-extended subpopulations.
"""

from __future__ import annotations

import polars as pl

from pipeline.estimate.moments import CELL, PLACE, UNIT, Moments


def domain_means(moments: Moments) -> pl.DataFrame:
    """One row per CELL: estimate, variance, df, n, deff and the weights' sum W.

    z = w (y - mean) / W inside the domain and 0 outside; V = sum over strata of
    n_h / (n_h - 1) (sum z² - (sum z)² / n_h), where n_h counts every sampling
    unit of the stratum, with or without an answer (Cochran 1977, 5A.14).
    df: units with an answer minus strata with an answer (Korn and Graubard 1999).
    """
    means = _means(moments.cells)
    strata = stratum_residuals(moments, means)
    variances = strata.group_by(CELL).agg(
        variance=_stratum_variance().sum(), df=(pl.col("units") - 1).sum(), clustered=pl.col("clustered").first()
    )
    estimates = means.join(variances, on=CELL).with_columns(pl.col("variance").clip(0))
    return estimates.with_columns(
        deff=pl.when(pl.col("srs_variance") > 0).then(pl.col("variance") / pl.col("srs_variance"))
    )


def _means(cells: pl.DataFrame) -> pl.DataFrame:
    """Weighted means; srs_variance: what simple random sampling of the same n would give."""
    totals = cells.group_by(CELL, maintain_order=True).agg(
        pl.col("n", "sw", "swy", "swy2").sum(), pl.col("centre").first()
    )
    mean = pl.col("swy") / pl.col("sw")
    spread = (pl.col("swy2") / pl.col("sw") - mean * mean).clip(0)
    return totals.select(
        *CELL,
        "n",
        pl.col("sw").alias("total_weight"),
        mean.alias("centred"),
        (mean + pl.col("centre")).alias("estimate"),
        spread.alias("spread"),
        pl.when(pl.col("n") > 1).then(spread / (pl.col("n") - 1)).alias("srs_variance"),
    )


def residual_totals(moments: Moments, means: pl.DataFrame) -> pl.DataFrame:
    """Per CELL, stratum and PSU: z (sum of z) and zz (what it adds to the sum of squares)."""
    w, m = pl.col("total_weight"), pl.col("centred")
    total = (pl.col("swy") - m * pl.col("sw")) / w
    squares = (pl.col("sw2y2") - 2 * m * pl.col("sw2y") + m * m * pl.col("sw2")) / (w * w)
    return (
        moments.cells.join(means.select(*CELL, "total_weight", "centred"), on=CELL)
        .join(moments.strata.select(*UNIT, "stratum", "psus", "clustered", sampled="n"), on=[*UNIT, "stratum"])
        .select(
            *CELL,
            *PLACE,
            "clustered",
            total.alias("z"),
            pl.when("clustered").then(total * total).otherwise(squares).alias("zz"),
            pl.when("clustered").then(pl.lit(1)).otherwise(pl.col("n")).alias("units"),
            pl.when("clustered").then("psus").otherwise("sampled").alias("n_h"),
        )
    )


def stratum_residuals(moments: Moments, means: pl.DataFrame) -> pl.DataFrame:
    """residual_totals, added up to strata."""
    return (
        residual_totals(moments, means)
        .group_by([*CELL, "stratum"])
        .agg(pl.col("z", "zz", "units").sum(), pl.col("n_h", "clustered").first())
    )


def _stratum_variance() -> pl.Expr:
    """A lonely unit is centred at the grand mean, which is 0 for a mean's residuals (`adjust`)."""
    n = pl.col("n_h")
    within = pl.col("zz") - pl.col("z") * pl.col("z") / n
    return pl.when(n > 1).then(within * n / (n - 1)).otherwise(pl.col("zz"))


def covariances(moments: Moments, means: pl.DataFrame, pairs: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Covariance of two disjoint domains of one design, per row of `pairs`.

    `pairs` has `keys` plus domain_category and other_domain_category. Disjoint
    domains share strata (and PSUs), not respondents.
    """
    z = residual_totals(moments, means).select(*CELL, *PLACE, "clustered", "z", "n_h")
    other = z.rename({"domain_category": "other_domain_category", "z": "z_other"}).select(
        *keys, "other_domain_category", *PLACE, "z_other"
    )
    same_psu = (
        pairs.join(z.filter("clustered"), on=[*keys, "domain_category"])
        .join(other, on=[*keys, "other_domain_category", *PLACE])
        .group_by([*keys, "domain_category", "other_domain_category", "stratum"])
        .agg(zz=(pl.col("z") * pl.col("z_other")).sum())
    )
    by_stratum = z.group_by([*CELL, "stratum"]).agg(pl.col("z").sum(), pl.col("n_h").first())
    other = by_stratum.rename({"domain_category": "other_domain_category", "z": "z_other"}).select(
        *keys, "other_domain_category", "stratum", "z_other"
    )
    n = pl.col("n_h")
    within = pl.col("zz").fill_null(0) - pl.col("z") * pl.col("z_other") / n
    return (
        pairs.join(by_stratum, on=[*keys, "domain_category"])
        .join(other, on=[*keys, "other_domain_category", "stratum"])
        .join(same_psu, on=[*keys, "domain_category", "other_domain_category", "stratum"], how="left")
        .group_by([*keys, "domain_category", "other_domain_category"])
        .agg(covariance=pl.when(n > 1).then(within * n / (n - 1)).otherwise(pl.col("zz").fill_null(0)).sum())
    )
