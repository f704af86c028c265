"""Totals that are not what their parts add up to are told; nothing else is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.context.rules import ContextRules
from pipeline.context.totals import checked_sums
from tests.context.figures import RULES, figure, newsletter, staff


def differing(figures, rules=RULES) -> list[tuple]:
    """(member, year, total, what its parts add up to, what it says)."""
    found = [s for s in checked_sums(figures, rules) if s.more]
    return sorted((s.total.member, s.total.start.year, s.total.breakdown, s.added, s.total.value) for s in found)


def test_the_published_file_s_contradictions_are_found_and_nothing_else():
    """By place 2019: 39 persons nowhere. By gender 2008: 59 more in the centre, 227 more outside, than by place."""
    assert differing(newsletter()) == [
        ("TUR", 2008, "central", 543 + 943, 1427),
        ("TUR", 2008, "provincial", 1437 + 6048, 7258),
        ("TUR", 2019, "total", 20519, 20558),
    ]
    assert len(checked_sums(newsletter(), RULES)) == 8


def test_the_order_of_rows_does_not_matter():
    shuffled = newsletter()
    random.Random(1).shuffle(shuffled)
    assert differing(shuffled) == differing(newsletter())


def test_overlapping_breakdowns_are_no_parts():
    """Cases on corruption are those against officials and those against bribe givers: 54 + 58 = 112 of 215."""
    assert checked_sums([f for f in newsletter() if f.member == "RUS"], RULES) == []


def test_one_period_alone_says_nothing_of_what_adds_up():
    assert checked_sums(staff(total=100, north=40, south=50), RULES) == []


def test_once_may_be_chance_twice_is_believed():
    years = [staff(2018, total=100, north=40, south=60), staff(2020, total=100, north=40, south=50)]
    assert checked_sums(sum(years, []), RULES) == []
    years.append(staff(2019, total=80, north=30, south=50))
    assert differing(sum(years, [])) == [("XXA", 2020, "total", 90, 100)]


def test_what_mostly_does_not_add_up_is_no_partition():
    """Two years of five by chance."""
    years = [staff(2010 + k, total=100, north=40, south=60 if k < 2 else 30) for k in range(5)]
    assert checked_sums(sum(years, []), RULES) == []


def test_a_part_that_is_all_of_it_proves_nothing():
    years = [staff(2010 + k, total=5, corruption=5, officials=0) for k in range(3)]
    assert differing([*sum(years, []), *staff(2020, total=5, corruption=4, officials=3)]) == []


def test_declared_parts_are_checked_in_one_period():
    rules = ContextRules(parts={"Staff": [["North", "south"]]})
    assert differing(staff(total=100, north=40, south=50), rules) == [("XXA", 2020, "total", 90, 100)]
    assert checked_sums(staff(total=100, north=40, women=30), rules) == []


def test_names_that_hold_another_s_stand_under_it():
    crossed = {"central": 30, "women_central": 10, "men_central": 20, "abroad": 5, "women_abroad": 2, "men_abroad": 3}
    wrong = staff(2021, total=40, **{**crossed, "men_central": 21})
    assert differing([*staff(2020, total=40, **crossed), *wrong]) == [("XXA", 2021, "central", 31, 30)]


def test_two_ways_of_cutting_the_same_staff_are_checked_each():
    """Women and men, centre and provinces, and all four together: one wrong cell breaks two sums."""

    def cut(year, wrong=0):
        cells = {"women_central": 10, "men_central": 20, "women_provincial": 30, "men_provincial": 40 + wrong}
        return staff(year, total=100, central=30, provincial=70, women=40, men=60, **cells)

    years = [*cut(2019), *cut(2020), *cut(2021, wrong=2)]
    assert differing(years) == [("XXA", 2021, "men", 62, 60), ("XXA", 2021, "provincial", 72, 70)]


def test_another_member_s_or_indicator_s_sums_prove_nothing():
    good = [staff(2018, total=100, north=40, south=60), staff(2019, total=80, north=30, south=50)]
    theirs = [figure("staff", b, v, 2020, member="XXB") for b, v in (("total", 9), ("north", 4), ("south", 4))]
    cases = [figure("cases", b, v, 2020, unit="cases") for b, v in (("total", 9), ("north", 4), ("south", 4))]
    assert differing(sum(good, [*theirs, *cases])) == []


def test_persons_and_cases_are_not_added():
    years = [
        staff(y, total=100, north=40) + [figure("staff", "south", 60, y, unit="posts")] for y in (2018, 2019, 2020)
    ]
    assert checked_sums(sum(years, []), RULES) == []


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=2, max_size=6), st.integers(-300, 300))
def test_a_sum_is_off_by_what_was_taken_away(years, off):
    sound = [f for k, (a, b) in enumerate(years) for f in staff(2000 + k, total=a + b, north=a, south=b)]
    wrong = staff(2020, total=1000 + off, north=400, south=600)
    found = [s.more for s in checked_sums([*sound, *wrong], RULES)]
    assert found == [0] * len(years) + [pytest.approx(off)]
