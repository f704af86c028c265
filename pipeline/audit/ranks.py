"""Attacks on ranks: whether they tell more than the rounded figures beside them and one distance for all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.tables import KEYS, PEERS_OF

SLACK = 1e-6


def telling_ranks(desk: Desk) -> Iterator[Finding]:
    """Ranks, groups and pooled figures that do not follow from what the recipient sees anyway."""
    ranks = desk.tables["ranks"].filter(pl.col("status") != "suppressed")
    figures = desk.tables["peers"].filter(pl.col("status") != "suppressed").select(*KEYS["peers"], "estimate")
    joined = ranks.join(figures, on=KEYS["peers"], how="left", nulls_equal=True)
    for keys, group in joined.sort(PEERS_OF).group_by(PEERS_OF, maintain_order=True):
        recipient, population, indicator = keys[:3]
        where = f"ranks: {f'table of {recipient}' if recipient else 'everybody'} {population}, {indicator}"
        if names := group.filter(pl.col("estimate").is_null())["pseudonym"].to_list():
            yield Finding("rank-figure", where, f"{listed(names)}: ranked, though the figure is not shown")
        else:
            step = desk.rules["score_step"] if keys[4] == "mean_score" else desk.rules["share_step"] / 100
            yield from (Finding(kind, where, what) for kind, what in _faults(group, float(step)))


def _faults(group: pl.DataFrame, step: float) -> Iterator[tuple[str, str]]:
    """(kind, what) of one indicator's ranks as one recipient sees them."""
    apart = group["apart"].unique().to_list()
    if len(apart) != 1 or apart[0] is None or _off(apart[0], step):
        yield "rank-distance", f"distances {listed(apart)}: not one, or not on the rules' step of {step:g}"
        return
    values = group["estimate"].to_numpy()
    above = values[None, :] - values[:, None] >= apart[0] - SLACK
    expected = {"rank_low": 1 + above.sum(axis=1), "rank_high": group.height - above.sum(axis=0)}
    unlike = [c for c, v in expected.items() if (group[c].to_numpy() != v).any()]
    if unlike or (group["members"] != group.height).any():
        what = "not those of the rounded figures, so they tell of the exact ones"
        yield "rank-order", f"{listed(unlike or ['members'])}: {what}"
    elif _unlike_groups(group["group"].to_list(), above | above.T):
        yield "rank-order", "groups are not those of the rounded figures, so they tell of the exact ones"
    if not _one_factor(values, group["pooled"], step):
        yield "rank-pooled", "figures drawn to the mean by unlike factors, or not rounded: each tells a member's own error"


def _off(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) > SLACK


def _unlike_groups(groups: list[str | None], apart: np.ndarray) -> bool:
    """Whether some two share a letter though they are apart, or share none though they are not."""
    sets = [set((g or "").split()) for g in groups]
    together = np.array([[bool(a & b) for b in sets] for a in sets])
    return bool((together == apart).any())


def _one_factor(values: np.ndarray, pooled: pl.Series, step: float) -> bool:
    """Whether rounded mean + factor (value - mean) can be all pooled figures, for one factor from 0 to 1."""
    if pooled.null_count() == len(pooled):
        return True
    if pooled.null_count() or any(_off(v, step) for v in pooled):
        return False
    distance, moved = values - values.mean(), pooled.to_numpy() - values.mean()
    far = np.abs(distance) > SLACK
    if (np.abs(moved[~far]) > step / 2 + SLACK).any():
        return False
    ends = (moved[far, None] + np.array([-1, 1]) * (step / 2 + SLACK)) / distance[far, None]
    return max(0.0, ends.min(axis=1).max(initial=0)) <= min(1.0, ends.max(axis=1).min(initial=1)) + SLACK
