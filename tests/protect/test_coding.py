"""What is said coarsely of a sensitive question that a whole unit answered alike, and when nothing is said."""

import numpy as np
import polars as pl

from pipeline.protect.coding import coded
from pipeline.workspace import Rules
from tests.protect.test_suppression import survey
from tests.protect.worlds import protected


def statements(n: int, yes: int, rules: Rules = Rules()) -> dict[tuple[str, str], tuple[float, float]]:  # noqa: B008
    answers = np.where(np.arange(n) < yes, "yes", "no")
    w = survey(n, S=answers)
    shown, hidden = protected(w, rules)
    rows = coded(shown, w.roles, hidden, rules).select("measure", "category", "low", "high").rows()
    return {row[:2]: row[2:] for row in rows}


def test_of_two_in_a_hundred_it_says_at_most_ten_percent():
    said = statements(100, 2)
    assert said["share", "yes"] == (0.0, 0.1) and said["share", "no"] == (0.9, 1.0)
    assert said["favourable", ""] == (0.9, 1.0)


def test_of_nobody_it_says_the_same_as_of_two():
    assert statements(100, 0) == statements(100, 2)


def test_the_larger_the_unit_the_closer_the_bound_but_always_ten_people_wide():
    for n in (40, 75, 100, 316, 400):
        low, high = statements(n, 1)["share", "yes"]
        assert n * (high - low) >= 10 and high == round(high * 20) / 20


def test_a_bound_of_half_or_more_says_nothing():
    assert statements(31, 1, Rules(minimum_interval=20)) == {}


def test_nothing_is_said_of_what_is_shown_nor_of_units_that_are_too_small():
    assert statements(100, 30) == {} and statements(29, 1) == {}


def test_nothing_is_said_of_questions_that_are_not_sensitive():
    w = survey(100, Q1=np.full(100, "3"))
    shown, hidden = protected(w)
    assert coded(shown, w.roles, hidden, Rules()).filter(pl.col("indicator") == "Q1").is_empty()
