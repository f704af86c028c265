"""Small domains steadied: empirical-Bayes estimates beside the direct ones, never instead of them."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import special

from pipeline.estimate.design import UNIT

STEADIED = ("favourable", "mean_score")
ROUNDS, FEWEST_DOMAINS = 60, 3
GROUP = [*UNIT, "indicator", "indicator_kind", "measure", "category"]


def with_shrinkage(estimates: pl.DataFrame) -> pl.DataFrame:
    """Adds shrunk, shrunk_low and shrunk_high to the domains of favourable shares and scores.

    Area-level model: a domain's value is the member's own mean plus an effect of
    variance t²; direct estimates are drawn towards that mean by v / (v + t²).
    t² is the maximum-likelihood estimate over all domains of a member, wave,
    population and indicator (domains of different profile variables overlap, so
    that t² is approximate). Mean squared error with the part for estimating t².
    Source: Fay and Herriot (1979); Datta and Lahiri (2000).
    """
    overall = estimates.filter(pl.col("domain_variable") == "", pl.col("measure").is_in(STEADIED)).select(
        *GROUP, mean="estimate", mean_variance="variance"
    )
    domains = (
        estimates.filter(pl.col("domain_variable") != "", pl.col("measure").is_in(STEADIED), pl.col("variance") > 0)
        .join(overall, on=GROUP)
        .select("key", *GROUP, "mean", "mean_variance", "estimate", "variance")
        .filter(pl.len().over(GROUP) >= FEWEST_DOMAINS)
    )
    return estimates.join(_steadied(_effect_variance(domains)), on="key", how="left").sort("key")


def _effect_variance(domains: pl.DataFrame) -> pl.DataFrame:
    """Adds t²: the root of the likelihood's derivative, by scoring from the moment estimate, cut at 0."""
    group = domains.select(pl.struct(GROUP).rank("dense")).to_series().to_numpy().astype(int) - 1
    v, estimate, mean = (domains[c].to_numpy() for c in ("variance", "estimate", "mean"))
    excess = (estimate - mean) ** 2 - v
    t2 = np.clip(np.bincount(group, excess) / np.bincount(group), 0, None)
    for _ in range(ROUNDS):
        weight = 1 / (v + t2[group]) ** 2
        slope = np.bincount(group, (excess - t2[group]) * weight) / np.bincount(group, weight)
        t2 = np.clip(t2 + slope, 0, None)
    return domains.with_columns(t2=pl.Series(t2[group], dtype=pl.Float64))


def _steadied(domains: pl.DataFrame) -> pl.DataFrame:
    v, t2 = pl.col("variance"), pl.col("t2")
    kept = t2 / (t2 + v)
    of_t2 = 2 / (1 / (v + t2) ** 2).sum().over(GROUP)
    error = kept * v + (1 - kept) ** 2 * pl.col("mean_variance") + v**2 / (v + t2) ** 3 * of_t2
    half = float(special.ndtri(0.975)) * pl.col("shrunk_error").sqrt()
    return (
        domains.with_columns(shrunk=pl.col("mean") + kept * (pl.col("estimate") - pl.col("mean")), shrunk_error=error)
        .with_columns(shrunk_low=pl.col("shrunk") - half, shrunk_high=pl.col("shrunk") + half)
        .select("key", "shrunk", "shrunk_low", "shrunk_high")
    )
