"""Trends of real long series are R's: lines through design-based means of 24 and of 6 waves.

gss_fefam_means.csv: US General Social Survey, `fefam` on 0 to 100, means by year, made with R survey 4.1:
  des <- svydesign(~vpsu, strata=~vstrat, weights=~wtssps, data=d, nest=TRUE)
  for each year: m <- svymean(~y, subset(des, year == w)); coef(m), SE(m), degf(subset)
R_*: figures by hand in R:
  b <- svyby(~y, ~year, des, svymean, covmat=TRUE); W <- solve(vcov(b)); X <- cbind(1, year)
  C <- solve(t(X) %*% W %*% X); beta <- C %*% t(X) %*% W %*% coef(b); r <- coef(b) - X %*% beta; Q <- t(r) %*% W %*% r
  which is lm(estimate ~ year, weights = 1/se^2) with its error divided by summary()$sigma.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.linear_trend import departure, slope, wald_f
from pipeline.estimate.trends import trends
from tests.estimate.series import series, waves

GSS = pl.read_csv(Path(__file__).parent / "gss_fefam_means.csv")
R_SLOPE, R_SE, R_Q = 0.4075956504588869, 0.01450558557258799, 241.1565277680114
# V <- 0.3 * outer(se, se); diag(V) <- se^2
R_COVARYING = (0.407226789319137, 0.0121534630848016, 344.1840257012555)
# World Values Survey, `f117` (accepting a bribe) on 0 to 100 in Japan: year, mean, SE of svymean, n
JAPAN = np.array(
    [
        (1981, 9.708036727535335, 0.5336160416094770, 1077),
        (1990, 8.768338451040600, 0.5464722940234350, 977),
        (1995, 6.436707500537287, 0.4834341483953781, 1034),
        (2000, 5.868425503128699, 0.4550258263240916, 1314),
        (2005, 5.999586947542338, 0.4387113782621916, 1076),
        (2010, 4.524994077232883, 0.2779657775417213, 2345),
    ]
)
R_JAPAN = (-0.1757172578351422, 0.01795972601133997, 6.705457631783315)
# oneway.test(y ~ factor(year)): statistic, denominator df, p-value
R_WELCH = (20.4688870426646, 3140.092940785534, 3.654882607619431e-20)


def years(known: bool = False):
    df = 1e12 if known else GSS["df"].to_numpy()
    return series(GSS["wave"].to_numpy(), GSS["estimate"].to_numpy(), GSS["se"].to_numpy() ** 2, df)


def test_slope_error_and_departure_of_24_waves_are_r_s():
    (value,), (se,), _ = slope(years())
    assert value == pytest.approx(R_SLOPE, rel=1e-10) and se == pytest.approx(R_SE, rel=1e-10)
    f, rank, _ = departure(years(known=True))
    assert rank[0] == 22 and f[0] * 22 == pytest.approx(R_Q, rel=1e-9)


def test_so_they_are_with_covariances_between_waves():
    error = GSS["se"].to_numpy()
    matrix = 0.3 * np.outer(error, error) + 0.7 * np.diag(error**2)
    whole = series(GSS["wave"].to_numpy(), GSS["estimate"].to_numpy(), matrix, 1e12)
    (value,), (se,), _ = slope(whole)
    assert (value, se, departure(whole)[0][0] * 22) == pytest.approx(R_COVARYING, rel=1e-9)


def test_that_variances_are_estimated_makes_the_test_of_departure_more_careful():
    (f,), _, (p,) = departure(years())
    assert f < R_Q / 22 and p > departure(years(known=True))[2][0]


def test_so_are_those_of_six_waves_of_another_survey():
    times, y, se, n = JAPAN.T
    (value,), (error,), _ = slope(series(times, y, se**2, n - 1))
    known = departure(series(times, y, se**2, 1e12))[0][0]
    assert (value, error, known * 4) == pytest.approx(R_JAPAN, rel=1e-9)


def test_for_equal_means_the_f_is_welch_s():
    times, y, se, n = JAPAN.T
    steps = np.eye(6)[:, 1:] - np.eye(6)[:, :-1]
    got = wald_f(series(times, y, se**2, n - 1), steps)
    assert [x[0] for x in got] == pytest.approx(R_WELCH, rel=1e-8)


def test_the_table_says_that_the_long_series_rose_but_in_no_straight_line():
    """Two decades of it stand between two rises: a line alone would hide that."""
    named = waves(GSS["estimate"], GSS["se"] ** 2, labels=GSS["wave"].cast(pl.String).to_list())
    got = trends(named.with_columns(df=GSS["df"]), change_point=True).row(0, named=True)
    assert got["waves"] == 24 and got["slope"] == pytest.approx(R_SLOPE) and got["q_value"] < 1e-30
    assert got["verdict"] == "not_linear" and got["departure_q_value"] < 1e-20
    assert got["change"] == pytest.approx(62.0854738860109 - 41.0964562467816)
    assert got["change_point"] == "none", "a straight line fits better than any single step"
