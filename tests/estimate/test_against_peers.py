"""Who enters the mean that a member is held against."""

import polars as pl

from pipeline.estimate.comparisons import FIGURES, members_against_peers


def figures(*estimates: float) -> pl.DataFrame:
    keys = {"wave": "2025", "population": "p", "domain_variable": "", "indicator": "F", "indicator_kind": "factor"}
    rest = {"link": "factor:F", "measure": "mean_score", "category": "", "reliable": True}
    numbers = dict.fromkeys(FIGURES, 4.0)
    return pl.DataFrame(
        [{"member": f"M{i}", **keys, **rest, **numbers, "estimate": x} for i, x in enumerate(estimates)]
    )


def against(sharing: list[str] | None) -> dict[str, list]:
    found = members_against_peers(figures(10.0, 20.0, 60.0), sharing).select("member", "difference", "peers")
    return {member: rest for member, *rest in found.iter_rows()}


def test_everybody_is_a_peer_if_nobody_says_otherwise():
    assert against(None) == {"M0": [-30.0, 2], "M1": [-15.0, 2], "M2": [45.0, 2]}


def test_a_member_that_shares_nothing_is_nobodys_peer_but_may_look():
    assert against(["M0", "M1"]) == {"M0": [-10.0, 1], "M1": [10.0, 1], "M2": [45.0, 2]}


def test_a_figure_too_weak_to_be_shown_is_in_no_mean():
    weak = figures(10.0, 20.0, 60.0).with_columns(reliable=pl.col("member") != "M2")
    found = members_against_peers(weak).select("member", "difference", "peers")
    assert found.sort("member").rows() == [("M0", -10.0, 1), ("M1", 10.0, 1), ("M2", 45.0, 2)]
