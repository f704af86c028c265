"""Alpha, omega and their intervals: exact where theory is, covering where it promises to."""

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.reliability import _factor, alpha, alpha_interval, item_rest, omega, omega_with_interval


def world(rng: np.random.Generator, n: int, loadings: np.ndarray) -> np.ndarray:
    """Answers with one factor of these loadings and unit variance."""
    return rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)


def test_alpha_of_parallel_items_is_spearman_and_brown_s():
    s = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    assert alpha(s) == pytest.approx(4 * 0.5 / (1 + 3 * 0.5))
    assert omega(s) == pytest.approx(alpha(s), abs=1e-5)


def test_omega_finds_the_loadings_it_was_made_of():
    for loadings in (np.array([0.8, 0.6, 0.5]), np.array([0.8, 0.7, 0.6, 0.5, 0.4])):
        r = np.outer(loadings, loadings)
        np.fill_diagonal(r, 1)
        expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
        assert omega(r) == pytest.approx(expected, abs=1e-5)


def test_omega_is_none_where_one_factor_cannot_be():
    assert omega(np.array([[1, 0.5], [0.5, 1]])) is None
    assert omega(np.array([[1, 0.9, 0.9], [0.9, 1, 0.3], [0.9, 0.3, 1]])) is None  # an item without variance of its own


def test_item_rest_is_the_correlation_with_the_others_sum():
    x = world(np.random.default_rng(1), 300, np.array([0.8, 0.6, 0.4, 0.5]))
    expected = [np.corrcoef(x[:, i], np.delete(x, i, 1).sum(axis=1))[0, 1] for i in range(4)]
    assert np.allclose(item_rest(np.cov(x.T)), expected)


@pytest.mark.parametrize("loadings", [np.full(4, 0.6), np.array([0.8, 0.7, 0.5])])
def test_intervals_cover_their_truth(loadings):
    """600 samples of 120, every fourth for omega, which is fitted: 95 % has a standard error of 0.9 and 1.8 points.

    Alpha's interval assumes equal loadings.
    """
    rng, hits, sum_ = np.random.default_rng(2), {"alpha": 0, "omega": 0}, loadings.sum() ** 2
    truth = sum_ / (sum_ + (1 - loadings**2).sum())
    for draw in range(600):
        s = np.cov(world(rng, 120, loadings).T)
        low, high = alpha_interval(alpha(s), len(s), 120)
        hits["alpha"] += low <= truth <= high
        if draw % 4 == 0:
            _, low, high = omega_with_interval(s, 120)
            hits["omega"] += low is not None and low <= truth <= high
    if np.ptp(loadings) == 0:
        assert abs(hits["alpha"] / 600 - 0.95) < 4 * 0.009
    assert abs(hits["omega"] / 150 - 0.95) < 4 * 0.018


@pytest.mark.parametrize(
    ("loadings", "verdict"),
    [
        (np.full(3, 0.85), "ok"),
        (np.full(3, 0.62), "weak"),
        (np.full(3, 0.3), "cannot_carry_a_mean"),
        (np.array([0.9, 0.9, 0.9, -0.5]), "cannot_carry_a_mean"),
    ],
)
def test_verdicts(loadings, verdict):
    s = np.cov(world(np.random.default_rng(3), 3000, loadings).T)
    assert {row[-1] for row in _factor([f"Q{k}" for k in range(len(s))], 3000, s)} == {verdict}


def test_one_question_is_no_factor_and_few_answers_say_nothing():
    assert _factor(["Q1"], 500, np.eye(1))[0][-1] == "cannot_carry_a_mean"
    s = np.cov(world(np.random.default_rng(4), 20, np.full(3, 0.8)).T)
    assert {row[-1] for row in _factor(["a", "b", "c"], 20, s)} == {"unknown"}


def test_the_release_has_every_factor_of_every_unit(sample_run):
    table = pl.read_parquet(sample_run / "release" / "reliability.parquet")
    assert table.filter(statistic="alpha", item="").group_by("member", "wave", "population").len()[
        "len"
    ].unique().to_list() == [10]
