"""Ranks and groups of members as others may see them: of rounded figures, by one distance for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from pipeline.estimate.pooling import pooled
from pipeline.estimate.ranks import letters, rank_intervals, surely_apart
from pipeline.protect.rounding import step_of
from pipeline.workspace import Rules

TABLE = ["recipient", "population", "indicator", "link", "concept", "measure"]
MEMBER = ["pseudonym", "own", "indicator_kind"]
RANKS = {
    **dict.fromkeys(["rank_low", "rank_high", "members"], pl.Int64),
    "apart": pl.Float64,
    "group": pl.String,
    **dict.fromkeys(["pooled", "gain"], pl.Float64),
}


@dataclass(frozen=True)
class Compared:
    """Members' figures under one indicator as one recipient may see them: values; se and df, exact; step, 0 for no rounding."""

    values: np.ndarray
    se: np.ndarray
    df: np.ndarray
    step: float


def ranks_table(seen: pl.DataFrame, estimates: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The table `ranks`: for each row of scores that a recipient sees its rank interval, groups and pooled figure.

    `seen`: protect.peers.peers_seen; `estimates`: what it was made of. Scores of
    factors and indices; where a population has none, favourable shares of items.

    Everything follows from the rounded figures that the recipient sees and one number
    for all members, `apart`: the least difference at which two are surely apart, made
    of all members' exact errors together, and what rounding adds, and rounded up to
    the figures' step. No figure, error or
    order that is not shown is told of a member; the price is that ranks are as coarse
    as the least precise members make them. Figures are pooled by the one error that
    would give this distance if all had it. Where suppression is off, exact figures
    and each member's own error are used.
    """
    rows = seen.filter(_compared()).with_columns(step=step_of(rules.share_step, rules.score_step))
    exact = _exact(rows, estimates).with_columns(value=pl.col("exact") if rules.off else pl.col("estimate"))
    groups = exact.filter(pl.col("status") == "published").filter(pl.len().over(TABLE) > 1).group_by(TABLE, maintain_order=True)
    ranked = [_of_indicator(group, rules) for _, group in groups]
    schema = {c: seen.schema[c] for c in [*TABLE, "pseudonym"]} | RANKS
    found = pl.concat(ranked) if ranked else pl.DataFrame(schema=schema)
    keys = rows.select(*TABLE, *MEMBER)
    lacking = pl.col("rank_low").is_null()
    return keys.join(found, on=[*TABLE, "pseudonym"], how="left").with_columns(
        status=pl.when(lacking).then(pl.lit("suppressed")).otherwise(pl.lit("published"))
    )


def _compared() -> pl.Expr:
    score = (pl.col("measure") == "mean_score") & (pl.col("indicator_kind") != "item")
    return pl.when(score.any().over("recipient", "population")).then(score).otherwise(pl.col("measure") == "favourable")


def _exact(rows: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """`rows` with exact, se and df of the member's latest wave."""
    latest = estimates.filter(
        pl.col("domain_variable") == "", pl.col("wave") == pl.col("wave").max().over("member", "population")
    )
    figures = latest.select("member", "population", "link", "measure", "category", "se", "df", exact="estimate")
    mine = figures.filter(pl.col("category") == "").drop("category")
    return rows.join(mine, on=["member", "population", "link", "measure"], how="left", maintain_order="left")


def _of_indicator(group: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """RANKS of the members of one indicator, with TABLE and pseudonym."""
    step = 0.0 if rules.off else float(group["step"][0])
    se, df = (group[c].cast(pl.Float64).to_numpy() for c in ("se", "df"))
    found = Compared(group["value"].to_numpy(), se, df, step)
    apart = distance(found)
    low, high = rank_intervals(found.values, apart)
    columns = {"rank_low": low, "rank_high": high, "members": group.height, "apart": apart}
    columns |= {"group": letters(found.values, apart)} | _pooled(found, apart)
    series = [pl.Series(c, np.broadcast_to(v, group.height).tolist(), dtype=RANKS[c]) for c, v in columns.items()]
    return group.select(*TABLE, "pseudonym").with_columns(series)


def distance(found: Compared) -> float:
    """The distance at which two are surely apart, on the figures' step.

    Rounded figures are a step apart wherever exact ones are by half a step or more
    on average: the distance is cleared by half a step, and what varies about that
    average counts as an error, step²/12 in a difference.
    """
    order = np.argsort(found.se)  # whoever has which error: all recipients' distance is the same to the last digit
    error = np.sqrt(found.se[order] ** 2 + found.step**2 / 24)
    apart = _distance(tuple(error.tolist()), tuple(found.df[order].tolist()))
    return float(np.round(np.ceil(apart / found.step + 0.5 - 1e-9) * found.step, 6)) if found.step else apart


def _pooled(found: Compared, apart: float) -> dict:
    """pooled, on the figures' step, and gain, in hundredths; nothing where they can't be pooled."""
    number = len(found.values)
    alike = apart / _distance((1.0,) * number, (np.inf,) * number)
    together = pooled(found.values, np.full(number, alike**2) if found.step else found.se**2)
    if together is None:
        return {"pooled": None, "gain": None}
    values = np.round(together.values / found.step) * found.step if found.step else together.values
    return {"pooled": np.round(values, 6), "gain": round(together.gain, 2)}


@lru_cache(maxsize=4096)
def _distance(se: tuple[float, ...], df: tuple[float, ...]) -> float:
    """surely_apart; most recipients see the same members."""
    return surely_apart(np.array(se), np.array(df))
