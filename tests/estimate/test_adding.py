"""Sums come one number after the other, wherever their places are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.estimate.adding import added_up

PLACES = st.one_of(st.integers(0, 5), st.integers(0, 10**9))


@given(st.lists(st.tuples(PLACES, st.floats(-1e6, 1e6))))
def test_every_place_has_the_sum_of_its_numbers_in_their_order(given_):
    expected: dict[int, float] = {}
    for place, number in given_:
        expected[place] = expected.get(place, 0.0) + number
    present, sums = added_up(np.array([place for place, _ in given_], np.int64), y=np.array([number for _, number in given_]))
    assert present.tolist() == sorted(expected)
    assert sums["y"].tolist() == [expected[place] for place in present]
