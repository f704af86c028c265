"""Intervals against R's figures (survey 4.1, California schools) and limiting cases."""

import numpy as np
import pytest
from scipy import stats

from pipeline.estimate.intervals import SHARE_METHODS, mean_interval, share_interval, t_test


@pytest.mark.parametrize(
    ("share", "se", "df", "n", "low", "high"),
    [  # R: svyciprop(method = "beta") on apisrs, all and by school type
        (0.62, 0.0338480671298404, 199, 200, 0.549881078751559, 0.686605321139074),
        (0.711267605633803, 0.0375043227226329, 141, 142, 0.630544219453907, 0.783200681209994),
        (0.36, 0.0946743782015869, 24, 25, 0.181941836767687, 0.571630022741224),
    ],
)
def test_share_interval_is_r_s(share, se, df, n, low, high):
    got = share_interval([share], [se**2], [df], [n])
    assert np.allclose(np.ravel(got), [low, high], rtol=1e-9)


def test_without_variance_the_interval_is_clopper_and_pearson_s():
    low, high = share_interval([0.0, 1.0], [0.0, 0.0], [19, 19], [20, 20])
    exact = [stats.binomtest(k, 20).proportion_ci(method="exact") for k in (0, 20)]
    assert np.allclose(low, [e.low for e in exact]) and np.allclose(high, [e.high for e in exact])


@pytest.mark.parametrize("method", ["logit", "asin"])
def test_a_transformed_interval_stays_between_0_and_1_and_leaves_0_and_1_without(method):
    low, high = SHARE_METHODS[method](
        np.array([0.02, 0.97, 0.0, 1.0]), np.array([0.02, 0.02, 0.0, 0.0]), [9] * 4, [10] * 4
    )
    assert ((low[:2] >= 0) & (low[:2] < [0.02, 0.97]) & (high[:2] > [0.02, 0.97]) & (high[:2] <= 1)).all()
    assert np.isnan([low[2:], high[2:]]).all()


def test_the_plain_interval_may_leave_the_shares_that_there_are():
    low, _ = SHARE_METHODS["mean"](0.02, 0.02, 9, 10)
    assert low < 0


@pytest.mark.parametrize("method", SHARE_METHODS)
def test_a_large_sample_makes_every_method_the_same(method):
    low, high = SHARE_METHODS[method](0.3, 0.21 / 1e6, 1e6 - 1, 1e6)
    assert [low, high] == pytest.approx([0.3 - 1.96 * 0.21**0.5 / 1000, 0.3 + 1.96 * 0.21**0.5 / 1000], abs=2e-6)


def test_one_respondent_has_no_interval():
    low, high = mean_interval(np.array([50.0]), np.array([0.0]), np.array([0]))
    assert np.isnan([low, high]).all()


def test_t_test_is_scipy_s():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 1, 30), rng.normal(0.4, 1, 40)
    oracle = stats.ttest_ind(x, y, equal_var=False)
    v1, v2 = x.var(ddof=1) / 30, y.var(ddof=1) / 40
    df = (v1 + v2) ** 2 / (v1**2 / 29 + v2**2 / 39)
    statistic, p = t_test(x.mean() - y.mean(), np.sqrt(v1 + v2), df)
    assert np.allclose([statistic, p], [oracle.statistic, oracle.pvalue])
