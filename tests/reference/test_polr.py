"""Ordinal regression and two simple corrections: R's figures on the World Values Survey extract."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.comparisons import benjamini_hochberg, holm
from pipeline.estimate.proportional_odds import fit

HERE = Path(__file__).parent
ROWS = {
    r["stat"]: r for r in csv.DictReader((HERE / "likert_reference.csv").open(encoding="utf-8")) if r["case"] == "wvs"
}
FILES = sorted((HERE.parent / "workspaces" / "wvs" / "inbox").rglob("respondents.csv"))
COUNTRIES = ("Norway", "Sweden", "USA")
ORDER = ["Too Little", "About Right", "Too Much"]


@pytest.fixture(scope="module")
def fitted():
    """The call that made R's figures, on answers counted alike."""
    data = pl.concat(pl.read_csv(f) for f in FILES)
    centred = pl.col("age") - pl.col("age").mean()
    columns = [
        (pl.col("religion") == "yes").cast(float).alias("religion"),
        (pl.col("degree") == "yes").cast(float).alias("degree"),
        *((pl.col("country") == c).cast(float).alias(c) for c in COUNTRIES),
        centred.alias("age"),
        (pl.col("gender") == "male").cast(float).alias("gender"),
    ]
    y = data["poverty"].replace_strict(dict(zip(ORDER, range(3), strict=True)))
    counted = data.select(columns).with_columns(y=y).group_by(pl.all()).len().sort(pl.all())
    return fit(counted.drop("y", "len").to_numpy(), counted["y"].to_numpy(), counted["len"].to_numpy().astype(float))


def test_coefficients_cuts_and_errors(fitted):
    names = ["religionyes", "degreeyes", *(f"country{c}" for c in COUNTRIES), "scale(age, scale = FALSE)", "gendermale"]
    cuts = ["Too Little|About Right", "About Right|Too Much"]
    estimates = np.concatenate([fitted.coefficients, fitted.cuts])
    for value, error, name in zip(estimates, fitted.errors, names + cuts, strict=True):
        r = ROWS[f"polr_{name}"]
        assert (value, error) == pytest.approx((float(r["est"]), float(r["se"])), rel=1e-4), name


def test_likelihood(fitted):
    assert fitted.loglik == pytest.approx(float(ROWS["polr_loglik"]["est"]), rel=1e-8)


def test_separated_answers_have_no_fit():
    x = np.repeat([0.0, 1.0], 50)[:, None]
    assert fit(x, np.repeat([0, 1], 50), np.ones(100)) is None


@pytest.mark.parametrize(
    ("stat", "adjust", "column"), [("BH", benjamini_hochberg, "q_value"), ("holm", holm, "p_holm")]
)
def test_adjusted_p_values_are_r_s(stat, adjust, column):
    """R's p.adjust of 25 p-values."""
    rows = [r for r in csv.DictReader((HERE / "likert_reference.csv").open(encoding="utf-8")) if r["stat"] == stat]
    p = [float(r["domain"].removeprefix("p=")) for r in rows]
    assert len(p) == 25
    got = adjust(pl.DataFrame({"p_value": p, "family": ["x"] * len(p)}))
    assert got[column].to_list() == pytest.approx([float(r["est"]) for r in rows], rel=1e-9)
