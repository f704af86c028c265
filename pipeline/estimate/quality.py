"""Response quality: who answered carelessly, and whether it matters."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import special

from pipeline.estimate.adding import added_up
from pipeline.estimate.careless import flag_counts
from pipeline.estimate.design import UNIT
from pipeline.estimate.intervals import LEVEL, share_interval

QUALITY = {
    **dict.fromkeys([*UNIT, "check", "indicator"], pl.String),
    **dict.fromkeys(["value", "ci_low", "ci_high"], pl.Float64),
    "n": pl.Int64,
    "count": pl.Int64,
}
MEANS = dict.fromkeys([*UNIT, "indicator"], pl.String) | dict.fromkeys(["everybody", "kept"], pl.Float64)
GROUPS = dict.fromkeys([*UNIT, "level", "grouping", "indicator"], pl.String) | {"n": pl.Int64, "sy": pl.Float64, "sy2": pl.Float64}


def response_quality(flagged: pl.DataFrame, scored: pl.DataFrame, weight: pl.Series, groups: pl.DataFrame) -> pl.DataFrame:
    """Rows of QUALITY for the units of one instrument, of tables with one row per respondent.

    `flagged`: UNIT and what careless.flags says; `scored`: factor and index scores, by their codes; `weight`; `groups`:
    interviewer and device, null where there is none.
    item_nonresponse: mean share of questions without a valid answer (of those
    that anybody of the unit answered; free text may stay empty);
    mostly_silent, straight_lining, speeding, any_flag: shares of respondents,
    `count` of them (Meade and Craig 2012); move_without_flagged: the largest
    move of a factor or index score, in points, when flagged respondents are left
    out; icc_interviewer, icc_device: see `intraclass`.
    """
    counted, units = flag_counts(flagged, UNIT), flagged.select(UNIT)
    parts = [
        _shares(counted),
        _moves(_means(flagged, scored, weight), counted),
        _icc(pl.concat(_group_sums(units, scored, groups[grouping]) for grouping in groups.columns)),
    ]
    table = pl.concat([part.select(pl.col(c).cast(t) for c, t in QUALITY.items()) for part in parts])
    return table.filter(pl.col("value").is_not_null()).sort(UNIT, maintain_order=True)


def _shares(counted: pl.DataFrame) -> pl.DataFrame:
    """Shares of flagged respondents with Clopper and Pearson's (1934) interval."""
    rows = []
    for r in counted.iter_rows(named=True):
        unit, n = tuple(r[u] for u in UNIT), r["respondents"]
        rows.append((*unit, "respondents", "", float(n), None, None, n, None))
        rows.append((*unit, "item_nonresponse", "", r["silent"], None, None, n, None))
        for check, asked, count in (
            ("mostly_silent", n, r["mostly_silent"]),
            ("straight_lining", r["straight_asked"], r["straight"]),
            ("speeding", r["fast_asked"], r["fast"]),
            ("any_flag", n, r["flagged"]),
        ):
            if asked:
                share = count / asked
                low, high = share_interval(share, share * (1 - share) / asked, asked - 1, asked)
                rows.append((*unit, check, "", share, float(low), float(high), asked, count))
    return pl.DataFrame(rows, QUALITY, orient="row")


def _means(flagged: pl.DataFrame, scored: pl.DataFrame, weight: pl.Series) -> pl.DataFrame:
    """UNIT, indicator, and its mean score of everybody and without flagged respondents (kept), null where nobody has one."""
    units, unit = _numbered(flagged, UNIT)
    stays, parts = ~flagged["flagged"].to_numpy(), []
    for name in sorted(scored.columns):
        y, w, kept = _there(scored[name], weight.to_numpy(), stays)
        of = {"swy": w * y, "sw": w, "kept_y": kept * w * y, "kept": kept * w}
        sums = pl.DataFrame(added_up(unit, **of)[1], dict.fromkeys(of, pl.Float64))
        means = sums.select(everybody=pl.col("swy") / pl.col("sw"), kept=pl.col("kept_y") / pl.col("kept")).fill_nan(None)
        parts.append(pl.concat([units.with_columns(indicator=pl.lit(name)), means], how="horizontal"))
    return pl.concat([pl.DataFrame(schema=MEANS), *parts])


def _group_sums(units: pl.DataFrame, scored: pl.DataFrame, level: pl.Series) -> pl.DataFrame:
    """UNIT, grouping, level, indicator, and count and sums of its score, over respondents with a level of that grouping."""
    whole = pl.concat([units, scored, level.alias("level").to_frame()], how="horizontal").drop_nulls("level")
    groups, group = _numbered(whole, [*UNIT, "level"])
    parts = []
    for name in sorted(scored.columns):
        y, there = _there(whole[name], np.ones(whole.height))
        sums = pl.DataFrame(added_up(group, n=there, sy=y, sy2=y * y)[1], dict.fromkeys(["n", "sy", "sy2"], pl.Float64))
        named = groups.with_columns(grouping=pl.lit(level.name), indicator=pl.lit(name))
        parts.append(pl.concat([named, sums.cast({"n": pl.Int64})], how="horizontal").filter(pl.col("n") > 0))
    return pl.concat([pl.DataFrame(schema=GROUPS), *parts])


def _numbered(table: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, np.ndarray]:
    """(the groups of rows that `keys` make, in order; the number of each row's)."""
    groups = table.select(keys).unique().sort(keys)
    return groups, table.select(keys).join(groups.with_row_index("number"), on=keys, maintain_order="left")["number"].to_numpy()


def _there(y: pl.Series, *of_each: np.ndarray) -> tuple[np.ndarray, ...]:
    """(y, `of_each`), all 0 where there is no y."""
    there = y.is_not_null().to_numpy()
    return y.fill_null(0.0).to_numpy(), *(there * values for values in of_each)


def _moves(scores: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The indicator that moves most without the flagged; nothing where nobody is left."""
    flagged = counted.select(*UNIT, n="respondents", count="flagged")
    moved = scores.with_columns(value=pl.col("kept") - pl.col("everybody")).drop_nulls("value")
    return (
        moved.sort(pl.col("value").abs(), descending=True)
        .group_by(UNIT, maintain_order=True)
        .first()
        .join(flagged, on=UNIT)
        .with_columns(check=pl.lit("move_without_flagged"), ci_low=pl.lit(None), ci_high=pl.lit(None))
    )


def _icc(groups: pl.DataFrame) -> pl.DataFrame:
    """The largest intraclass correlation over the scores, per grouping."""
    usable = groups.filter(pl.len().over([*UNIT, "grouping", "indicator"]) > 1)
    rows = [
        (*key[:3], f"icc_{key[3]}", key[4], *found, int(part["n"].sum()), None)
        for key, part in usable.partition_by([*UNIT, "grouping", "indicator"], as_dict=True).items()
        if (found := intraclass(part["n"].to_numpy(), part["sy"].to_numpy(), part["sy2"].to_numpy()))
    ]
    table = pl.DataFrame(rows, QUALITY, orient="row")
    return table.sort("value", descending=True).group_by([*UNIT, "check"], maintain_order=True).first()


def intraclass(n: np.ndarray, sy: np.ndarray, sy2: np.ndarray) -> tuple[float, float, float] | None:
    """(ICC, low, high) of one-way groups from their counts, sums and sums of squares.

    The share of the variance that lies between groups: analysis of variance
    (Donner 1986) with an interval from F (Searle 1971). None where the groups
    leave no degree of freedom or nothing varies.
    """
    k, total = len(n), n.sum()
    if k < 2 or total <= k:
        return None
    grand = sy.sum() / total
    between = (n * (sy / n - grand) ** 2).sum() / (k - 1)
    within = (sy2.sum() - (sy**2 / n).sum()) / (total - k)
    if within <= 0:
        return None
    size = (total - (n**2).sum() / total) / (k - 1)
    f = between / within
    bounds = special.fdtri(k - 1, total - k, [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    icc, low, high = ((ratio - 1) / (ratio + size - 1) for ratio in (f, f / bounds[0], f / bounds[1]))
    return float(icc), float(low), float(high)
