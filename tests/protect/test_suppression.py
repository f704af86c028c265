"""A small group is hidden, and so is the one from which it could be had by subtraction."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.protect.peers import pseudonyms
from pipeline.protect.suppression import hidden_domains
from pipeline.release import publishable
from pipeline.workspace import Rules

RULES = Rules()


def sizes(*groups: int) -> pl.DataFrame:
    unit = {"member": "AAA", "wave": "2024", "population": "p"}
    rows = [unit | {"domain_variable": "", "domain_category": "", "respondents": sum(groups)}]
    rows += [unit | {"domain_variable": "g", "domain_category": str(i), "respondents": n} for i, n in enumerate(groups)]
    return pl.DataFrame(rows)


def hidden(*groups: int) -> list[bool]:
    return hidden_domains(sizes(*groups), RULES).filter(domain_variable="g").sort("domain_category")["hidden"].to_list()


def test_groups_at_the_threshold_are_shown():
    assert hidden(10, 40, 50) == [False, False, False]


def test_a_small_group_takes_the_smallest_shown_one_with_it():
    assert hidden(9, 40, 50) == [True, True, False]


def test_two_small_groups_hide_each_other():
    assert hidden(5, 6, 80) == [True, True, False]


def test_a_small_unit_shows_nothing():
    assert all(hidden_domains(sizes(14, 15), RULES)["hidden"])


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6))
def test_never_exactly_one_group_is_hidden(groups):
    assert sum(hidden(*groups)) != 1


def test_a_suppressed_row_keeps_only_keys_and_status():
    row = publishable(
        pl.DataFrame({"k": ["a", "b"], "v": [1.5, 2.5], "status": ["published", "suppressed"]}),
        ["k", "v", "status"],
        ["k"],
    )
    assert row.rows() == [("a", 1.5, "published"), ("b", None, "suppressed")]


def test_pseudonyms_depend_on_the_secret():
    members = [f"X{c}" for c in "ABCDEFGHIJ"]
    one, two = pseudonyms(members, b"one"), pseudonyms(members, b"two")
    assert sorted(one.values()) == sorted(two.values()) and one != two
