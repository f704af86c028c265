"""Rank tests and tables: against scipy where samples are simple, against themselves where they are not."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from pipeline.estimate.covariance import covariance, unit_designs
from pipeline.estimate.design import Frame
from pipeline.estimate.independence import independence, rao_scott
from pipeline.estimate.linear import linear_variance
from pipeline.estimate.rank_tests import SIDE, wilcoxon
from pipeline.estimate.tables import covariances, of_one_size
from tests.estimate.worlds import UNIT, moments_of, random_rows


def sides(item: str = "Q2") -> pl.DataFrame:
    keys = [(*UNIT, "G", category, item) for category in ("b", "a")]
    return pl.DataFrame(
        [(0, side, *key) for side, key in zip((1, -1), keys, strict=True)], ["pair", "side", *SIDE], orient="row"
    )


def groups(rows: pl.DataFrame, item: str = "Q2") -> list[np.ndarray]:
    answered = rows.filter(pl.col(item).is_in(["1", "2", "3"]))
    return [answered.filter(G=g)[item].cast(int).to_numpy() for g in ("b", "a")]


def test_superiority_is_mann_whitney_s_u_over_all_pairs():
    rows = random_rows(8, 300)
    b, a = groups(rows)
    got = wilcoxon(moments_of(rows), sides())
    u = stats.mannwhitneyu(4 - b, 4 - a).statistic  # the item is negative: its order is mirrored
    assert got["effect_size"].item() == pytest.approx(u / (len(a) * len(b)))
    assert got["difference"].item() == pytest.approx(got["effect_size"].item() - 0.5)


def test_the_test_agrees_with_mann_whitney_in_a_large_simple_sample():
    rows = random_rows(9, 4000)
    b, a = groups(rows)
    p = stats.mannwhitneyu(b, a, method="asymptotic", use_continuity=False).pvalue
    assert wilcoxon(moments_of(rows), sides())["p_value"].item() == pytest.approx(p, rel=0.02)


def test_the_effect_s_interval_covers_its_truth():
    """400 draws of two groups of 40: 95 % coverage has a standard error of 1.1 points; four of them either way."""
    rng = np.random.default_rng(1)
    p_a, p_b = np.array([0.5, 0.3, 0.2]), np.array([0.3, 0.3, 0.4])
    truth = float(sum(p_b[i] * (p_a[:i].sum() + p_a[i] / 2) for i in range(3)))
    rows = pl.concat(
        random_rows(1, 80).with_columns(
            pl.lit(f"{k:03}").alias("_member"),
            pl.Series("Q1", np.concatenate([rng.choice(["1", "2", "3"], 40, p=p) for p in (p_b, p_a)])),
            pl.Series("G", ["b"] * 40 + ["a"] * 40),
        )
        for k in range(400)
    ).with_columns(pl.col("_member").alias("_submission"))
    pairs = pl.concat(sides("Q1").with_columns(pair=pl.lit(k), member=pl.lit(f"{k:03}")) for k in range(400))
    got = wilcoxon(moments_of(rows), pairs)
    hits = ((got["effect_low"] <= truth) & (truth <= got["effect_high"])).sum()
    assert abs(hits / 400 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)


def test_kruskal_and_rao_scott_agree_with_scipy_in_a_large_simple_sample():
    rows = random_rows(10, 5000)
    found = independence(moments_of(rows)).filter(indicator="Q2", domain_variable="G")
    b, a = groups(rows)
    table = [[(x == k).sum() for k in (1, 2, 3)] for x in (a, b)]
    for test, expected in (
        ("kruskal_wallis", stats.kruskal(a, b).pvalue),
        ("rao_scott_f", stats.chi2_contingency(table, correction=False).pvalue),
    ):
        assert found.filter(test=test)["p_value"].item() == pytest.approx(expected, rel=0.02)


def test_cramers_v_is_scipy_s():
    rows = random_rows(11, 400)
    b, a = groups(rows)
    expected = stats.contingency.association([[(x == k).sum() for k in (1, 2, 3)] for x in (a, b)], method="cramer")
    got = independence(moments_of(rows)).filter(indicator="Q2", domain_variable="G", test="rao_scott_f")
    assert got["effect_size"].item() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("table", "told"),
    [([[9, 8, 7], [5, 6, 9], [7, 7, 8]], True), ([[9, 0, 7], [5, 6, 0], [7, 7, 8]], True), ([[9, 0, 0], [9, 0, 0], [7, 7, 8]], False)],
    ids=["full", "some cells empty", "two groups with one answer alone"],
)
def test_tables_that_empty_cells_leave_undetermined_have_no_test(table, told):
    """R's svychisq says that they are singular; numpy would solve them to noise."""
    counts = np.array(table)
    unit = unit_designs(moments_of(random_rows(13, counts.sum())).design)[UNIT]
    group, answer = np.nonzero(counts)
    n = pl.Series(counts[group, answer].astype(float))
    parts = pl.DataFrame({"table": 0, "place": unit.first, "group": group, "answer": answer, "sw": n, "sw2": n})
    [(_, tables)] = of_one_size(parts, "answer", [unit])
    assert {np.isfinite(figures.item()) for figures in vars(rao_scott(tables)).values()} == {told}


@pytest.mark.parametrize("psus", [None, 9])
@pytest.mark.parametrize(
    "margins", [{}, {"G": {"a": 500.0, "b": 500.0}}, {"G": {"a": 500.0, "b": 500.0}, "H": {"a": 400.0, "b": 600.0}}]
)
def test_vectors_have_the_variance_of_their_parts(psus, margins):
    """The matrix has on its diagonal what linear_variance gives for each statistic alone."""
    moments = moments_of(
        random_rows(12, 150, 2 if not margins else 1, psus), Frame(total=1000.0, margins=margins, finite=False)
    )
    codes = moments.codes.filter(pl.col("item") == "Q2", pl.col("domain_variable") == "")
    u = np.random.default_rng(0).normal(size=(codes.height, 3))
    unit = unit_designs(moments.design)[UNIT]
    got = covariance(unit, codes["place"].to_numpy(), codes["sw"].to_numpy(), codes["sw2"].to_numpy(), u)
    for k in range(3):
        rows = codes.select("place", "n", key=pl.lit(0), z=pl.col("sw") * u[:, k], zz=pl.col("sw2") * u[:, k] ** 2)
        rows = rows.group_by("key", "place").agg(pl.col("z", "zz", "n").sum())
        assert got[k, k] == pytest.approx(linear_variance(rows, moments.design)["variance"].item(), rel=1e-9)


@pytest.mark.parametrize("frame", [None, Frame(total=1000.0), Frame(margins={"G": {"a": 500.0, "b": 500.0}})], ids=["endless", "finite", "calibrated"])
@pytest.mark.parametrize("psus", [None, 9])
def test_many_tables_have_the_covariance_of_each(psus, frame):
    moments = moments_of(random_rows(12, 150, 1, psus), frame)
    keys = [pl.col(c).rank("dense") - 1 for c in ("domain_category", "code")]
    codes = moments.codes.filter("valid", pl.col("domain_variable") == "G", pl.col("item").is_in(["Q1", "Q2"]))
    parts = codes.select("place", "sw", "sw2", table=pl.col("item").rank("dense") - 1, group=keys[0], answer=keys[1]).sort("table")
    unit = unit_designs(moments.design)[UNIT]
    [(numbers, tables)] = of_one_size(parts, "answer", [unit, unit])
    assert numbers.tolist() == [0, 1]
    weights = tables.cells(tables.sw)
    u = np.random.default_rng(0).normal(size=(2, 6, 3))
    u -= (weights[:, :, None] * u).sum(axis=1, keepdims=True) / weights.sum(axis=1)[:, None, None]
    for k, found in enumerate(covariances(tables, u)):
        place, cell, sw, sw2 = (values[tables.starts[k] : tables.starts[k + 1]] for values in (tables.place, tables.cell, tables.sw, tables.sw2))
        assert found == pytest.approx(covariance(unit, place, sw, sw2, u[k, cell]), rel=1e-9)
