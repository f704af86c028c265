"""Nothing hidden can be worked out: rule by rule, then against an attacker on random surveys."""

import numpy as np
import polars as pl
import pytest

from pipeline.release import publishable
from pipeline.workspace import Rules
from tests.answers import wide
from tests.protect.attacker import learn
from tests.protect.worlds import OFFICES, protected, random_world, world

RULES = Rules()
INSIDE = {f"OFFICE={o}": f"REGION={o[0]}" for o in OFFICES}


def survey(n: int = 400, **answers) -> pl.DataFrame:
    """Everybody alike and content, but for what is given."""
    rng = np.random.default_rng(1)
    usual = {
        **{f"Q{k}": rng.choice(list("01234"), n) for k in (1, 2, 3)},
        "S": np.where(np.arange(n) % 4 == 0, "yes", "no"),
        "GENDER": np.where(np.arange(n) % 2 == 0, "f", "m"),
        "AGE": np.array(list("1234"))[np.arange(n) // 2 % 4],
        "REGION": np.array(list("abc"))[np.arange(n) % 3],
        "OFFICE": np.array(["a1", "b1", "c1"])[np.arange(n) % 3],
    }
    return world(wide(usual | answers))


def groups(sizes: dict[str, int]) -> np.ndarray:
    return np.repeat(list(sizes), list(sizes.values()))


def statuses(estimates: pl.DataFrame, variable: str, indicator: str = "Q1", measure: str = "mean_score") -> dict[str, str]:
    mine = estimates.filter(domain_variable=variable, indicator=indicator, measure=measure)
    return dict(mine.select("domain_category", "status").sort("domain_category").rows())


def hidden_of(estimates: pl.DataFrame, variable: str, **what) -> set[str]:
    return {c for c, status in statuses(estimates, variable, **what).items() if status == "suppressed"}


def test_groups_at_the_threshold_are_shown():
    shown, _ = protected(survey(100, AGE=groups({"1": 10, "2": 40, "3": 50})))
    assert hidden_of(shown, "AGE") == set()


def test_a_small_group_takes_the_cheapest_sufficient_one_with_it():
    shown, _ = protected(survey(100, AGE=groups({"1": 9, "2": 35, "3": 56})))
    assert hidden_of(shown, "AGE") == {"1", "2"}


def test_two_small_groups_that_make_a_large_one_hide_each_other():
    shown, _ = protected(survey(100, AGE=groups({"1": 5, "2": 6, "3": 89})))
    assert hidden_of(shown, "AGE") == {"1", "2"}


def test_two_small_groups_that_make_a_small_one_need_a_third():
    shown, _ = protected(survey(100, AGE=groups({"1": 3, "2": 4, "3": 40, "4": 53})))
    assert hidden_of(shown, "AGE") == {"1", "2", "3"}


def test_a_small_unit_shows_nothing():
    shown, _ = protected(survey(29))
    assert (shown["status"] == "suppressed").all()


def test_the_size_of_a_hidden_group_is_not_in_the_profile_questions_own_shares():
    shown, _ = protected(survey(100, AGE=groups({"1": 9, "2": 35, "3": 56})))
    own = shown.filter(domain_variable="", indicator="AGE", measure="share")
    assert set(own.filter(pl.col("status") == "suppressed")["category"]) == {"1", "2"}


def test_profile_questions_are_not_crossed():
    shown, _ = protected(survey())
    crossed = shown.filter(pl.col("domain_variable") != "", pl.col("indicator").is_in(["GENDER", "AGE", "REGION", "OFFICE"]))
    assert crossed.is_empty()


def test_only_the_breakdowns_that_the_rules_name():
    shown, _ = protected(survey(), Rules(breakdown_by=["GENDER"]))
    assert set(shown["domain_variable"]) == {"", "GENDER"}


@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_group_that_answered_a_sensitive_question_alike_is_not_shown(others):
    """100 women: all of them, all but one, all but two said no."""
    answers = np.where(np.arange(400) % 4 == 1, "yes", "no")  # men only
    answers[: 2 * others : 2] = "yes"
    shown, _ = protected(survey(S=answers))
    assert hidden_of(shown, "GENDER", indicator="S", measure="favourable") == {"f", "m"}
    assert hidden_of(shown, "GENDER") == set()


def test_three_others_are_enough_beside_a_mixed_group():
    answers = np.where(np.arange(400) % 4 == 1, "yes", "no")
    answers[:6:2] = "yes"
    shown, _ = protected(survey(S=answers))
    assert hidden_of(shown, "GENDER", indicator="S", measure="favourable") == set()


def test_what_everybody_answered_alike_is_shown_nowhere():
    shown, _ = protected(survey(S=np.full(400, "no")))
    assert (shown.filter(indicator="S")["status"] == "suppressed").all()


def test_few_valid_answers_hide_the_question_in_that_group_alone():
    answers = np.where(np.arange(400) % 2 == 0, "3", "1")
    answers[np.flatnonzero(np.arange(400) % 8 < 2)[5:]] = "9"  # of age 1 five answered
    shown, _ = protected(survey(Q1=answers))
    assert "1" in hidden_of(shown, "AGE") and hidden_of(shown, "AGE", indicator="Q2") == set()


def test_a_score_goes_with_the_only_question_of_it_that_is_hidden():
    """Otherwise three times the score less the other two questions would be the third."""
    answers = np.where(np.arange(400) % 2 == 0, "3", "1")
    small = np.flatnonzero(np.arange(400) % 8 < 2)
    answers[small[9:]] = "9"
    shown, _ = protected(survey(Q1=answers, **{f"Q{k}": np.where(np.isin(np.arange(400), small[11:]), "9", "2") for k in (2, 3)}))
    assert "1" in hidden_of(shown, "AGE", indicator="F") and "1" in hidden_of(shown, "AGE", indicator="I")


def test_a_few_heavy_respondents_are_not_shown():
    """Two women hold 95 % of the women's weight."""
    rng = np.random.default_rng(2)
    n = 200
    answers = {"GENDER": np.where(np.arange(n) < 40, "f", "m"), **{f"Q{k}": rng.choice(list("01234"), n) for k in (1, 2, 3)}}
    rest = {"S": rng.choice(["yes", "no"], n), "AGE": np.full(n, "1"), "REGION": np.full(n, "a"), "OFFICE": np.full(n, "a1")}
    weight = np.ones(n)
    weight[:2] = 361.0
    shown, _ = protected(world(wide(answers | rest, weight=weight)))
    assert hidden_of(shown, "GENDER") == {"f", "m"}


def test_an_office_hidden_in_one_region_hides_another_that_adds_up_with_it():
    """Offices a1 and a2 are region a: one hidden office is neither the region less the other nor everybody less the rest."""
    office = groups({"a1": 5, "a2": 95, "b1": 100, "b2": 100, "c1": 100})
    shown, _ = protected(survey(OFFICE=office, REGION=np.array([o[0] for o in office])))
    assert {"a1", "a2"} <= hidden_of(shown, "OFFICE") or "a" in hidden_of(shown, "REGION")
    known = learn(shown, "Q1", INSIDE)
    low, high = known.bounds("OFFICE=a1|base")
    assert high - low >= RULES.minimum_interval


def test_the_few_who_left_a_profile_question_open_are_not_told_by_subtraction_on_a_sensitive_question():
    """Everybody less women and men would be four people and what they said of bribes."""
    gender = np.where(np.arange(400) % 2 == 0, "f", "m").astype(object)
    gender[:4] = ""
    mixed = np.where(np.arange(400) % 4 < 2, "yes", "no")
    shown, _ = protected(survey(GENDER=gender, S=mixed))
    assert hidden_of(shown, "GENDER", indicator="S", measure="favourable") != set()
    assert hidden_of(shown, "GENDER", indicator="Q1") == set()
    gender[:40] = ""
    shown, _ = protected(survey(GENDER=gender, S=mixed))
    assert hidden_of(shown, "GENDER", indicator="S", measure="favourable") == set()


@pytest.mark.parametrize("seed", range(2))
def test_with_profile_questions_left_open_no_small_remainder_tells_a_sensitive_answer(seed):
    shown, _ = protected(random_world(seed + 80, 6, blank=0.03))
    remainders = 0
    for _, unit in shown.filter(indicator="S", measure="share").partition_by("member", as_dict=True).items():
        everybody = dict(unit.filter(domain_variable="").select("category", "events").rows())
        if (unit.filter(domain_variable="")["status"] == "suppressed").all():
            continue
        for variable in ("GENDER", "AGE"):
            mine = unit.filter(pl.col("domain_variable") == variable, pl.col("status") != "suppressed")
            told = {c: everybody[c] - mine.filter(category=c)["events"].sum() for c in everybody}
            left = sum(told.values())
            remainders += left > 0
            assert left == 0 or (left >= 10 and min(left - n for n in told.values()) >= 3), (variable, told)
    assert remainders > 3


def test_optimal_hides_no_more_than_greedy():
    w = random_world(5, 4)
    shares = {m: (protected(w, Rules(method=m))[0]["status"] == "suppressed").mean() for m in ("optimal", "greedy")}
    assert 0 < shares["optimal"] <= shares["greedy"]


def test_switched_off_everything_is_shown():
    shown, hidden = protected(survey(20), Rules(minimum_respondents=1))
    assert (shown["status"] != "suppressed").all() and hidden.blocks.is_empty()


@pytest.mark.parametrize("method", ["optimal", "greedy"])
@pytest.mark.parametrize("seed", range(2))
def test_no_hidden_base_can_be_bounded_more_tightly_than_the_rule(seed, method):
    """On random units the attacker's interval of every suppressed base is at least `minimum_interval` wide."""
    shown, _ = protected(random_world(seed, 5), Rules(method=method))
    attacked = 0
    for _, unit in shown.partition_by("member", as_dict=True, maintain_order=True).items():
        for indicator in ("Q1", "F", "S"):
            known = learn(unit, indicator, INSIDE)
            hidden = [n for n, v in known.values.items() if v is None and n.endswith(("|base", "|asked")) and "=" in n]
            for name in hidden:
                low, high = known.bounds(name)
                assert high - low >= RULES.minimum_interval - 1e-6, (unit["member"][0], indicator, name, low, high)
            attacked += len(hidden)
    assert attacked > 20


@pytest.mark.parametrize("seed", range(2))
def test_no_hidden_group_is_proven_to_have_answered_alike(seed):
    """Of a suppressed sensitive answer at least `minimum_complement` others remain possible, in every hidden group."""
    shown, _ = protected(random_world(seed + 50, 5))
    attacked = 0
    for _, unit in shown.partition_by("member", as_dict=True, maintain_order=True).items():
        known = learn(unit, "S", INSIDE)
        for name in [n for n, v in known.values.items() if v is None and n.endswith(("|yes", "|no")) and "=" in n]:
            other = name.replace("|yes", "|NO").replace("|no", "|yes").replace("|NO", "|no")
            _, most = known.bounds(other)
            assert most >= RULES.minimum_complement, (unit["member"][0], name, most)
            attacked += 1
    assert attacked > 20


def test_a_suppressed_row_keeps_only_keys_and_status():
    unit = {"member": "XAA", "wave": "2024", "population": "officials", "statistic": "margin", "detail": ["a", "b"]}
    rows = pl.DataFrame(unit | {"value": [1.5, 2.5], "status": ["published", "suppressed"], "secret": 7})
    row = publishable(rows, "adequacy").select("detail", "value", "status")
    assert row.rows() == [("a", 1.5, "published"), ("b", None, "suppressed")]
