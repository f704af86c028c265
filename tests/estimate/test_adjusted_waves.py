"""Waves at one composition: their estimates depend on each other, because the composition is estimated from all."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.adjusted_waves import adjusted_waves
from pipeline.estimate.asked import Asked
from pipeline.estimate.moments import compared
from tests.estimate.two_waves import estimated, taken_apart, variance_by_rows, wave

WAVES = {"2020": 0.8, "2022": 0.5, "2024": 0.2}


def three_waves(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.concat(wave(("AAA", w, "p"), 120, managers, rng) for w, managers in WAVES.items())


def found(rows: pl.DataFrame) -> tuple[dict, dict]:
    """(wave -> (estimate, variance), pair of waves -> covariance) of the mean score."""
    moments, estimates, units = estimated(rows)
    nothing = estimates.clear().select("member", "wave", "population", "domain_variable", "domain_category", "indicator")
    who = Asked(units, {}, nothing.drop("indicator"), nothing)
    means, covariances = adjusted_waves(moments, estimates.filter(compared()), who)
    means, covariances = means.filter(measure="mean_score"), covariances.filter(measure="mean_score")
    by_pair = {tuple(row[:2]): row[2] for row in covariances.select("wave", "other_wave", "covariance").iter_rows()}
    return {w: (e, v) for w, e, v in means.select("wave", "estimate", "variance").iter_rows()}, by_pair


def by_rows(contrast: dict[str, float]):
    """The contrast of the waves' means at the mean composition of all, from rows."""

    def statistic(w: np.ndarray, part: dict) -> float:
        total = 0.0
        for group in np.unique(part["group"]):
            mine = part["group"] == group
            weights = {k: (w[mine & (part["wave"] == k)].sum(), w[part["wave"] == k].sum()) for k in WAVES}
            reference = np.mean([inside / everybody for inside, everybody in weights.values()])
            for k, factor in contrast.items():
                here = mine & (part["wave"] == k)
                total += factor * reference * (w * part["y"])[here].sum() / weights[k][0]
        return total

    return statistic


def test_each_wave_s_mean_and_variance_are_those_computed_row_by_row():
    rows = three_waves(1)
    means, _ = found(rows)
    part = taken_apart(rows)
    for k, (estimate, variance) in means.items():
        assert estimate == pytest.approx(by_rows({k: 1.0})(part["w"], part), abs=1e-9)
        assert variance == pytest.approx(variance_by_rows(by_rows({k: 1.0}), rows), rel=1e-6)


def test_differences_of_waves_take_their_covariance_into_account():
    rows = three_waves(2)
    means, covariances = found(rows)
    assert set(covariances) == set(combinations(WAVES, 2))
    for (one, other), covariance in covariances.items():
        variance = means[one][1] + means[other][1] - 2 * covariance
        assert variance == pytest.approx(variance_by_rows(by_rows({one: -1.0, other: 1.0}), rows), rel=1e-6)


def test_two_waves_are_no_series():
    means, covariances = found(three_waves(3).filter(pl.col("_wave") != "2020"))
    assert not means and not covariances
