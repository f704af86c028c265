"""Each factor's change between two waves with its initiatives, and a verdict by a stated rule."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.estimate.adjusted import STEP
from pipeline.estimate.design import UNIT
from pipeline.programme import Initiative
from pipeline.waves import middle

ALPHA = 0.05
SHIFT = 0.10  # a profile answer's share that moved by more makes two waves incomparable as they are
ORDER = ["none", "standardised", "regression"]


def factor_results(
    comparisons: pl.DataFrame, estimates: pl.DataFrame, initiatives: Sequence[Initiative], profile: pl.DataFrame
) -> pl.DataFrame:
    """One row per member, population, pair of neighbouring waves and factor.

    comparisons, estimates: of the release; profile: UNIT, indicator of the profile questions. supported: "yes" where an
    initiative for the factor had begun before the later wave and not ended before
    the earlier one (a wave stands at the middle of its year), else "no". The change
    is the plain one; where a profile answer's share moved by more than 10 points
    it is the standardised one, else that by regression (see adjusted.adjusted_changes).

    Verdict: `improved` or `worsened` where the change's q-value (Benjamini and
    Hochberg 1995; family: the factors of one member, population and pair of waves) is
    at most 0.05, `no_detectable_change` where it is not, `too_little_data` where
    the change is unreliable, `not_comparable` where who was asked changed by
    more than 10 points and nothing could be adjusted.
    """
    found = _changes(comparisons, profile)
    if found.is_empty():
        return pl.DataFrame()
    support = pl.DataFrame([_support(row, initiatives) for row in found.iter_rows(named=True)], orient="row")
    levels = pl.col("estimate"), pl.col("ci_low"), pl.col("ci_high")
    score = estimates.filter(pl.col("domain_variable") == "", pl.col("measure") == "mean_score")
    latest = score.select(*UNIT, "indicator", **dict(zip(("latest", "latest_low", "latest_high"), levels, strict=True)))
    baseline = score.select("member", "population", "indicator", other_wave="wave", baseline="estimate", baseline_se="se")
    return (
        pl.concat([found, support], how="horizontal")
        .join(latest, on=[*UNIT, "indicator"], how="left")
        .join(baseline, on=["member", "population", "indicator", "other_wave"], how="left")
        .with_columns(kind=pl.lit("factor"), statistic=pl.lit("change"), verdict=verdict())
    )


def _changes(comparisons: pl.DataFrame, profile: pl.DataFrame) -> pl.DataFrame:
    """The one change of each factor that the rule takes."""
    everybody = comparisons.filter(
        pl.col("kind") == "wave_change", pl.col("domain_variable") == "", pl.col("test") == "t"
    )
    changes = everybody.filter(pl.col("indicator_kind") == "factor", pl.col("adjustment").is_in(ORDER))
    shifted = (pl.col("shift") > SHIFT).fill_null(False)
    adjusted = pl.col("adjustment") != "none"
    rank = pl.col("adjustment").replace_strict(ORDER, range(len(ORDER)), return_dtype=pl.Int64)
    preferred = pl.when("shifted").then((rank - 1) % len(ORDER)).otherwise(rank)
    return (
        changes.join(_shifts(everybody, profile), on=STEP, how="left")
        .with_columns(shifted=shifted)
        .filter(pl.col("shifted") | ~adjusted)
        .sort(*STEP, "indicator", preferred)
        .unique([*STEP, "indicator"], keep="first", maintain_order=True)
        .rename({"difference": "value"})
        .select(*STEP, "indicator", "measure", "adjustment", "value", "se", "ci_low", "ci_high", "p_value", "q_value", "bridge", "shifted", "status")
    )


def _shifts(changes: pl.DataFrame, profile: pl.DataFrame) -> pl.DataFrame:
    """STEP, shift: the largest move of a profile answer's share, as it is published."""
    shares = changes.filter(pl.col("measure") == "share").join(profile, on=[*UNIT, "indicator"], how="semi")
    return shares.group_by(STEP).agg(shift=pl.col("difference").abs().max())


def _support(row: dict, initiatives: Sequence[Initiative]) -> dict:
    """How many initiatives could have moved this change."""
    start, end = middle(row["other_wave"]), middle(row["wave"])
    mine = [
        i
        for i in initiatives
        if i.member == row["member"]
        and i.factor == row["indicator"]
        and i.population in ("", row["population"])
        and i.start < end
        and (i.end is None or i.end > start)
    ]
    return {"supported": "yes" if mine else "no", "initiatives": len(mine)}


def verdict() -> pl.Expr:
    """The rule of `factor_results`, from status, shifted, adjustment, q_value and value."""
    return (
        pl.when(pl.col("status") == "suppressed")
        .then(None)
        .when(pl.col("shifted") & (pl.col("adjustment") == "none"))
        .then(pl.lit("not_comparable"))
        .when(pl.col("status") == "unreliable")
        .then(pl.lit("too_little_data"))
        .when((pl.col("q_value") <= ALPHA) & (pl.col("value") > 0))
        .then(pl.lit("improved"))
        .when((pl.col("q_value") <= ALPHA) & (pl.col("value") < 0))
        .then(pl.lit("worsened"))
        .otherwise(pl.lit("no_detectable_change"))
    )
