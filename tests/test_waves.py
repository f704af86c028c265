"""A wave's label is its time in years."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.waves import wave_time


@pytest.mark.parametrize(
    ("wave", "time"), [("2024", 2024.0), ("2024a", 2024.0), ("2024b", 2024.5), ("2024c", 2024.75), ("2024d", 2024.875)]
)
def test_a_letter_stands_halfway_between_the_one_before_and_the_end_of_the_year(wave, time):
    assert wave_time(wave) == time


labels = st.tuples(st.integers(1950, 2099), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))


@given(one=labels, other=labels)
def test_times_are_in_the_order_of_the_labels(one, other):
    a, b = (f"{year}{letter}" for year, letter in (one, other))
    assert (a < b) == (wave_time(a) < wave_time(b))
    assert int(a[:4]) <= wave_time(a) < int(a[:4]) + 1
