"""Do ordinal answers differ between two groups: design-based Wilcoxon test and probability of superiority."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.estimate.intervals import t_quantile, t_test
from pipeline.estimate.linear import linear_variance
from pipeline.estimate.moments import Moments

SIDE = [*UNIT, "domain_variable", "domain_category", "indicator"]


def wilcoxon(moments: Moments, sides: pl.DataFrame) -> pl.DataFrame:
    """Per pair: difference, se, df, statistic, p_value, effect_size, effect_low, effect_high.

    `sides` has pair, side (1 or -1) and SIDE: two rows per pair.

    Test: difference in mean rank score of the pooled answers, ties at their
    mid-rank, as R's svyranktest (Lumley and Scott 2013); df: sampling units with
    an answer minus strata minus 1. The difference is the probability of
    superiority minus one half. Effect: P(X > Y) + P(X = Y) / 2 (Agresti 1980),
    linearised, with an interval on the logit scale (Kieser, Friede and Gondan 2013).
    """
    rows = _scored(moments, sides)
    test = linear_variance(_linear(rows, _rank_influence()), moments.design)
    effect = linear_variance(_linear(rows, _superiority_influence()), moments.design)
    means = rows.group_by("pair", maintain_order=True).agg(
        difference=(pl.col("side") * pl.col("sw") * pl.col("ridit") / pl.col("W")).sum()
    )
    table = (
        means.join(test.select(pair="key", variance="variance", df=pl.col("df") - 1.0), on="pair")
        .join(effect.select(pair="key", effect_variance="variance"), on="pair")
        .with_columns(se=pl.col("variance").sqrt(), effect_size=pl.col("difference") + 0.5)
        .sort("pair")
    )
    return _tested(table).drop("variance", "effect_variance")


def _scored(moments: Moments, sides: pl.DataFrame) -> pl.DataFrame:
    """Per pair, side, place and answer: sums, ridit (pooled mid-rank) and both sides' mid-distributions."""
    codes = moments.codes.filter(pl.col("y").is_not_null()).rename({"item": "indicator"})
    rows = (
        sides.join(codes, on=SIDE)
        .sort("pair", "side", "place", "y", "code")
        .group_by("pair", "side", "place", "y", maintain_order=True)
        .agg(pl.col("n", "sw", "sw2").sum())
        .with_columns(W=pl.col("sw").sum().over("pair", "side"))
    )
    first = pl.col("side") == 1
    levels = (
        rows.group_by("pair", "y", maintain_order=True)
        .agg(w_this=pl.col("sw").filter(first).sum(), w_other=pl.col("sw").filter(~first).sum())
        .sort("pair", "y")
    )
    levels = levels.with_columns(w_all=pl.col("w_this") + pl.col("w_other")).with_columns(
        **{
            name: (pl.col(w).cum_sum().over("pair") - pl.col(w) / 2) / pl.col(w).sum().over("pair")
            for name, w in (("ridit", "w_all"), ("below_this", "w_this"), ("below_other", "w_other"))
        }
    )
    return rows.join(levels, on=["pair", "y"], maintain_order="left")


def _rank_influence() -> pl.Expr:
    mean = (pl.col("sw") * pl.col("ridit")).sum().over("pair", "side") / pl.col("W")
    return pl.col("side") * (pl.col("ridit") - mean) / pl.col("W")


def _superiority_influence() -> pl.Expr:
    """Of P(this > other) + half the ties: what each answer adds to it, on either side."""
    favours = pl.when(pl.col("side") == 1).then("below_other").otherwise(1 - pl.col("below_this"))
    mean = (pl.col("sw") * favours).sum().over("pair", "side") / pl.col("W")
    return (favours - mean) / pl.col("W")


def _linear(rows: pl.DataFrame, influence: pl.Expr) -> pl.DataFrame:
    return (
        rows.with_columns(u=influence)
        .group_by(pl.col("pair").alias("key"), "place", maintain_order=True)
        .agg(z=(pl.col("sw") * pl.col("u")).sum(), zz=(pl.col("sw2") * pl.col("u") ** 2).sum(), n=pl.col("n").sum())
    )


def _tested(table: pl.DataFrame) -> pl.DataFrame:
    difference, se, df, theta, spread = (
        table[c].cast(pl.Float64).to_numpy() for c in ("difference", "se", "df", "effect_size", "effect_variance")
    )
    statistic, p = t_test(difference, se, df)
    inside = (theta > 0) & (theta < 1) & (spread > 0) & (df > 0)
    safe = np.where(inside, theta, 0.5)
    half = t_quantile(df) * np.sqrt(spread) / (safe * (1 - safe))
    logit = np.log(safe / (1 - safe))
    low, high = (np.where(inside, 1 / (1 + np.exp(-(logit + sign * half))), np.nan) for sign in (-1, 1))
    computed = {"statistic": statistic, "p_value": p, "effect_low": low, "effect_high": high}
    return table.with_columns(pl.Series(name, values).fill_nan(None) for name, values in computed.items())
