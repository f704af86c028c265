"""Adjusted p-values are statsmodels' within each family, whatever the order of the rows."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from pipeline.estimate.comparisons import FAMILY, with_adjusted_p

METHODS = {"q_value": "fdr_bh", "p_holm": "holm"}
row = st.tuples(st.sampled_from("ABC"), st.none() | st.floats(0, 1), st.booleans())


def table(rows: list[tuple]) -> pl.DataFrame:
    """Rows of (member, p, reliable); the member makes the family."""
    named = pl.DataFrame(rows, {"member": pl.String, "p_value": pl.Float64, "reliable": pl.Boolean}, orient="row")
    return named.with_columns(**{c: pl.lit("x") for c in FAMILY if c != "member"})


@settings(max_examples=20)
@given(rows=st.lists(row, min_size=1, max_size=40))
@pytest.mark.parametrize("column", METHODS)
def test_within_each_family_it_is_statsmodels_figure(column, rows):
    got = with_adjusted_p(table(rows))
    assert got["p_value"].to_list() == [p for _, p, _ in rows]
    counted = pl.col("p_value").is_not_null() & pl.col("reliable")
    assert got.filter(~counted)[column].null_count() == got.filter(~counted).height
    for _, mine in got.filter(counted).partition_by("member", as_dict=True).items():
        assert mine[column].to_numpy() == pytest.approx(multipletests(mine["p_value"], method=METHODS[column])[1])


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_never_below_the_q_value_nor_the_q_value_below_p(p):
    got = with_adjusted_p(table([("A", each, True) for each in p]))
    raw, q, adjusted = (got[c].to_numpy() for c in ("p_value", "q_value", "p_holm"))
    assert (raw <= q * (1 + 1e-12)).all() and (q <= adjusted * (1 + 1e-12)).all()


def test_the_release_has_it_beside_the_q_value(sample_run):
    got = pl.read_parquet(sample_run / "release" / "comparisons.parquet")
    assert got.columns[got.columns.index("q_value") + 1] == "p_holm"
    shown = got.filter(pl.col("q_value").is_not_null(), pl.col("kind") != "member_vs_peers")  # those bear bands alone
    assert shown.height > 1000 and shown["p_holm"].null_count() == 0
    assert (shown["p_holm"] >= shown["q_value"] - 1e-12).all()
    assert np.isfinite(shown["p_holm"].to_numpy()).all()
