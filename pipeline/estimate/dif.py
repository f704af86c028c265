"""Differential item functioning: does a question mean the same to members, modes and languages?"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import special

from pipeline.estimate.comparisons import benjamini_hochberg
from pipeline.estimate.proportional_odds import fit

KEYS = ["population", "factor", "link"]
FEWEST = 100  # answers of a group, below which a fit says little
MODERATE, LARGE, ALPHA = 0.035, 0.070, 0.05  # change of Nagelkerke's R² (Jodoin and Gierl 2001)
DIF = {
    **dict.fromkeys(["grouping", "population", "factor", "indicator", "kind"], pl.String),
    **dict.fromkeys(["effect_size", "statistic", "df", "p_value"], pl.Float64),
    "groups": pl.Int64,
    "members": pl.Int64,
    "n": pl.Int64,
}


def differential_functioning(rest: pl.DataFrame, links: pl.DataFrame, members: list[str]) -> pl.DataFrame:
    """Rows of DIF, with q_value and flag (none, moderate, large), per question and grouping.

    `rest`: pairs.rest of all instruments; `links`: UNIT, item, link, which says what
    questions of different versions share; `members`: who takes part. Each
    member's latest wave. Ordinal logistic regression of the answer on the mean
    of the other answers to the factor (1), on that and the group (2), and on
    their product (3): (2) against (1) is uniform, (3) against (2) non-uniform
    functioning. Modes and languages are compared within members: only those that
    have more than one, each with a level of its own. Flagged by effect size and q together, never by p alone.
    Source: Zumbo (1999); Crane, Gibbons, Jolley and van Belle (2006).
    """
    latest = rest.filter(pl.col("member").is_in(members)).filter(
        pl.col("wave") == pl.col("wave").max().over("member", "population")
    )
    linked = latest.join(links, on=["member", "wave", "population", "item"], maintain_order="left")
    rows = []
    for grouping in ("member", "mode", "language"):
        cells = _cells(linked, grouping)
        for key, part in cells.partition_by(KEYS, as_dict=True, maintain_order=True).items():
            rows += [(grouping, *key, *found) for found in _tests(part)]
    return _flagged(pl.DataFrame(rows, DIF, orient="row"))


def _cells(linked: pl.DataFrame, grouping: str) -> pl.DataFrame:
    """KEYS, within (the member, where groups are compared inside members), group, y, rest, n; groups with enough answers."""
    within = pl.lit("") if grouping == "member" else pl.col("member")
    known = linked.filter(pl.col(grouping) != "").with_columns(within=within, group=pl.col(grouping))
    cells = known.group_by(*KEYS, "within", "group", "y", "rest").agg(pl.col("n").sum(), pl.col("member").unique())
    mixed = (pl.col("group").n_unique().over(*KEYS, "within") > 1) | pl.lit(grouping == "member")
    cells = cells.filter(mixed)
    return cells.filter(pl.col("n").sum().over(*KEYS, "group") >= FEWEST).sort(*KEYS, "within", "group", "y", "rest")


def _dummies(values: pl.Series) -> np.ndarray:
    """One column for each level but the first."""
    return (values.to_numpy()[:, None] == values.unique().sort().to_numpy()[None, 1:]).astype(float)


def _tests(cells: pl.DataFrame) -> list[tuple]:
    """(kind, effect, statistic, df, p, groups, members, n) for uniform and non-uniform functioning; nothing where a fit fails."""
    y = np.unique(cells["y"].to_numpy(), return_inverse=True)[1]
    n = cells["n"].to_numpy().astype(float)
    if cells["group"].n_unique() < 2 or y.max() < 1:
        return []
    rest = cells["rest"].to_numpy()[:, None] / 50 - 1  # 0 to 100, centred and scaled for the fit
    of_group = _dummies(cells["group"])
    steps = [np.hstack([rest, _dummies(cells["within"])]), of_group, of_group * rest]
    fits = [fit(np.hstack(steps[: k + 1]), y, n) for k in range(3)]
    if any(f is None for f in fits):
        return []
    empty = n @ np.log((np.bincount(y, n) / n.sum())[y])
    r2 = [_nagelkerke(f.loglik, empty, n.sum()) for f in fits]
    df, members = of_group.shape[1], cells["member"].explode().n_unique()
    found = []
    for kind, k in (("uniform", 1), ("non_uniform", 2)):
        statistic = 2 * (fits[k].loglik - fits[k - 1].loglik)
        p = float(special.chdtrc(df, max(statistic, 0.0)))
        found.append((kind, r2[k] - r2[k - 1], statistic, df, p, df + 1, members, int(n.sum())))
    return found


def _nagelkerke(loglik: float, empty: float, n: float) -> float:
    """Nagelkerke's (1991) R²."""
    return float((1 - np.exp(2 * (empty - loglik) / n)) / (1 - np.exp(2 * empty / n)))


def _flagged(table: pl.DataFrame) -> pl.DataFrame:
    family = pl.concat_str("grouping", "population", "kind", separator="|")
    table = benjamini_hochberg(table.with_columns(family=family)).drop("family")
    sure = pl.col("q_value") < ALPHA
    size = pl.when(pl.col("effect_size") >= LARGE).then(pl.lit("large")).otherwise(pl.lit("moderate"))
    return table.with_columns(
        flag=pl.when(sure & (pl.col("effect_size") >= MODERATE)).then(size).otherwise(pl.lit("none"))
    )
