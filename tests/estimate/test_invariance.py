"""What must not matter does not: order of rows, names of members, rows in halves; what is mirrored or split follows."""

import numpy as np
import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.comparisons import compare
from pipeline.estimate.estimates import estimate
from pipeline.estimate.moments import CELL, SUMS, Moments
from pipeline.instrument import Instrument
from tests.estimate.worlds import INSTRUMENT, moments_of, random_rows

NAMES = {"AAA": "ZZZ", "BBB": "CCC"}  # in the other order
UNITS = [(member, wave, "p") for member in NAMES for wave in ("2022", "2024")]
POINTS = ["difference", "effect_size"]
designs = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "n": st.integers(40, 120),
        "strata": st.integers(1, 3),
        "psus": st.sampled_from([None, 12]),
        "weighted": st.booleans(),
    }
)
# the same examples every time: an error that is 0 but for rounding has a t of anything, which no tolerance catches
several = settings(max_examples=5, deadline=None, derandomize=True)


def world(seed: int, **design) -> pl.DataFrame:
    """Two members with two waves each."""
    return pl.concat(
        random_rows(seed + k, **design).with_columns(
            _member=pl.lit(member), _wave=pl.lit(wave), _submission=pl.lit(f"{member} {wave}")
        )
        for k, (member, wave, _) in enumerate(UNITS)
    )


def figures(rows: pl.DataFrame, instrument: Instrument = INSTRUMENT) -> dict[str, pl.DataFrame]:
    moments = moments_of(rows, instrument=instrument)
    units = dict.fromkeys(moments.design.places.select("member", "wave", "population").unique().iter_rows(), instrument)
    estimates = estimate(moments, units)
    return {"estimates": estimates.drop("key"), "comparisons": compare(moments, estimates).drop("key")}


def assert_same(one: pl.DataFrame, other: pl.DataFrame, numbers: list[str] | None = None) -> None:
    """The same rows by their words, with the same numbers."""
    words = [c for c in one.columns if one[c].dtype == pl.String and c not in ("link", "other_link")]
    one, other = one.sort(words, nulls_last=True), other.sort(words, nulls_last=True)
    assert one.height > 0 and one.select(words).equals(other.select(words))
    for column in numbers or one.select(cs.numeric()).columns:
        a, b = (t[column].cast(pl.Float64).fill_null(np.nan).to_numpy() for t in (one, other))
        assert np.allclose(a, b, rtol=1e-7, atol=1e-9, equal_nan=True), column


@several
@given(design=designs)
def test_the_order_of_rows_does_not_matter(design):
    rows = world(**design)
    one, other = figures(rows), figures(rows.sample(fraction=1, shuffle=True, seed=design["seed"]))
    for name in one:
        assert_same(one[name], other[name])


@several
@given(design=designs)
def test_members_by_other_names_have_the_same_figures(design):
    rows = world(**design)
    one, other = figures(rows), figures(rows.with_columns(pl.col("_member").replace(NAMES)))
    back = {new: old for old, new in NAMES.items()}
    for name, table in other.items():
        renamed = table.with_columns(pl.col("^(other_)?member$").replace(back))
        if "family" in table.columns:
            renamed = renamed.with_columns(pl.col("family").str.replace_many(back))
        assert_same(one[name], renamed)


@several
@given(design=designs)
def test_every_row_twice_at_half_its_weight_keeps_estimates_and_differences(design):
    """Not their errors: there seem to be twice as many respondents."""
    rows = world(**design)
    halved = pl.concat([rows, rows.with_columns(pl.col("_row") + 1000)]).with_columns(
        _weight=pl.col("_weight").fill_null(1.0) / 2
    )
    one, other = figures(rows), figures(halved)
    assert_same(one["estimates"], other["estimates"], ["estimate"])
    assert_same(one["comparisons"], other["comparisons"], POINTS)
    assert (other["estimates"]["n"] == 2 * one["estimates"]["n"]).all()


def mirrored() -> Instrument:
    """Every question of the instrument turned round."""
    turned = {"positive": "negative", "negative": "positive"}
    items = [i.model_copy(update={"polarity": turned[i.polarity]}) for i in INSTRUMENT.items]
    return INSTRUMENT.model_copy(update={"items": tuple(items)})


@several
@given(design=designs)
def test_reversed_polarity_mirrors_scores_and_sides_and_keeps_errors(design):
    rows = world(**design)
    one, other = (figures(rows, i)["estimates"] for i in (INSTRUMENT, mirrored()))
    sides = {"favourable": "unfavourable", "unfavourable": "favourable"}
    swapped = other.with_columns(pl.col("measure").replace(sides))
    score = pl.col("measure") == "mean_score"
    expected = swapped.with_columns(estimate=pl.when(score).then(100 - pl.col("estimate")).otherwise("estimate"))
    assert set(one.filter(score)["indicator"]) == {"Q1", "Q2", "F"}
    assert_same(one, expected, ["estimate", "variance", "df", "n"])


@several
@given(design=designs, share=st.floats(0.2, 0.8))
def test_moments_of_split_data_add_up_to_the_moments_of_the_whole(design, share):
    rows = random_rows(**design)
    first = np.random.default_rng(design["seed"]).random(rows.height) < share
    whole, *parts = (moments_of(part) for part in (rows, rows.filter(first), rows.filter(~first)))
    place = ["stratum", "psu"]
    for table, keys, sums in (
        ("codes", ["domain_variable", "domain_category", "item", "code"], ["n", "sw", "sw2"]),
        ("scores", CELL, SUMS),
    ):
        totals, added = (
            pl.concat(_placed(m, table) for m in some).group_by([*keys, *place]).agg(pl.col(sums).sum())
            for some in ([whole], parts)
        )
        totals, added = (t.sort([*keys, *place]) for t in (totals, added))
        assert totals.height > 0 and totals.select([*keys, *place]).equals(added.select([*keys, *place]))
        assert all(np.allclose(totals[s], added[s]) for s in sums)


def _placed(moments: Moments, table: str) -> pl.DataFrame:
    """Answers as counted, or factor scores; what items are scored from adds up with the answers."""
    found = moments.codes if table == "codes" else moments.cells.filter(pl.col("indicator_kind") != "item")
    return found.join(moments.design.places.select("place", "stratum", "psu"), on="place")


def test_a_change_of_the_data_is_seen():
    """The comparison above would notice a single answer."""
    rows = world(seed=1, n=60)
    other = rows.with_columns(Q2=pl.when(pl.col("_row") == 0).then(pl.lit("3")).otherwise("Q2"))
    assert not rows.equals(other)
    with pytest.raises(AssertionError, match="allclose"):
        assert_same(figures(rows)["estimates"], figures(other)["estimates"])
