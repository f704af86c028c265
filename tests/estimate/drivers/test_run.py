"""Regressions from answers to rows: what is fitted, what is said where nothing is, what is never told."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.covariance import unit_designs
from pipeline.estimate.drivers import models, run
from pipeline.estimate.drivers.outcomes import outcomes
from pipeline.estimate.drivers.run import drivers
from pipeline.estimate.drivers.sample import parts, pooled
from tests.estimate.drivers.worlds import SLOPE_F, SLOPE_GROUP, answers, limits, moments_of

UNIT = ("AAA", "2024", "p")


def table(rows: pl.DataFrame, **more) -> pl.DataFrame:
    moments = moments_of(rows)
    return drivers(moments.rows, moments.design, limits(moments, **more))


def verdict(found: pl.DataFrame, outcome: str, member: str = "AAA") -> str:
    return found.filter(member=member, outcome=outcome, statistic="model")["verdict"].item()


def figure(found: pl.DataFrame, statistic: str, term: str, category: str = "", member: str = "AAA", outcome="REPORT"):
    rows = found.filter(member=member, outcome=outcome, statistic=statistic, term=term, term_category=category)
    return rows.row(0, named=True)


@pytest.fixture(scope="module")
def large():
    return table(answers(1, 2000))


def test_planted_associations_are_found_and_others_are_not(large):
    planted = figure(large, "coefficient", "F")
    assert abs(planted["estimate"] - SLOPE_F) < 4 * planted["se"] and planted["q_value"] < 1e-6
    other = figure(large, "coefficient", "H")
    assert abs(other["estimate"]) < 4 * other["se"]
    below = figure(large, "coefficient", "G", "b")  # against a, the most frequent group
    assert abs(below["estimate"] + SLOPE_GROUP) < 4 * below["se"]
    assert figure(large, "reference", "G", "a")


def test_importance_is_shared_out_only_where_factors_stand_together(large):
    assert figure(large, "importance", "F")["estimate"] > 0.95
    assert large.filter(outcome="REPORT", statistic="importance")["estimate"].sum() == pytest.approx(1, abs=2e-3)
    assert figure(large, "factors_together", "", outcome="BRIBE")["p_value"] > 0.05
    assert large.filter(outcome="BRIBE", statistic="importance").is_empty()


def test_of_many_respondents_a_sample_stands_for_all_in_importance_and_in_nothing_else(large, monkeypatch):
    monkeypatch.setattr(models, "MOST_RESPONDENTS", 1000)
    some = table(answers(1, 2000))
    whole, part = (figure(t, "importance", "F") for t in (large, some))
    assert part["estimate"] == pytest.approx(whole["estimate"], abs=0.05) and part["estimate"] != whole["estimate"]
    assert part["ci_low"] <= whole["estimate"] <= part["ci_high"]
    others = pl.col("statistic") != "importance"
    assert some.filter(others).equals(large.filter(others))


def test_of_very_many_respondents_a_sample_stands_for_all(large, monkeypatch):
    monkeypatch.setattr("pipeline.estimate.drivers.rows.MOST", 1000)
    some = table(answers(1, 2000))
    whole, part = (figure(t, "coefficient", "F") for t in (large, some))
    assert part["n"] == 1000 and whole["n"] == 2000
    assert abs(part["estimate"] - whole["estimate"]) < 4 * part["se"]
    assert part["se"] == pytest.approx(whole["se"] * 2**0.5, rel=0.15)
    assert some.equals(table(answers(1, 2000)))


def test_a_pool_is_thinned_by_the_same_share_of_each_unit(monkeypatch):
    monkeypatch.setattr("pipeline.estimate.drivers.sample.MOST_POOLED", 1200)
    rows = pl.concat([answers(k, 300 + 100 * k, f"M{k}") for k in range(6)])
    moments = moments_of(rows)
    found = parts(moments.rows, moments.design)
    outcome = next(o for o in outcomes(found[0].instrument) if o.item == "REPORT")
    sample = pooled(found, outcome, limits(moments))
    assert sample.asked == 1200
    assert np.bincount(sample.unit) == pytest.approx([400 * (3 + k) / 11 for k in range(6)], abs=1)


def test_a_census_of_which_some_stand_for_all_has_a_sampling_error():
    """However small its unsampled part: what was not drawn was not asked."""
    moments = moments_of(answers(1, 400))
    designs = unit_designs(moments.design)
    census = {unit: replace(d, open=np.zeros_like(d.open)) for unit, d in designs.items()}
    (part,) = parts(moments.rows, moments.design)
    assert run._thinned([part], census) == set() and run._thinned([part.thinned(0.5)], census) == {part.unit}
    assert run._of_infinite(census, {part.unit})[part.unit].open.min() == 1


def test_the_table_says_which_answer_is_modelled(large):
    binary = large.filter(outcome="BRIBE")
    assert binary["answer"].unique().to_list() == ["y"] and binary["model"].unique().to_list() == ["binary"]
    assert "ame_share" in binary["statistic"].to_list() and "ame_score" not in binary["statistic"].to_list()
    assert {"ame_score", "ame_favourable"} <= set(large.filter(outcome="REPORT")["statistic"])


def test_the_sign_of_effects_on_score_and_share_is_that_of_the_coefficient(large):
    assert figure(large, "ame_score", "F")["estimate"] > 0 and figure(large, "ame_favourable", "F")["estimate"] > 0
    assert figure(large, "ame_favourable", "G", "b")["estimate"] < 0


def test_answers_without_an_order_get_no_model(large):
    assert verdict(large, "MISSION") == "no_order"
    assert large.filter(outcome="MISSION").height == 1


def test_runs_are_the_same_to_the_last_bit(large):
    assert table(answers(1, 2000)).equals(large)


def test_too_few_events_are_said_and_give_no_figure():
    found = table(answers(2, 150))  # 45 have met bribery, for 5 columns
    assert verdict(found, "BRIBE") == "too_few_events"
    assert not set(found.filter(outcome="BRIBE")["statistic"]) - {"model", "complete_cases", "left_out"}


def test_neither_constants_nor_numbers_of_events_nor_effects_of_members_are_told():
    found = table(pl.concat([answers(k, 120, f"M{k}") for k in range(6)]))
    pooled = found.filter(member="all")
    assert verdict(found, "would_report", "all") == "fitted"
    assert set(pooled["term"]) == {"", "F", "H", "grade"}
    assert not set(found["statistic"]) & {"events_per_parameter", "constant", "cut"}


def test_a_pool_needs_enough_members_that_share():
    rows = pl.concat([answers(k, 120, f"M{k}") for k in range(6)])
    assert table(rows, sharing=tuple(f"M{k}" for k in range(5))).filter(member="all").is_empty()
    assert table(rows, held=frozenset([("M0", "2024", "p")])).filter(member="all").is_empty()


def test_no_member_holds_more_of_a_pool_than_its_share():
    rows = pl.concat([answers(9, 3000, "BIG"), *(answers(k, 60, f"M{k}") for k in range(5))])
    slopes = table(rows).filter(statistic="coefficient", term="F")
    pooled = slopes.filter(member="all", outcome="would_report")
    alone = slopes.filter(member="BIG", outcome="REPORT")
    assert pooled["se"][0] > 1.5 * alone["se"][0], "six members that weigh alike know less than 3,000 respondents"


def test_the_loss_is_stated_and_a_large_one_flagged():
    found = table(answers(4, 600, silent=0.3))
    loss = figure(found, "complete_cases", "")
    assert loss["n"] / 600 == pytest.approx(loss["estimate"], abs=1e-3) and loss["verdict"] == "large_loss"
    assert figure(table(answers(4, 600, silent=0.05)), "complete_cases", "")["verdict"] == ""


def test_hidden_groups_are_merged_before_anything_is_fitted():
    hidden = {(*UNIT, "G", "REPORT"): frozenset("cd")}
    found = table(answers(5, 600), hidden=hidden)
    assert set(found.filter(outcome="REPORT", statistic="coefficient", term="G")["term_category"]) == {"b", "other"}
    assert set(found.filter(outcome="BRIBE", statistic="coefficient", term="G")["term_category"]) == {"b", "c", "d"}


def test_one_hidden_group_can_not_be_merged_so_the_question_is_left_out():
    found = table(answers(5, 600), hidden={(*UNIT, "G", ""): frozenset("d")})
    assert found.filter(statistic="coefficient", term="G").is_empty()
    assert figure(found, "left_out", "G")["verdict"] == "hidden"


def test_groups_with_few_complete_cases_are_treated_as_hidden():
    rows = answers(6, 600, groups=(0.5, 0.49, 0.005, 0.005))
    assert 0 < rows.filter(pl.col("G").is_in(["c", "d"])).height < 10
    assert figure(table(rows), "left_out", "G")["verdict"] == "hidden"


def test_a_hidden_outcome_has_one_row_and_nothing_in_it():
    moments = moments_of(answers(7, 300))
    given = limits(moments)
    shown = frozenset(s for s in given.shown if s[3] != "REPORT")
    found = drivers(moments.rows, moments.design, limits(moments, shown=shown)).filter(outcome="REPORT")
    assert found["verdict"].to_list() == ["outcome_hidden"] and found["n"].to_list() == [None]


def test_a_hidden_factor_is_not_read():
    moments = moments_of(answers(7, 300))
    shown = frozenset(s for s in limits(moments).shown if s[3] != "H")
    found = drivers(moments.rows, moments.design, limits(moments, shown=shown))
    assert set(found.filter(outcome="REPORT", statistic="vif")["term"]) == {"F"}


def test_separated_answers_are_said_and_give_no_figure():
    rows = answers(8, 600).with_columns(BRIBE=pl.when(pl.col("G") == "a").then(pl.lit("y")).otherwise(pl.lit("n")))
    found = table(rows)
    assert verdict(found, "BRIBE") == "separated"
    assert found.filter(outcome="BRIBE", statistic="coefficient").is_empty()


def test_factors_that_can_not_be_told_apart_are_said():
    rows = answers(9, 600)
    fourth = pl.when(pl.int_range(pl.len()) < 60).then("H3").otherwise("F3").alias("H3")
    alike = rows.with_columns(*(pl.col(f"F{k}").alias(f"H{k}") for k in range(3)), fourth)
    found = table(alike)
    assert figure(found, "vif", "F")["estimate"] > 5 and figure(found, "vif", "F")["verdict"] == "collinear"
    assert figure(table(rows), "vif", "F")["verdict"] == ""
