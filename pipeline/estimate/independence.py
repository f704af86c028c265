"""Does an answer depend on a group at all: Rao-Scott F for tables, Kruskal-Wallis for ranks."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from scipy import special

from pipeline.estimate.covariance import UnitDesign, covariance, unit_designs
from pipeline.estimate.design import UNIT
from pipeline.estimate.effect_limits import effect_limits
from pipeline.estimate.moments import Moments

TESTED = {
    **dict.fromkeys([*UNIT, "domain_variable", "indicator", "measure", "test"], pl.String),
    "statistic": pl.Float64,
    "df_numerator": pl.Float64,
    "df": pl.Float64,
    "p_value": pl.Float64,
    "effect_size": pl.Float64,
    "effect_low": pl.Float64,
    "effect_high": pl.Float64,
    "effect_name": pl.String,
    "kish": pl.Float64,
}
POWER_OF_F = {"cramers_v": 0.5, "eta_squared": 1.0}  # with which the effect grows


def independence(moments: Moments) -> pl.DataFrame:
    """Every item against every profile variable of its unit: rows of TESTED.

    Items whose answers have an order also get a Kruskal-Wallis test. The
    intervals of Cramér's V and eta² are those of `effect_limits`.
    """
    designs = unit_designs(moments.design)
    keys = [*UNIT, "domain_variable", "item"]
    codes = (
        moments.codes.filter(
            "valid",
            pl.col("categorical") | pl.col("y").is_not_null(),
            pl.col("domain_variable") != "",
            pl.col("domain_variable") != pl.col("item"),
        )
        .with_columns(pl.struct(keys).rank("dense").alias("table"))
        .with_columns(
            group=pl.col("domain_category").rank("dense").over("table").cast(pl.Int64) - 1,
            answer=pl.col("code").rank("dense").over("table").cast(pl.Int64) - 1,
            y=pl.col("y").fill_null(float("nan")),
        )
        .sort("table", "place", "group", "answer")
    )
    names = codes.group_by("table", maintain_order=True).agg(pl.col(*keys, "categorical").first(), size=pl.len())
    columns = {c: codes[c].to_numpy() for c in ("place", "group", "answer", "y", "n", "sw", "sw2")}
    ends = np.cumsum(names["size"].to_numpy())
    rows = []
    for end, name in zip(ends, names.iter_rows(named=True), strict=True):
        part = {c: values[end - name["size"] : end] for c, values in columns.items()}
        key = tuple(name[k] for k in keys)
        rows += [(*key, *test) for test in _tests(designs[key[:3]], name["categorical"], **part)]
    found = {column: kind for column, kind in TESTED.items() if column not in ("effect_low", "effect_high")}
    return _with_effect_limits(pl.DataFrame(rows, schema=found, orient="row")).select(list(TESTED))


def _with_effect_limits(table: pl.DataFrame) -> pl.DataFrame:
    power = table["effect_name"].replace_strict(POWER_OF_F, default=None, return_dtype=pl.Float64)
    figures = [table[c].fill_null(np.nan).to_numpy() for c in ("effect_size", "statistic", "df_numerator", "df")]
    low, high = effect_limits(*figures, power.fill_null(np.nan).to_numpy())
    limits = pl.Series("effect_low", low), pl.Series("effect_high", high)
    return table.with_columns(limits).with_columns(pl.col("effect_low", "effect_high").fill_nan(None))


def _tests(unit: UnitDesign, categorical: bool, place, group, answer, y, n, sw, sw2) -> list[tuple]:
    """(measure, test, figures) of one table; numbers have too many values for Rao and Scott's."""
    if group.max() < 1 or answer.max() < 1:
        return []
    weights = np.bincount(group, sw) ** 2 / np.bincount(group, sw2)
    smallest, found = float(weights.min()), []
    if categorical:
        found.append(("share", "rao_scott_f", *rao_scott(unit, place, group, answer, sw, sw2), smallest))
    if not np.isnan(y).any():
        units = _units_with_answer(unit, place, n)
        found.append(("rank", "kruskal_wallis", *kruskal_wallis(unit, place, group, y, sw, sw2, units), smallest))
    return found


def rao_scott(unit: UnitDesign, place, group, answer, sw, sw2) -> tuple:
    """(F, df1, df2, p, Cramér's V, its name): Pearson's X² with the second-order correction.

    Per part of the sample: place, group and answer (numbers), sums of weights.
    F = X² / tr D, df1 = (tr D)² / tr D², df2 = df1 x (sampling units - strata). No figures where empty cells leave a part
    of the table undetermined (two groups that gave nothing but one and the same answer, say).
    Source: Rao and Scott (1984); R: svychisq(statistic="F").
    """
    rows, columns = group.max() + 1, answer.max() + 1
    cell, total = group * columns + answer, sw.sum()
    p = np.bincount(cell, sw, rows * columns) / total
    u = ((cell[:, None] == np.arange(rows * columns)) - p) / total
    v = covariance(unit, place, sw, sw2, u)
    table = p.reshape(rows, columns)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    x2 = ((table - expected) ** 2 / expected).sum()
    contrasts = _interactions(int(rows), int(columns))
    scaled = contrasts / np.where(p > 0, p, np.inf)[:, None]
    information = contrasts.T @ scaled
    if not p.all() and np.linalg.matrix_rank(information) < len(information):
        return (None, None, None, None, None, None)
    delta = np.linalg.solve(information, scaled.T @ v @ scaled)
    trace, df1 = np.trace(delta), np.trace(delta) ** 2 / np.trace(delta @ delta)
    df2 = df1 * unit.df
    f = x2 / trace
    v_effect = np.sqrt(x2 / (min(rows, columns) - 1))
    return (*_finite(f, df1, df2, special.fdtrc(df1, df2, f)), float(v_effect), "cramers_v")


@cache
def _interactions(rows: int, columns: int) -> np.ndarray:
    """A basis of the tables whose rows and columns add up to 0, (rows columns) x (rows - 1)(columns - 1)."""
    a, b = (np.eye(k)[:, 1:] - 1 / k for k in (rows, columns))
    return np.kron(a, b)


@cache
def _against_first(groups: int) -> np.ndarray:
    """Each other group less the first, (groups - 1) x groups."""
    return np.hstack([-np.ones((groups - 1, 1)), np.eye(groups - 1)])


def kruskal_wallis(unit: UnitDesign, place, group, y, sw, sw2, units: int) -> tuple:
    """(F, df1, df2, p, eta², its name): do the groups' mean rank scores differ.

    Wald test of the groups' mean mid-ranks; df2 = `units` (sampling units with
    an answer minus their strata) - df1. Source: Lumley and Scott (2013); R:
    svyranktest(test="KruskalWallis").
    """
    values, level = np.unique(y, return_inverse=True)
    weights = np.bincount(level, sw)
    ridit = ((np.cumsum(weights) - weights / 2) / weights.sum())[level]
    groups, w = group.max() + 1, np.bincount(group, sw)
    means = np.bincount(group, sw * ridit) / w
    u = (group[:, None] == np.arange(groups)) * (ridit - means[group])[:, None] / w[group][:, None]
    contrast = _against_first(int(groups))
    v = contrast @ covariance(unit, place, sw, sw2, u) @ contrast.T
    beta = contrast @ means
    try:
        chisq = float(beta @ np.linalg.solve(v, beta))
    except np.linalg.LinAlgError:
        return (None, None, None, None, None, None)
    df1 = groups - 1
    df2 = units - df1
    overall = (sw * ridit).sum() / sw.sum()
    between = (w * (means - overall) ** 2).sum() / (sw * (ridit - overall) ** 2).sum()
    return (*_finite(chisq / df1, df1, df2, special.fdtrc(df1, df2, chisq / df1)), float(between), "eta_squared")


def _units_with_answer(unit: UnitDesign, place: np.ndarray, n: np.ndarray) -> int:
    """Sampling units with an answer minus strata with an answer."""
    at = place - unit.first
    strata = len(np.unique(unit.stratum[at]))
    return (len(np.unique(unit.psu[at])) if unit.clustered else int(n.sum())) - strata


def _finite(*values: float) -> tuple:
    return tuple(float(v) if np.isfinite(v) else None for v in values)
