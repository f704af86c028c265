"""Intervals of Cramér's V and eta²: the noncentral F is inverted as scipy has it, and they hold the truth."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from pipeline.estimate.effect_limits import effect_limits, noncentrality_limits
from pipeline.estimate.independence import TESTED, independence
from tests.estimate.worlds import moments_of, random_rows

DRAWS, SIZE = 400, 200


@given(f=st.floats(0.01, 5000), df1=st.floats(0.5, 30), df2=st.floats(3, 5000))
def test_limits_give_back_their_probabilities(f, df1, df2):
    for limit, p in zip(noncentrality_limits(f, df1, df2), (0.975, 0.025), strict=True):
        # where even no effect at all makes so small an F too likely, the limit is 0
        expected = min(p, stats.f.cdf(f, df1, df2))
        assert stats.ncf.cdf(f, df1, df2, limit) == pytest.approx(expected, rel=1e-6)


def test_scipy_s_own_inverse_is_the_same_within_its_tolerance():
    f, df1, df2 = (a.ravel() for a in np.meshgrid([2.5, 8.0, 40.0], [1.0, 3.7, 8.0], [9.0, 120.0, 3000.0]))
    _, high = noncentrality_limits(f, df1, df2)
    assert high == pytest.approx(special.ncfdtrinc(df1, df2, 0.025, f), rel=1e-3)


def test_endless_degrees_of_freedom_are_a_chi_square():
    limits = np.ravel(noncentrality_limits(3.0, 4.0, np.inf))
    assert stats.ncx2.cdf(12.0, 4.0, limits) == pytest.approx([0.975, 0.025])
    assert limits == pytest.approx(np.ravel(noncentrality_limits(3.0, 4.0, 1e7)), rel=1e-4)


@pytest.mark.parametrize("f", [0.0, 1e-4, np.nan])
def test_too_small_an_f_has_no_interval(f):
    assert np.isnan(effect_limits([0.1], [f], [4.0], [100.0], [0.5])).all()


@pytest.mark.parametrize("df2", [0.0, -1.0, np.nan])
def test_without_degrees_of_freedom_there_is_no_interval(df2):
    assert np.isnan(effect_limits([0.1], [3.0], [2.0], [df2], [1.0])).all()


def test_limits_stay_between_0_and_1_around_a_large_effect():
    low, high = effect_limits([0.95, 0.9], [900.0, 900.0], [2.0, 2.0], [100.0, 100.0], [0.5, 1.0])
    assert ((low > 0) & (low < [0.95, 0.9]) & (high == 1)).all()


def drawn(shares: dict[str, list[float]], seed: int) -> pl.DataFrame:
    """Tests of DRAWS samples of SIZE; `shares`: group -> how often each of three answers is given; groups of one size."""
    rng = np.random.default_rng(seed)
    samples = []
    for k in range(DRAWS):
        group = rng.choice(["a", "b"], SIZE)
        answer = np.where(group == "a", *(rng.choice(["1", "2", "3"], SIZE, p=shares[g]) for g in "ab"))
        named = random_rows(1, SIZE).with_columns(_member=pl.lit(f"{k:03}"), _submission=pl.lit(f"{k:03}"))
        samples.append(named.with_columns(pl.Series("Q1", answer), pl.Series("G", group)))
    return independence(moments_of(pl.concat(samples))).filter(indicator="Q1", domain_variable="G")


def true_effects(shares: dict[str, list[float]]) -> dict[str, float]:
    p = np.array([shares[g] for g in "ab"]) / 2
    everybody = p.sum(axis=0)
    ridit = np.cumsum(everybody) - everybody / 2
    between = ((2 * p @ ridit - 0.5) ** 2 / 2).sum()
    expected = np.outer(p.sum(axis=1), everybody)
    return {
        "cramers_v": float(np.sqrt(((p - expected) ** 2 / expected).sum())),
        "eta_squared": float(between / (everybody @ (ridit - 0.5) ** 2)),
    }


@pytest.mark.parametrize(("seed", "b"), [(1, [0.35, 0.35, 0.3]), (2, [0.2, 0.3, 0.5])])
def test_intervals_hold_the_truth(seed, b):
    """95 % of 400 samples have a standard error of 1.1 points; four of them either way."""
    shares = {"a": [0.5, 0.3, 0.2], "b": b}
    table = drawn(shares, seed)
    for effect, truth in true_effects(shares).items():
        mine = table.filter(effect_name=effect)
        held = mine.select(pl.col("effect_low").le(truth) & pl.col("effect_high").ge(truth)).to_series()
        assert mine.height == DRAWS
        assert abs(held.fill_null(False).mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / DRAWS), effect


def test_intervals_of_a_very_large_effect_hold_it_too_often_rather_than_too_rarely():
    shares = {"a": [0.5, 0.3, 0.2], "b": [0.05, 0.15, 0.8]}
    for effect, truth in true_effects(shares).items():
        mine = drawn(shares, 4).filter(effect_name=effect)
        assert mine.select((pl.col("effect_low").le(truth) & pl.col("effect_high").ge(truth)).mean()).item() > 0.97


def test_where_there_is_no_effect_nineteen_in_twenty_reach_0_or_have_no_interval():
    """The upper tail of F is all that can mislead: 2.5 % lie above 0, another 2.5 % have none."""
    even = {"a": [0.5, 0.3, 0.2], "b": [0.5, 0.3, 0.2]}
    for _, mine in drawn(even, 3).partition_by("effect_name", as_dict=True).items():
        assert (mine["effect_low"] > 0).mean() < 0.025 + 4 * np.sqrt(0.025 * 0.975 / DRAWS)
        assert mine["effect_low"].null_count() / DRAWS < 0.025 + 4 * np.sqrt(0.025 * 0.975 / DRAWS)


def test_a_test_that_could_not_be_done_has_no_limits():
    rows = random_rows(5, 40).with_columns(Q2=pl.when(pl.col("G") == "a").then(pl.lit("1")).otherwise(pl.lit("3")))
    found = independence(moments_of(rows)).filter(indicator="Q2", domain_variable="G")
    assert found.columns == list(TESTED)
    undone = found.filter(pl.col("statistic").is_null())
    assert undone["effect_low"].null_count() == undone["effect_high"].null_count() == undone.height > 0
