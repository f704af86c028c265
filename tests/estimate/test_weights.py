"""Weights from a frame: margins are met, and variance is that of the calibration's residuals."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.errors import StageError
from pipeline.estimate.design import Frame
from pipeline.estimate.raking import rake
from pipeline.estimate.variance import domain_means
from tests.estimate.test_variance import SCORES, design_variance
from tests.estimate.worlds import moments_of, random_rows

TWO = Frame(total=1000, margins={"G": {"a": 500.0, "b": 500.0}, "H": {"a": 300.0, "b": 700.0}}, finite=False)
ONE = Frame(total=1000, margins={"G": {"a": 500.0, "b": 500.0}}, finite=False)


def calibrated(rows: pl.DataFrame, frame: Frame) -> np.ndarray:
    """Weights by plain proportional fitting over rows."""
    w = np.ones(rows.height)
    for _ in range(400):
        for item, targets in sorted(frame.margins.items()):
            for code, count in targets.items():
                mine = (rows[item] == code).to_numpy()
                w[mine] *= count / w[mine].sum()
    return w


def residual(rows: pl.DataFrame, frame: Frame, w: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What the margins do not explain of z / w: ten rounds of projections over rows, as in R."""
    u = z / w
    for _ in range(10):
        for item in sorted(frame.margins):
            for code in "ab":
                mine = (rows[item] == code).to_numpy()
                u[mine] -= np.average(u[mine], weights=w[mine] if len(frame.margins) == 1 else None)
    return u * w


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(30, 90),
    psus=st.sampled_from([None, 8]),
    frame=st.sampled_from([ONE, TWO]),
)
def test_moments_give_the_variance_of_calibration_residuals(seed, n, psus, frame):
    rows = random_rows(seed, n, 1, psus)
    assume(rows.group_by("G", "H").len().height == 4)
    means = domain_means(moments_of(rows, frame))
    w = calibrated(rows, frame)
    for domain in ("", "a"):
        inside = rows["Q1"].is_in(list(SCORES)).fill_null(False).to_numpy()
        inside = inside & ((rows["H"] == domain).to_numpy() if domain else True)
        assume(inside.sum() > 1)
        y = rows["Q1"].replace_strict(SCORES, default=0.0).fill_null(0.0).to_numpy()
        mean = (w * inside * y).sum() / (w * inside).sum()
        z = residual(rows, frame, w, w * inside * (y - mean) / (w * inside).sum())
        got = means.filter(
            indicator="Q1", measure="mean_score", domain_variable="H" if domain else "", domain_category=domain
        )
        assert got["estimate"].item() == pytest.approx(mean, rel=1e-7)
        assert got["variance"].item() == pytest.approx(design_variance(rows, z), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_frame_s_margin_is_met_and_has_no_sampling_error(seed):
    """None at all: what rounding leaves would make an interval of no width of it, or none, by chance."""
    means = domain_means(moments_of(random_rows(seed, 200), TWO)).filter(measure="share", domain_variable="")
    for item, share in (("G", 0.5), ("H", 0.3)):
        got = means.filter(indicator=item, category="a")
        assert got["estimate"].item() == pytest.approx(share, abs=1e-9)
        assert got["variance"].item() == 0


def test_those_who_did_not_say_keep_their_share():
    rows = random_rows(1, 200).with_columns(G=pl.when(pl.col("_row") < 20).then(None).otherwise(pl.col("G")))
    means = domain_means(moments_of(rows, ONE)).filter(indicator="G", domain_variable="")
    assert means.filter(measure="nonresponse", category="")["estimate"].item() == pytest.approx(0.1)
    assert means.filter(measure="share", category="a")["estimate"].item() == pytest.approx(0.5)


def test_strata_weigh_as_the_frame_counts_them_and_shorten_by_their_fraction():
    rows = random_rows(3, 100, strata=2)
    sizes = dict(rows.group_by("_stratum").len().iter_rows())
    frame = Frame(total=1000, strata={"0": 900.0, "1": 100.0})
    means = domain_means(moments_of(rows, frame)).filter(indicator="Q2", measure="favourable", domain_variable="")
    share = {h: (rows.filter(_stratum=h)["Q2"] == "1").mean() for h in "01"}
    expected = 0.9 * share["0"] + 0.1 * share["1"]
    variance = sum(
        W**2 * (1 - sizes[h] / N) * share[h] * (1 - share[h]) / (sizes[h] - 1)
        for h, W, N in (("0", 0.9, 900), ("1", 0.1, 100))
    )
    assert means["estimate"].item() == pytest.approx(expected)
    assert means["variance"].item() == pytest.approx(variance)


def test_a_census_has_no_sampling_error():
    means = domain_means(moments_of(random_rows(4, 60), Frame(total=60.0)))
    assert means["variance"].max() == 0


def test_an_export_s_own_weights_win():
    rows = random_rows(5, 80, weighted=True)
    weighted, plain = (domain_means(moments_of(rows, frame))["estimate"] for frame in (TWO, None))
    assert np.allclose(weighted, plain)


def test_a_margin_without_respondents_is_an_error_that_says_which():
    frame = Frame(total=100, margins={"G": {"a": 50.0, "c": 50.0}})
    with pytest.raises(StageError, match="margin G, category c: nobody who answered"):
        moments_of(random_rows(1, 50).filter(pl.col("G") == "a"), frame)


def test_raking_that_cannot_converge_says_so():
    with pytest.raises(StageError, match="did not converge"):
        rake(np.array([10.0, 10.0]), [["a", "b"], ["a", "b"]], [{"a": 5, "b": 15}, {"a": 15, "b": 5}], "frame")


def test_what_a_cap_cuts_off_goes_to_the_others_of_the_margin():
    """Unequal strata make weights differ within a margin's category, so that cap and margins can both hold."""
    rows = random_rows(6, 300, strata=2).filter((pl.col("_stratum") == "0") | (pl.col("_row") % 6 == 0))
    frame = Frame(total=1000, strata={"0": 300.0, "1": 700.0}, margins=TWO.margins, finite=False)
    for cap in (None, 2.0):
        moments = moments_of(rows, frame, cap)
        means = domain_means(moments).filter(measure="share", domain_variable="", category="a")
        assert means.sort("indicator")["estimate"].to_list() == pytest.approx([0.5, 0.3], abs=1e-8)
        note = moments.weighting.row(0, named=True)
        assert (note["largest_weight"] > 2.1) == (cap is None)
    assert note["largest_weight"] == pytest.approx(2.0) and note["capped"] > 0 and note["margin_missed"] < 1e-8


def test_a_cap_that_the_margins_cannot_keep_says_by_how_much_they_are_missed():
    frame = Frame(total=1000, margins={"G": {"a": 100.0, "b": 900.0}}, finite=False)
    moments = moments_of(random_rows(6, 200), frame, cap=1.5)
    note = moments.weighting.row(0, named=True)
    means = domain_means(moments).filter(indicator="G", measure="share", domain_variable="", category="a")
    assert note["margin_missed"] == pytest.approx(means["estimate"].item() - 0.1) and note["margin_missed"] > 0.05


def test_strata_under_a_cap_are_missed_too():
    rows = random_rows(3, 100, strata=2)
    note = moments_of(rows, Frame(strata={"0": 900.0, "1": 100.0}), cap=1.2).weighting.row(0, named=True)
    first = rows.filter(_stratum="0").height
    assert note["capped"] == first
    assert note["margin_missed"] == pytest.approx(0.9 - 12 * first / (12 * first + 100))


def test_a_cap_is_kept_and_counted():
    frame = Frame(total=1000, margins={"G": {"a": 100.0, "b": 900.0}})
    moments = moments_of(random_rows(6, 200), frame, cap=1.5)
    note = moments.weighting.row(0, named=True)
    assert note["capped"] == (random_rows(6, 200)["G"] == "b").sum()
    assert note["cap"] == pytest.approx(1.5 * 1000 / 200)


@pytest.mark.parametrize("frame", [Frame(total=50.0), Frame(total=1000.0, strata={"0": 10.0, "1": 990.0})])
def test_more_answers_than_people_is_an_error(frame):
    with pytest.raises(StageError, match="answered"):
        moments_of(random_rows(3, 100, strata=2), frame)
