"""Domain means and the covariance-carrying difference of two domains, from moments."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.linear import linear_variance
from pipeline.estimate.moments import CELL, Moments
from pipeline.estimate.ordering import sorted_by

TOTALS = ["n", "sw", "swy", "sw2", "swy2", "ny"]
ROUNDING = 1e-9  # of the variance of simple random sampling


def domain_means(moments: Moments) -> pl.DataFrame:
    """One row per CELL: key, estimate, variance, df, n, deff, spread and the weights' sum.

    Influence of a mean: (y - mean) / sum of weights (Särndal, Swensson and
    Wretman 1992, 5.7). deff is against simple random sampling with replacement
    of the same n, as R's svymean(deff="replace"). df: Korn and Graubard (1999).
    """
    means = means_of(totals(moments.cells))
    variances = linear_variance(_of_cells(moments, means), moments.design)
    found, rates = means.join(variances, on="key", how="left"), moments.rates.means
    numbered = rates.with_row_index("key", offset=means.height).cast({"key": means.schema["key"]})
    return with_design_effects(pl.concat([found, numbered], how="diagonal_relaxed"))


def with_design_effects(means: pl.DataFrame) -> pl.DataFrame:
    """Means (see `means_of`) that have a variance, with deff and n_effective.

    What the weights are calibrated to has no variance but what rounding leaves: it is 0, whatever order answers are added in.
    """
    srs = pl.col("srs_variance")
    return (
        means.with_columns(variance=pl.when(pl.col("variance") < ROUNDING * srs).then(0.0).otherwise("variance"))
        .with_columns(deff=pl.when(srs > 0).then(pl.col("variance") / srs))
        .with_columns(n_effective=pl.when(pl.col("deff") > 0).then(pl.col("n") / pl.col("deff")))
        .sort("key")
    )


def totals(cells: pl.DataFrame) -> pl.DataFrame:
    """CELL, TOTALS and centre: the moments added up over all places."""
    added = cells.group_by(CELL, maintain_order=True).agg(pl.col(TOTALS).sum(), pl.col("centre").first())
    return sorted_by(added, CELL)


def means_of(totals: pl.DataFrame) -> pl.DataFrame:
    """Weighted means and what tells how far to trust them, numbered by `key`.

    srs_variance: what simple random sampling of the same n would give; events:
    unweighted sum of y; kish: effective size for the weights alone (Kish 1965).
    """
    mean = pl.col("swy") / pl.col("sw")
    spread = (pl.col("swy2") / pl.col("sw") - mean * mean).clip(0)
    return totals.with_row_index("key").select(
        "key",
        *CELL,
        "n",
        pl.col("sw").alias("total_weight"),
        mean.alias("centred"),
        (mean + pl.col("centre")).alias("estimate"),
        spread.alias("spread"),
        pl.col("ny").alias("events"),
        (pl.col("sw") ** 2 / pl.col("sw2")).alias("kish"),
        pl.when(pl.col("n") > 1).then(spread / (pl.col("n") - 1)).alias("srs_variance"),
    )


def influences(moments: Moments, means: pl.DataFrame) -> pl.DataFrame:
    """The means and rates as linear statistics: rows (key, place, z, zz, n), see linear.py."""
    rates = moments.rates.parts.join(means.select("key", *CELL), on=CELL)
    rows = _of_cells(moments, means)
    return pl.concat([rows, rates.select(pl.col(c).cast(kind) for c, kind in rows.schema.items())])


def _of_cells(moments: Moments, means: pl.DataFrame) -> pl.DataFrame:
    w, m = pl.col("total_weight"), pl.col("centred")
    return moments.cells.join(means.select("key", *CELL, "total_weight", "centred"), on=CELL).select(
        "key",
        "place",
        z=(pl.col("swy") - m * pl.col("sw")) / w,
        zz=(pl.col("sw2y2") - 2 * m * pl.col("sw2y") + m * m * pl.col("sw2")) / (w * w),
        n="n",
    )


def difference_variance(moments: Moments, means: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Variance and df of the difference of two disjoint domains, per row of `pairs`.

    `pairs` has pair, key and other_key (rows of `means`). Disjoint domains may
    share strata and sampling units, not respondents: their influences add up.
    """
    rows = influences(moments, means)
    this = pairs.select("pair", "key").join(rows, on="key")
    other = pairs.select("pair", key="other_key").join(rows, on="key").with_columns(-pl.col("z"))
    both = (
        pl.concat([this, other])
        .sort("pair", "place")
        .group_by("pair", "place", maintain_order=True)
        .agg(pl.col("z", "zz", "n").sum())
    )
    return linear_variance(both.rename({"pair": "key"}), moments.design).rename({"key": "pair"})
