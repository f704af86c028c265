"""What members see of each other gives no sample size away."""

import polars as pl

from pipeline.protect.peers import peers_table
from pipeline.workspace import Member, Rules


def estimates(halves: list[float]) -> pl.DataFrame:
    keys = {"wave": "2025", "population": "p", "domain_variable": "", "indicator": "F", "indicator_kind": "factor"}
    rest = {"concept": "", "measure": "mean_score", "category": "", "status": "published"}
    return pl.DataFrame(
        [
            {"member": f"M{i}", **keys, **rest, "estimate": 50.3 + i, "ci_low": 50.3 + i - h, "ci_high": 50.3 + i + h}
            for i, h in enumerate(halves)
        ]
    )


def table(halves: list[float], sharing: str = "anonymised") -> pl.DataFrame:
    members = {f"M{i}": Member(sharing=sharing if i == 0 else "anonymised") for i in range(len(halves))}
    return peers_table(estimates(halves), members, Rules(), b"secret")


def test_a_large_sample_has_no_narrow_interval_to_be_known_by():
    widths = table([0.4, 2.0, 3.0, 4.0, 5.2]).select(pl.col("ci_high") - pl.col("ci_low")).to_series()
    assert widths.to_list() == [12.0] * 5  # the widest half, 5.2, rounded up to 6


def test_figures_are_whole_points_and_carry_no_size():
    got = table([2.0] * 5)
    assert (got["estimate"] == got["estimate"].round(0)).all()
    assert not {"n", "wave", "member", "df", "se", "deff"} & set(got.columns)


def test_fewer_than_five_members_are_not_compared():
    assert table([2.0] * 4).is_empty()


def test_a_member_that_shares_with_nobody_is_absent():
    assert table([2.0] * 6, sharing="none")["pseudonym"].n_unique() == 5
    assert table([2.0] * 5, sharing="none").is_empty()
