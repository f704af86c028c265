"""Over members: did factors with initiatives improve more than factors without."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.intervals import share_interval, t_quantile
from pipeline.estimate.outcomes.permutation import contrast, permutation_p

COUNTED = ("improved", "worsened", "no_detectable_change")


def member_results(factors: pl.DataFrame, sharing: list[str], fewest: int) -> pl.DataFrame:
    """Per population and statistic one row on all members that share (`member` is empty).

    factors: see factor_results; of each member the change to its latest wave counts,
    where it has factors with and factors without an initiative. fewest: so many
    members are needed; with fewer the rows are suppressed.

    share_improved_supported, share_improved_unsupported: share of the factors that
    improved, with Korn and Graubard's (1998) intervals, members being the sampling
    units; share_difference, with an interval made of theirs (Newcombe 1998).
    difference_in_differences: within a member the mean change of its supported factors minus that of the others, averaged
    over members, each weighing alike; interval by t over members. p_value: the
    supported factors drawn anew within each member (Fisher 1935), see permutation.permutation_p.
    difference_in_differences_corrected: what remains if initiatives went where
    scores were low by chance (regression to the mean), see `chance_in_baseline`.
    """
    if factors.is_empty():
        return pl.DataFrame()
    latest = factors.filter(
        pl.col("member").is_in(sharing),
        pl.col("verdict").is_in(COUNTED),
        pl.col("wave") == pl.col("wave").max().over("member", "population"),
    )
    both = latest.filter(pl.col("supported").n_unique().over("member", "population") == 2)
    rows = [row for (p,), part in both.group_by("population", maintain_order=True) for row in _statistics(p, part, fewest)]
    return pl.DataFrame(rows, orient="row", infer_schema_length=None)


def _statistics(population: str, part: pl.DataFrame, fewest: int) -> list[dict]:
    members = part["member"].n_unique()
    blank = dict.fromkeys(("member", "wave", "other_wave", "indicator"), "")
    common = blank | {"kind": "members", "population": population, "measure": "mean_score", "members": members}
    if members < max(2, fewest):
        return [common | {"statistic": name, "status": "suppressed"} for name in (*_SHARES, *_DIFFERENCES)]
    found = _shares(part) | _differences(part)
    return [common | {"statistic": name, "status": "published"} | figures for name, figures in found.items()]


_SHARES = ("share_improved_supported", "share_improved_unsupported", "share_difference")
_DIFFERENCES = ("difference_in_differences", "difference_in_differences_corrected")


def _shares(part: pl.DataFrame) -> dict[str, dict]:
    improved = (part["verdict"] == "improved").to_numpy().astype(float)
    supported = (part["supported"] == "yes").to_numpy()
    member = part.select(pl.col("member").rank("dense")).to_series().to_numpy() - 1
    one, other = (_share(improved, mine, member) for mine in (supported, ~supported))
    difference = one["value"] - other["value"]
    below = np.hypot(one["value"] - one["ci_low"], other["ci_high"] - other["value"])
    above = np.hypot(one["ci_high"] - one["value"], other["value"] - other["ci_low"])
    between = {"value": difference, "ci_low": float(difference - below), "ci_high": float(difference + above), "n": part.height}
    return dict(zip(_SHARES, (one, other, between), strict=True))


def _share(improved: np.ndarray, mine: np.ndarray, member: np.ndarray) -> dict:
    """Share of the factors `mine` that improved, a ratio over members (Binder 1983)."""
    n, members = int(mine.sum()), member.max() + 1
    share = improved[mine].mean()
    sums = np.bincount(member, np.where(mine, improved - share, 0.0) / n)
    variance = members / (members - 1) * (sums**2).sum()
    low, high = share_interval(*(np.array([float(v)]) for v in (share, variance, members - 1, n)))
    return {"value": float(share), "ci_low": float(low[0]), "ci_high": float(high[0]), "n": n}


def _differences(part: pl.DataFrame) -> dict[str, dict]:
    values, labels, baselines, variances = [], [], [], []
    for _, mine in part.sort("member", "indicator").group_by("member", maintain_order=True):
        values.append(mine["value"].to_numpy())
        labels.append((mine["supported"] == "yes").to_numpy())
        baselines.append(mine["baseline"].to_numpy())
        variances.append((mine["baseline_se"] ** 2).to_numpy())
    each = np.array([contrast(v, s) for v, s in zip(values, labels, strict=True)])
    chance = chance_in_baseline(baselines, variances)
    corrected = each + chance * np.array([contrast(b, s) for b, s in zip(baselines, labels, strict=True)])
    plain = _mean_over_members(each, part.height) | {"p_value": permutation_p(values, labels)}
    return dict(zip(_DIFFERENCES, (plain, _mean_over_members(corrected, part.height)), strict=True))


def _mean_over_members(each: np.ndarray, n: int) -> dict:
    """Mean and t interval; members are independent."""
    half = t_quantile(np.array([len(each) - 1.0]))[0] * each.std(ddof=1) / np.sqrt(len(each))
    return {"value": float(each.mean()), "ci_low": float(each.mean() - half), "ci_high": float(each.mean() + half), "n": n}


def chance_in_baseline(baselines: list[np.ndarray], variances: list[np.ndarray]) -> float:
    """The share of the baselines' variance between a member's factors that is sampling error, 0 to 1.

    Where initiatives went to the factors with the lowest scores, part of their lowness was
    chance, and would have gone by itself: they gain, without any effect, this share
    of how much lower they were (regression to the mean; Barnett, van der Pols and
    Dobson 2005). Adding it to the difference of baselines corrects for that. The errors of one member's factors
    are taken for independent; as the same people rate all of them they go
    together, which leaves less to chance: the corrected figure is the least
    that may remain, and the truth lies between it and the plain one.
    """
    between = np.concatenate([(b - b.mean()) * np.sqrt(len(b) / (len(b) - 1)) for b in baselines])
    error = np.concatenate(variances).mean()
    spread = (between**2).mean()
    return float(min(1.0, error / spread)) if spread > 0 else 0.0
