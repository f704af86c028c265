"""Each factor's verdict, by a rule that anyone can check."""

from datetime import date

import pytest

from pipeline.estimate.outcomes.factors import SHIFT
from pipeline.report import verdicts
from tests.estimate.outcomes.tables import change, initiative, results


def verdict(changes: list[dict], **more) -> str | None:
    return results(changes, **more)["verdict"].item()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"difference": 5.0, "q": 0.05}, "improved"),
        ({"difference": -5.0, "q": 0.01}, "worsened"),
        ({"difference": 5.0, "q": 0.051}, "no_detectable_change"),
        ({"difference": 5.0, "q": 0.01, "status": "unreliable"}, "too_little_data"),
        ({"status": "suppressed"}, None),
    ],
)
def test_the_verdict_follows_from_the_change_and_its_q_value(row, expected):
    assert verdict([change(**row)]) == expected


def test_where_who_was_asked_changed_the_standardised_change_counts():
    rows = [change(difference=-8.0), change(difference=6.0, adjustment="standardised"), change(difference=4.0, adjustment="regression")]
    found = results(rows, shift=0.4)
    assert found.select("value", "adjustment", "verdict").rows() == [(6.0, "standardised", "improved")]


def test_without_a_standardised_change_that_by_regression_counts():
    rows = [change(difference=-8.0), change(difference=4.0, q=0.2, adjustment="regression")]
    assert results(rows, shift=0.4).select("value", "verdict").rows() == [(4.0, "no_detectable_change")]


def test_where_nothing_could_be_adjusted_waves_that_asked_others_are_not_comparable():
    assert verdict([change(difference=-8.0)], shift=0.4) == "not_comparable"


def test_a_fall_of_a_share_is_a_shift_as_a_rise_is():
    assert verdict([change(difference=-8.0)], shift=-0.4) == "not_comparable"


def test_where_nobody_was_asked_about_themselves_the_plain_change_counts():
    assert verdict([change(difference=5.0)], shift=None) == "improved"


def test_where_who_was_asked_hardly_changed_the_plain_change_counts():
    rows = [change(difference=5.0), change(difference=-6.0, adjustment="standardised")]
    assert results(rows, shift=0.1)["value"].to_list() == [5.0]


def test_what_is_composition_alone_is_no_change():
    rows = [change(difference=5.0, adjustment="composition"), change(difference=1.0, q=0.9)]
    assert results(rows, shift=0.4)["verdict"].to_list() == ["not_comparable"]


@pytest.mark.parametrize(
    ("given", "supported"),
    [
        ({}, "yes"),
        ({"population": "p"}, "yes"),
        ({"population": "other"}, "no"),
        ({"factor": "F2"}, "no"),
        ({"member": "BBB"}, "no"),
        ({"start": date(2024, 7, 1)}, "no"),
        ({"start": date(2024, 6, 30)}, "yes"),
        ({"start": date(2020, 1, 1), "end": date(2022, 7, 1)}, "no"),
        ({"start": date(2020, 1, 1), "end": date(2022, 7, 2)}, "yes"),
    ],
)
def test_an_initiative_supports_a_factor_if_it_went_on_between_the_waves(given, supported):
    row = results([change()], initiatives=[initiative(**given)]).row(0, named=True)
    assert (row["supported"], row["initiatives"]) == (supported, int(supported == "yes"))


def test_baseline_and_latest_stand_beside_the_change():
    row = results([change(difference=5.0)]).row(0, named=True)
    assert (row["baseline"], row["latest"], row["latest_low"], row["latest_high"]) == (50.0, 55.0, 53.0, 57.0)


def test_the_pages_and_the_verdicts_draw_the_line_at_the_same_shift():
    assert verdicts.SHIFT == SHIFT
