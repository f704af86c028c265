"""Does an answer depend on a group at all: Rao-Scott F for tables, Kruskal-Wallis for ranks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from scipy import special

from pipeline.estimate.covariance import UnitDesign, unit_designs
from pipeline.estimate.design import UNIT, Design
from pipeline.estimate.effect_limits import effect_limits
from pipeline.estimate.moments import Moments
from pipeline.estimate.tables import Tables, covariances, of_one_size

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
FIGURES = {"table": pl.UInt32} | {c: t for c, t in TESTED.items() if c not in (*UNIT, "domain_variable", "indicator", "effect_low", "effect_high")}
POWER_OF_F = {"cramers_v": 0.5, "eta_squared": 1.0}  # with which the effect grows

@dataclass(frozen=True)
class Tested:
    """A test of many tables, NaN where there are no figures: statistic F, df1, df2, p, and the effect's size."""

    statistic: np.ndarray
    df_numerator: np.ndarray
    df: np.ndarray
    p_value: np.ndarray
    effect_size: np.ndarray


def independence(moments: Moments) -> pl.DataFrame:
    """Every item against every profile variable of its unit: rows of TESTED.

    Items whose answers have an order also get a Kruskal-Wallis test. The
    intervals of Cramér's V and eta² are those of `effect_limits`.
    """
    parts = _parts(moments)
    names = parts.group_by("table", maintain_order=True).agg(pl.col(*UNIT, "domain_variable").first(), pl.col("item").first().alias("indicator"))
    of_units = unit_designs(moments.design)
    designs = [of_units[unit] for unit in names.select(UNIT).iter_rows()]
    rows = pl.concat([pl.DataFrame(schema=FIGURES), *_share_tests(parts, designs), *_rank_tests(parts, moments.design, designs)])
    tested = rows.join(names, on="table").sort("table", "measure", descending=[False, True])
    return _with_effect_limits(tested).select(list(TESTED))


def _parts(moments: Moments) -> pl.DataFrame:
    """The parts of the sample of every table of two groups and two answers or more, by table.

    table, group, answer, level (of the answers' order; null where they have none): numbers from 0; ordered: whether all have a level.
    """
    keys = [*UNIT, "domain_variable", "item"]
    codes = moments.codes.filter(
        "valid",
        pl.col("categorical") | pl.col("y").is_not_null(),
        pl.col("domain_variable") != "",
        pl.col("domain_variable") != pl.col("item"),
    )
    numbered = {"group": "domain_category", "answer": "code", "level": "y"}
    ranks = {name: (pl.col(c).rank("dense").over(keys) - 1) for name, c in numbered.items()}
    return (
        codes.with_columns(**ranks, ordered=pl.col("y").is_not_null().all().over(keys))
        .filter((pl.col("group").max().over(keys) > 0) & (pl.col("answer").max().over(keys) > 0))
        .with_columns(table=pl.struct(keys).rank("dense") - 1)
        .sort("table", "place", "group", "answer")
    )


def _share_tests(parts: pl.DataFrame, designs: list[UnitDesign]) -> Iterator[pl.DataFrame]:
    """Numbers have too many values for Rao and Scott's."""
    for numbers, tables in of_one_size(parts.filter("categorical"), "answer", designs):
        yield _rows(numbers, tables, rao_scott(tables), "share", "rao_scott_f", "cramers_v")


def _rank_tests(parts: pl.DataFrame, design: Design, designs: list[UnitDesign]) -> Iterator[pl.DataFrame]:
    units = _units_with_answer(parts, design, designs)
    for numbers, tables in of_one_size(parts.filter("ordered"), "level", designs):
        yield _rows(numbers, tables, kruskal_wallis(tables, units[numbers]), "rank", "kruskal_wallis", "eta_squared")


def _units_with_answer(parts: pl.DataFrame, design: Design, designs: list[UnitDesign]) -> np.ndarray:
    """Of each table: sampling units with an answer minus strata with an answer."""
    placed = parts.join(design.places.select("place", "stratum", "psu"), on="place", maintain_order="left")
    found = placed.group_by("table", maintain_order=True).agg(
        pl.col("n").sum(), psus=pl.struct("stratum", "psu").n_unique(), strata=pl.col("stratum").n_unique()
    )
    n, psus, strata = (found[c].to_numpy().astype(np.int64) for c in ("n", "psus", "strata"))
    return np.where([d.clustered for d in designs], psus, n) - strata


def _rows(numbers: np.ndarray, tables: Tables, tested: Tested, measure: str, test: str, effect: str) -> pl.DataFrame:
    """Rows of FIGURES."""
    weights, squares = (tables.by_group(tables.cells(of)).sum(axis=2) for of in (tables.sw, tables.sw2))
    named = {"measure": pl.lit(measure), "test": pl.lit(test)}
    named["effect_name"] = pl.when(pl.col("effect_size").is_not_null()).then(pl.lit(effect))
    figures = {name: np.where(np.isfinite(values), values, np.nan) for name, values in vars(tested).items()}
    table = pl.DataFrame({"table": numbers, **figures, "kish": (weights**2 / squares).min(axis=1)})
    return table.with_columns(pl.col(list(figures)).fill_nan(None)).with_columns(**named).select(pl.col(c).cast(t) for c, t in FIGURES.items())


def _with_effect_limits(table: pl.DataFrame) -> pl.DataFrame:
    power = table["effect_name"].replace_strict(POWER_OF_F, default=None, return_dtype=pl.Float64)
    figures = [table[c].fill_null(np.nan).to_numpy() for c in ("effect_size", "statistic", "df_numerator", "df")]
    low, high = effect_limits(*figures, power.fill_null(np.nan).to_numpy())
    limits = pl.Series("effect_low", low), pl.Series("effect_high", high)
    return table.with_columns(limits).with_columns(pl.col("effect_low", "effect_high").fill_nan(None))


def rao_scott(tables: Tables) -> Tested:
    """Pearson's X² with the second-order correction; effect: Cramér's V.

    F = X² / tr D, df1 = (tr D)² / tr D², df2 = df1 x (sampling units - strata). No figures where empty cells leave a part
    of the table undetermined (two groups that gave nothing but one and the same answer, say).
    Source: Rao and Scott (1984); R: svychisq(statistic="F").
    """
    weights = tables.cells(tables.sw)
    total = weights.sum(axis=1)[:, None, None]
    p = weights / total[:, 0]
    contrasts = _interactions(tables.groups, tables.answers)
    scaled = contrasts / np.where(p > 0, p, np.inf)[:, :, None]
    information = contrasts.T @ scaled
    told = _determined(information, p)
    information = np.where(told[:, None, None], information, np.eye(information.shape[1]))
    u = (scaled - p[:, None, :] @ scaled) / total
    delta = np.linalg.solve(information, covariances(tables, u))
    delta[~told] = np.nan
    trace, traces = np.trace(delta, axis1=1, axis2=2), np.einsum("tij,tji->t", delta, delta)
    x2 = np.where(told, _pearson(tables.by_group(p)), np.nan)
    f, df1 = x2 / trace, trace**2 / traces
    df2 = df1 * np.array([design.df for design in tables.designs])
    return Tested(f, df1, df2, special.fdtrc(df1, df2, f), np.sqrt(x2 / (min(tables.groups, tables.answers) - 1)))


def _determined(information: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Whether no part of a table is left open by its empty cells."""
    empty = (p == 0).any(axis=1)
    told = np.ones(len(p), bool)
    told[empty] = np.linalg.matrix_rank(information[empty]) == information.shape[1]
    return told


def _pearson(table: np.ndarray) -> np.ndarray:
    """X² of tables x groups x answers (shares), over the sum of weights."""
    expected = table.sum(axis=2)[:, :, None] * table.sum(axis=1)[:, None, :]
    return ((table - expected) ** 2 / expected).sum(axis=(1, 2))


@cache
def _interactions(rows: int, columns: int) -> np.ndarray:
    """A basis of the tables whose rows and columns add up to 0, (rows columns) x (rows - 1)(columns - 1)."""
    a, b = (np.eye(k)[:, 1:] - 1 / k for k in (rows, columns))
    return np.kron(a, b)


@cache
def _against_first(groups: int) -> np.ndarray:
    """Each other group less the first, (groups - 1) x groups."""
    return np.hstack([-np.ones((groups - 1, 1)), np.eye(groups - 1)])


def kruskal_wallis(tables: Tables, units: np.ndarray) -> Tested:
    """Do the groups' mean rank scores differ; effect: eta².

    Wald test of the groups' mean mid-ranks; df2 = `units` (sampling units with
    an answer minus their strata) - df1. Source: Lumley and Scott (2013); R:
    svyranktest(test="KruskalWallis").
    """
    weights = tables.by_group(tables.cells(tables.sw))
    levels, of_groups = weights.sum(axis=1), weights.sum(axis=2)
    ridit = ((np.cumsum(levels, axis=1) - levels / 2) / levels.sum(axis=1)[:, None])[:, None, :]
    means = (weights * ridit).sum(axis=2) / of_groups
    influence = (ridit - means[:, :, None]) / of_groups[:, :, None]
    of_own = np.eye(tables.groups)[:, None, :] * influence[:, :, :, None]
    contrast = _against_first(tables.groups)
    v = contrast @ covariances(tables, of_own.reshape(len(means), -1, tables.groups)) @ contrast.T
    beta = means @ contrast.T
    df1 = tables.groups - 1
    f, df2 = (beta * _solved(v, beta)).sum(axis=1) / df1, units - df1
    overall = (levels * ridit[:, 0]).sum(axis=1)[:, None] / levels.sum(axis=1)[:, None]
    between = (of_groups * (means - overall) ** 2).sum(axis=1) / (levels * (ridit[:, 0] - overall) ** 2).sum(axis=1)
    effect = np.where(np.isnan(f), np.nan, between)
    return Tested(f, np.where(np.isnan(f), np.nan, df1), np.where(np.isnan(f), np.nan, df2), special.fdtrc(df1, df2, f), effect)


def _solved(v: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The solution of each of many systems; NaN of those that have none, which are found by halving."""
    try:
        return np.linalg.solve(v, beta[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        half = len(v) // 2
        return np.concatenate([_solved(v[:half], beta[:half]), _solved(v[half:], beta[half:])]) if half else np.full_like(beta, np.nan)
