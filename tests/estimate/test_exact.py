"""Exact intervals of counts, against R 4 and against what defines them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.estimate.exact import binomial_interval, poisson_interval

# R: sprintf("%.15g", poisson.test(k)$conf.int)
POISSON = {
    0: (0, 3.68887945411394),
    1: (0.0253178079842899, 5.5716433909389),
    4: (1.08986537362633, 10.2415886754037),
    39: (27.7328124894365, 53.3142838658329),
    215: (187.219839049347, 245.740617548215),
}
# R: sprintf("%.15g", binom.test(x, n)$conf.int)
BINOMIAL = {
    (0, 7): (0, 0.409616397225003),
    (7, 7): (0.590383602774997, 1),
    (4, 8685): (0.00012550204330421, 0.00117880357544231),
    (1427, 8685): (0.1565691125985, 0.172269327303005),
    (1722, 4379): (0.378733880164772, 0.407889602324478),
}


@pytest.mark.parametrize("events", POISSON)
def test_poisson_intervals_are_r_s(events):
    assert [float(v) for v in poisson_interval(events)] == pytest.approx(POISSON[events], rel=1e-12)


@pytest.mark.parametrize(("persons", "among"), BINOMIAL)
def test_binomial_intervals_are_r_s(persons, among):
    assert [float(v) for v in binomial_interval(persons, among)] == pytest.approx(BINOMIAL[persons, among], rel=1e-10)


@given(st.integers(0, 5000))
def test_so_many_or_more_and_so_many_or_fewer_events_are_rare_at_the_ends(events):
    low, high = (float(v) for v in poisson_interval(events))
    assert low <= events <= high and (low < events or events == 0)
    assert stats.poisson.cdf(events, high) == pytest.approx(0.025, rel=1e-6)
    if events:
        assert stats.poisson.sf(events - 1, low) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(1, 2000), st.integers(2, 50))
def test_fewer_events_are_relatively_less_certain(events, times):
    few, many = (np.subtract(*poisson_interval(k)[::-1]) / k for k in (events, events * times))
    assert many < few


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_mirrors_that_of_the_others(counts):
    persons, among = counts
    low, high = (float(v) for v in binomial_interval(persons, among))
    assert 0 <= low <= persons / among <= high <= 1
    others = [float(v) for v in binomial_interval(among - persons, among)]
    assert others == pytest.approx([1 - high, 1 - low], abs=1e-9)
