"""Variance from moments equals the textbook formula on rows, for every kind of design."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.comparisons import group_differences
from pipeline.estimate.estimates import estimate
from pipeline.estimate.variance import domain_means
from tests.estimate.worlds import INSTRUMENT, moments_of, random_rows

UNITS = {("AAA", "2024", "p"): INSTRUMENT}
SCORES = {"1": 0.0, "2": 50.0, "3": 100.0}


def textbook(rows: pl.DataFrame, inside: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """(mean, z per row): the linearised residuals, 0 outside the domain."""
    w = rows["_weight"].fill_null(1.0).to_numpy() * inside
    mean = (w * y).sum() / w.sum()
    return mean, w * (y - mean) / w.sum()


def design_variance(rows: pl.DataFrame, z: np.ndarray, other: np.ndarray | None = None) -> float:
    """With-replacement first stage, lonely units centred at 0: a loop over strata, as in the books."""
    other, total = z if other is None else other, 0.0
    clustered = rows["_psu"].null_count() == 0
    for h in rows["_stratum"].unique():
        of_h = (rows["_stratum"] == h).to_numpy()
        psu = rows["_psu"].to_numpy()[of_h] if clustered else np.arange(of_h.sum())
        a = np.array([z[of_h][psu == j].sum() for j in np.unique(psu)])
        b = np.array([other[of_h][psu == j].sum() for j in np.unique(psu)])
        n = len(a)
        total += (a * b).sum() if n == 1 else n / (n - 1) * ((a - a.mean()) * (b - b.mean())).sum()
    return total


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(12, 80),
    strata=st.integers(1, 4),
    psus=st.sampled_from([None, 3, 9]),
    weighted=st.booleans(),
)
def test_moments_give_the_rows_mean_and_variance(seed, n, strata, psus, weighted):
    rows = random_rows(seed, n, strata, psus, weighted)
    means = domain_means(moments_of(rows))
    for domain in ("", "a"):
        answered = rows["Q1"].is_in(list(SCORES)).fill_null(False).to_numpy() & (
            (rows["G"] == domain).to_numpy() if domain else True
        )
        if not answered.any():
            continue
        y = rows["Q1"].replace_strict(SCORES, default=0.0).fill_null(0.0).to_numpy()
        variable = "G" if domain else ""
        got = means.filter(indicator="Q1", measure="mean_score", domain_variable=variable, domain_category=domain)
        mean, z = textbook(rows, answered, y)
        assert got["estimate"].item() == pytest.approx(mean, rel=1e-12)
        assert got["variance"].item() == pytest.approx(design_variance(rows, z), rel=1e-9, abs=1e-12)
        assert got["n"].item() == answered.sum()


@pytest.mark.parametrize(("strata", "psus"), [(1, None), (3, None), (2, 8)])
def test_group_difference_carries_the_designs_covariance(strata, psus):
    rows = random_rows(7, 200, strata, psus, weighted=True)
    moments = moments_of(rows)
    table = group_differences(moments, estimate(moments, UNITS)).filter(
        indicator="Q2", measure="favourable", domain_variable="G"
    )
    y = (rows["Q2"] == "1").to_numpy().astype(float)  # negative polarity: disagreeing is favourable
    (b, zb), (a, za) = (textbook(rows, (rows["G"] == g).to_numpy(), y) for g in "ba")
    assert table["difference"].item() == pytest.approx(b - a)
    assert table["variance_of_difference"].item() == pytest.approx(design_variance(rows, zb - za))


def test_dont_know_is_in_nonresponse_and_in_no_other_denominator():
    rows = random_rows(2, 100)
    means = domain_means(moments_of(rows)).filter(indicator="Q1", domain_variable="")
    valid = rows["Q1"].is_in(list(SCORES)).sum()
    assert means.filter(measure="favourable")["n"].item() == valid
    refused = means.filter(measure="nonresponse", category="refused")
    assert refused["n"].item() == 100 and refused["estimate"].item() == pytest.approx((rows["Q1"] == "9").sum() / 100)
    assert means.filter(measure="nonresponse", category="")["estimate"].item() == pytest.approx(1 - valid / 100)
