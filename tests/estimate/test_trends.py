"""From wave estimates to trends: which series have one, what is said of them, and what is not computed."""

import polars as pl
import pytest

from pipeline.estimate.trends import FIGURES, SERIES, trends
from tests.estimate.series import covariances, waves

ONE = [1.0, 1.0, 1.0]
RISE, STILL, BEND = ([50, 55, 60], ONE), ([50, 50.5, 50], [0.1] * 3), ([50, 62, 52], ONE)


def only(table: pl.DataFrame) -> dict:
    assert table.height == 1
    return table.row(0, named=True)


def verdicts(*series: pl.DataFrame, **settings) -> dict[str, str]:
    table = trends(pl.concat(series), **settings)
    return dict(table.select("indicator", "verdict").iter_rows())


def named(code: str, figures, **names) -> pl.DataFrame:
    return waves(*figures, link=f"factor:{code}", indicator=code, **names)


def test_each_verdict_by_its_rule():
    got = verdicts(
        named("up", RISE),
        named("down", ([60, 55, 50], ONE)),
        named("still", STILL),
        named("bent", BEND),
        named("vague", ([50, 54, 53], [9.0] * 3)),
    )
    assert got == {
        "up": "rising",
        "down": "falling",
        "still": "no_change",
        "bent": "not_linear",
        "vague": "cannot_tell",
    }


def test_a_trend_that_is_surely_there_is_told_even_where_it_is_small():
    small = only(trends(named("F", ([50, 50.5, 51], [0.01] * 3))))
    assert small["verdict"] == "rising" and small["equivalence_p_value"] < 0.05


def test_how_small_is_no_change_is_a_setting():
    wobble = named("F", ([50, 54, 50], [0.5] * 3))
    assert verdicts(wobble) == {"F": "not_linear"}
    assert verdicts(wobble, equivalence_points=8) == {"F": "no_change"}


def test_points_of_a_share_are_hundredths():
    share = waves([0.50, 0.505, 0.50], [1e-5] * 3, measure="favourable")
    assert only(trends(share))["verdict"] == "no_change"
    assert only(trends(share, equivalence_points=0.5))["verdict"] == "cannot_tell"


def test_a_number_has_no_points_and_so_no_sameness():
    got = only(trends(waves([7, 7, 7], [1e-6] * 3, measure="mean")))
    assert got["equivalence_p_value"] is None and got["slope"] == pytest.approx(0) and got["verdict"] == "cannot_tell"


def test_two_waves_are_no_trend():
    assert trends(waves([50, 60], [1, 1])).is_empty()
    assert trends(waves([50, 60, 70], ONE, labels=["2023", "2024", "2024a"])).is_empty(), "two of them at one time"


def test_time_is_in_years_also_within_one():
    got = only(trends(waves([50, 51, 52], ONE, labels=["2023", "2023b", "2024"])))
    assert got["slope"] == pytest.approx(2) and (got["first_wave"], got["last_wave"], got["waves"]) == (
        "2023",
        "2024",
        3,
    )


def test_gaps_count_as_the_years_they_are():
    got = only(trends(waves([50, 52, 60], [1e-3] * 3, labels=["2010", "2012", "2020"])))
    assert got["slope"] == pytest.approx(1)
    assert got["departure_p_value"] == pytest.approx(1, abs=1e-3)


def test_a_series_is_one_link_whatever_its_questions_are_called():
    parts = [
        waves([e], [1.0], labels=[w], link="trust", indicator=q, indicator_kind="item", concept="trust")
        for e, w, q in ((50, "2019", "Q7"), (52, "2021", "Q7"), (54, "2023", "Q9"))
    ]
    got = only(trends(pl.concat(parts)))
    assert got["indicator"] == "Q9" and got["concept"] == "trust" and got["slope"] == pytest.approx(1)


def test_two_questions_of_one_concept_in_one_wave_are_left_out():
    """Nobody knows which of them the other waves' question is."""
    twice = pl.concat([waves(*RISE), waves([51], [1.0], labels=["2002"])])
    assert trends(twice).is_empty()


def test_a_series_with_a_hidden_wave_is_hidden_and_nothing_of_it_is_computed():
    hidden = named("F", RISE).with_columns(
        status=pl.when(pl.col("wave") == "2002").then(pl.lit("suppressed")).otherwise("status")
    )
    got = only(trends(pl.concat([hidden])))
    assert got["status"] == "suppressed" and got["verdict"] in (None, "cannot_tell")
    assert all(got[c] is None for c in (*FIGURES, "q_value", "departure_q_value"))


def test_hidden_and_unreliable_series_do_not_move_the_q_values_of_others():
    alone = only(trends(named("up", RISE)))
    hidden = named("hidden", RISE, status="suppressed")
    shaky = named("shaky", RISE, status="unreliable")
    table = trends(pl.concat([named("up", RISE), hidden, shaky]))
    assert table.filter(indicator="up")["q_value"].item() == alone["q_value"]
    got = table.filter(indicator="shaky").row(0, named=True)
    assert got["status"] == "unreliable" and got["verdict"] == "cannot_tell" and got["q_value"] is None
    assert got["slope"] == pytest.approx(5)


def test_no_change_is_not_claimed_of_unreliable_waves():
    assert verdicts(named("still", STILL, status="unreliable")) == {"still": "cannot_tell"}


@pytest.mark.parametrize("variances", [[1.0, 0.0, 1.0], [1.0, None, 1.0]])
def test_without_every_wave_s_variance_there_is_no_figure_and_it_is_called_unreliable(variances):
    got = only(trends(waves([50, 60, 70], variances)))
    assert got["status"] == "unreliable" and got["verdict"] == "cannot_tell"
    assert all(got[c] is None for c in FIGURES)


def test_families_are_those_of_a_page_s_question():
    """Ten factors of one population share a family; another population, measure or adjustment has its own."""
    ten = [named(f"F{k}", ([50, 51, 52 + k / 10], ONE)) for k in range(10)]
    other = [named("F0", ([50, 51, 52], ONE), **{c: "x"}) for c in ("population", "adjustment")]
    table = trends(pl.concat([*ten, *other]))
    mine = table.filter(population="p", adjustment="none")
    assert mine["q_value"].max() == pytest.approx(mine["p_value"].max())
    assert (mine["q_value"] >= mine["p_value"]).all() and (mine["q_value"] > mine["p_value"]).any()
    lone = table.filter((pl.col("population") == "x") | (pl.col("adjustment") == "x"))
    assert lone.height == 2 and lone["q_value"].to_list() == pytest.approx(lone["p_value"].to_list())


def test_covariances_between_waves_count():
    """Waves that share an error: their level is less sure, their differences more."""
    w = waves([50, 52, 54], [4.0] * 3, adjustment="standardised")
    pairs = {("2001", "2002"): 3.0, ("2003", "2001"): 3.0, ("2002", "2003"): 3.0}
    alone, together = (only(trends(w, c)) for c in (None, covariances(pairs, adjustment="standardised")))
    assert alone["se"] == pytest.approx((4 / 2) ** 0.5) and together["se"] == pytest.approx((1 / 2) ** 0.5)
    assert together["change_high"] - together["change_low"] < alone["change_high"] - alone["change_low"]
    assert together["slope"] == pytest.approx(alone["slope"])


def test_covariances_belong_to_their_series_alone():
    pairs = covariances({("2001", "2002"): 0.9, ("1990", "2001"): 0.5}, adjustment="standardised")
    both = pl.concat([waves(*RISE), waves(*RISE, adjustment="standardised")])
    table = trends(both, pairs)
    plain, adjusted = (table.filter(adjustment=a).row(0, named=True) for a in ("none", "standardised"))
    assert plain["se"] == pytest.approx(only(trends(waves(*RISE)))["se"]) and adjusted["se"] != pytest.approx(
        plain["se"]
    )


def test_the_order_of_rows_changes_nothing():
    both = pl.concat(
        [named("up", RISE), named("bent", BEND), waves([1, 2, 4, 5], [1.0] * 4, indicator="F9", link="factor:F9")]
    )
    shuffled = both.sample(fraction=1, shuffle=True, seed=3)
    assert trends(shuffled).equals(trends(both))
    assert trends(both).select(SERIES).is_unique().all()


def test_without_any_series_the_table_has_its_columns():
    assert trends(waves([50], [1.0])).columns == trends(waves(*RISE)).columns


STEP = ([50, 50.2, 49.8, 50.1, 60, 60.2, 59.9], [1.0] * 7)


def test_a_step_is_named_only_when_asked_for():
    assert only(trends(waves(*STEP)))["change_point"] is None
    got = only(trends(waves(*STEP), change_point=True))
    assert got["change_point"] == "2005" and got["change_point_p_value"] < 0.01


def test_three_or_four_waves_are_too_few_for_a_step():
    for k in (3, 4):
        got = only(trends(waves(STEP[0][-k:], STEP[1][-k:]), change_point=True))
        assert got["change_point"] == "too_few_waves" and got["change_point_p_value"] is None
    assert only(trends(waves(STEP[0][-5:], STEP[1][-5:]), change_point=True))["change_point"] != "too_few_waves"


def test_a_steady_rise_is_no_step():
    got = only(trends(waves([50 + 2 * k for k in range(7)], [1.0] * 7), change_point=True))
    assert got["change_point"] == "none" and got["change_point_p_value"] < 0.01 and got["verdict"] == "rising"


def test_up_and_down_again_is_no_step():
    """The first two waves differ from the other three on average, yet nothing stepped from level to level."""
    got = only(trends(waves([40, 60, 60, 60, 40], [1.0] * 5), change_point=True))
    assert got["change_point"] == "none" and got["verdict"] == "not_linear"


def test_nothing_is_no_step():
    got = only(trends(waves([50, 51, 49.5, 50.5, 50, 49], [1.0] * 6), change_point=True))
    assert got["change_point"] == "none" and got["change_point_p_value"] > 0.2
