"""Partners: every demand is met, by the optimum at no greater loss than one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.protect import cover as module
from pipeline.protect.cover import Cover, Demand, solve
from pipeline.protect.linked import LinkedTable

sizes = st.lists(st.integers(1, 60), min_size=2, max_size=7)


def problem(respondents: list[int], hidden: list[int], need: float = 10) -> Cover:
    weights, cells = np.array(respondents, float), np.arange(len(respondents))
    demands = [Demand(cells, np.ones(len(cells)), 1.0, others=True), Demand(cells, weights, need)]
    return Cover(weights + 1, np.isin(cells, hidden), demands)


@given(sizes, st.data())
def test_what_must_be_hidden_is_and_every_demand_is_met(respondents, data):
    hidden = data.draw(st.lists(st.integers(0, len(respondents) - 1), unique=True))
    cover = problem(respondents, hidden)
    losses = []
    for method in ("optimal", "greedy"):
        found, used = solve(cover, method)
        assert used == method and found[hidden].all() and cover.satisfied(found)
        losses.append(cover.loss[found].sum())
    assert losses[0] <= losses[1] + 1e-9


def test_nothing_hidden_needs_no_partner():
    assert not solve(problem([5, 50, 50], []), "optimal")[0].any()


def test_a_problem_that_is_too_large_is_solved_greedily_and_says_so(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1)
    assert solve(problem([3, 4, 50], [0]), "optimal")[1] == "greedy"


def test_where_all_together_are_too_few_all_are_hidden():
    assert solve(problem([2, 3, 2], [0]), "optimal")[0].all()


@pytest.mark.parametrize("method", ["optimal", "greedy"])
def test_a_cell_of_two_sums_is_covered_in_both(method):
    """Offices a1 and a2 make region a, b1 and b2 region b: a1 hidden beside b1 alone would be region a less a2."""
    weights = np.array([25, 75, 5, 20, 15, 60.0])  # a, b, a1, a2, b1, b2
    sums = np.array([[1, 1, 0, 0, 0, 0], [-1, 0, 1, 1, 0, 0], [0, -1, 0, 0, 1, 1.0]])
    table = LinkedTable(np.arange(6), weights, sums, 10)
    demands = [Demand(np.arange(2, 6), np.ones(4), 1.0, others=True), Demand(np.arange(2, 6), weights[2:], 10)]
    hidden, _ = solve(Cover(weights + 1, np.arange(6) == 2, demands, [table]), method)
    width, _ = table.width(2, hidden)
    assert width >= 10 - 1e-6


def test_the_width_of_a_hidden_count_is_what_its_sums_leave():
    """Three parts of a known sum, two of them hidden with 5 and 9: each lies between 0 and 14, so far as anybody looks."""
    table = LinkedTable(np.arange(3), np.array([5.0, 9, 40]), np.ones((1, 3)), need=100)
    width, adds = table.width(0, np.array([True, True, False]))
    assert width == pytest.approx(14)
    assert adds @ np.ones(3) >= width - 1e-6
