"""Units are counted each for itself: which others are counted with them changes nothing."""

import numpy as np
import polars as pl
import pytest

from pipeline.estimate import counting
from pipeline.estimate.drivers import rows as driver_rows
from pipeline.estimate.measures import factor_tables
from pipeline.estimate.scores import means, scores
from tests.answers import moments_of, wide
from tests.estimate.worlds import INSTRUMENT, random_rows


def three_members() -> pl.DataFrame:
    sizes = {"AAA": 40, "BBB": 3, "CCC": 70}
    parts = [random_rows(k, n, strata=2, psus=9, weighted=True).with_columns(_member=pl.lit(m), _submission=pl.lit(m)) for k, (m, n) in enumerate(sizes.items())]
    return pl.concat(parts)


@pytest.mark.parametrize("most", [1, 50])
def test_moments_are_the_same_to_the_last_bit_however_many_units_are_counted_at_once(monkeypatch, most):
    whole = moments_of(three_members(), INSTRUMENT)
    monkeypatch.setattr(counting, "MOST", most)
    apart = moments_of(three_members(), INSTRUMENT)
    for table in ("cells", "codes", "quality", "factor_pairs", "rest", "largest", "modes", "weighting", "crossed"):
        assert getattr(whole, table).equals(getattr(apart, table)), table
    assert whole.design.places.equals(apart.design.places)


def test_without_what_takes_answers_together_the_rest_is_the_same():
    whole, part = moments_of(three_members(), INSTRUMENT), moments_of(three_members(), INSTRUMENT, together=False)
    for table in ("cells", "codes", "largest", "modes", "weighting", "crossed"):
        assert getattr(part, table).equals(getattr(whole, table)), table
    assert part.rest.is_empty() and part.factor_pairs.is_empty() and part.quality.is_empty() and part.rows == ()
    assert not whole.rest.is_empty() and not whole.factor_pairs.is_empty() and not whole.quality.is_empty()


def test_whom_a_regression_reads_of_a_large_unit_does_not_depend_on_other_units(monkeypatch):
    monkeypatch.setattr(driver_rows, "MOST", 10)
    found = driver_rows._drawn(three_members().rename({"_member": "member", "_wave": "wave", "_population": "population"}))
    alone = driver_rows._drawn(three_members().filter(_member="CCC").rename({"_member": "member", "_wave": "wave", "_population": "population"}))
    assert len(found) == 23 and found.is_sorted()
    assert (found.filter(found >= 43) - 43).to_list() == alone.to_list()
    assert found.filter((found >= 40) & (found < 43)).len() == 3


def test_a_factor_is_the_mean_of_its_answered_items_where_enough_are_answered():
    answers = wide({"Q1": ["1", "3", "9", ""], "Q2": ["1", "", "3", ""], "G": ["a"] * 4, "H": ["b"] * 4})
    found = scores(answers, factor_tables(INSTRUMENT))
    assert found.items["Q1"].to_list() == [0, 100, None, None]
    assert found.items["Q2"].to_list() == [100, None, 0, None]  # polarity aligned
    assert found.factors["F"].to_list() == [50, 100, 0, None]


def test_what_makes_an_index_is_added_up_in_its_order():
    """Else the last bit of a release would hang on which thread was free."""
    drawn = np.random.default_rng(5).random((10, 500)) * 100
    parts = pl.DataFrame({f"F{k}": column for k, column in enumerate(drawn)})
    found = means(parts, {"I": parts.columns}, pl.DataFrame({"index_code": ["I"], "needed": [5]}))["I"]
    assert found.to_list() == [sum(row) / 10 for row in parts.iter_rows()]


def test_item_pairs_are_the_products_over_complete_cases():
    rows = random_rows(3, 200)
    pairs = moments_of(rows, INSTRUMENT).factor_pairs.filter(item="Q1", other_item="Q2").row(0, named=True)
    y = {q: rows[q].replace_strict(codes, default=None, return_dtype=pl.Float64) for q, codes in {"Q1": {"1": 0, "2": 50, "3": 100}, "Q2": {"1": 100, "2": 50, "3": 0}}.items()}
    x, other = pl.DataFrame(y).drop_nulls().to_numpy().T
    assert (pairs["n"], pairs["sx"], pairs["sxy"]) == (len(x), x.sum(), pytest.approx(np.dot(x, other)))
