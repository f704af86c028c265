"""What members see of each other: names of their own, rounded figures, nothing that tells a sample's size."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.protect.peers import PEERS, peers_table, rounded_peer_comparisons
from pipeline.workspace import Member, Rules

SECRET = b"sixteen characters and more"
FIGURES = ["indicator", "estimate", "ci_low", "ci_high", "status"]


def estimates(halves: list[float], indicator: str = "F", measure: str = "mean_score", **more) -> pl.DataFrame:
    """One figure a member, M0, M1, ...: 50.3, 51.3, ... points with these half-widths."""
    keys = {
        "wave": "2025",
        "population": "p",
        "domain_variable": "",
        "indicator": indicator,
        "indicator_kind": "factor",
    }
    rest = {"concept": "", "link": indicator, "measure": measure, "category": "", "status": "published", "n": 40}
    unit = 1 if measure == "mean_score" else 100
    return pl.DataFrame(
        [
            {"member": f"M{i}", **keys, **rest, **more}
            | {"estimate": (50.3 + i) / unit, "ci_low": (50.3 + i - h) / unit, "ci_high": (50.3 + i + h) / unit}
            for i, h in enumerate(halves)
        ]
    )


def members(*sharing: str) -> dict[str, Member]:
    return {f"M{i}": Member(sharing=word) for i, word in enumerate(sharing)}


def table(figures: pl.DataFrame, *sharing: str, rules: Rules | None = None, release: str = "r1") -> pl.DataFrame:
    sharing = sharing or ("anonymised",) * figures["member"].n_unique()
    return peers_table(figures, members(*sharing), rules or Rules(), SECRET, release)


def letters(got: pl.DataFrame, recipient: str) -> dict[float, str]:
    """Estimate -> pseudonym, as one recipient sees it."""
    return dict(got.filter(recipient=recipient).select("estimate", "pseudonym").iter_rows())


def test_each_recipient_sees_itself_by_its_code_and_the_others_by_letters():
    got = table(estimates([2.0] * 6))
    for code in [f"M{i}" for i in range(6)]:
        mine = got.filter(recipient=code)
        assert mine.filter("own")["pseudonym"].to_list() == [code]
        assert sorted(mine.filter(~pl.col("own"))["pseudonym"]) == [f"Member {c}" for c in "ABCDE"]
    anybody = got.filter(recipient="")
    assert not anybody["own"].any() and sorted(anybody["pseudonym"]) == [f"Member {c}" for c in "ABCDEF"]


def test_pseudonyms_differ_between_recipients_and_releases():
    figures = estimates([2.0] * 12)
    one, two = table(figures), table(figures, release="r2")
    seen = [json.dumps(letters(one, r)) for r in one["recipient"].unique()]
    assert len(set(seen)) == len(seen) == 13
    assert letters(one, "") != letters(two, "")
    assert letters(one, "") == letters(table(figures), "")


def test_a_letter_of_one_population_says_nothing_of_another():
    """Or a letter that is in one and not in the other would tell who asked both."""
    figures = pl.concat([estimates([2.0] * 12, population=p) for p in ("p", "q")])
    got = table(figures)
    assert letters(got.filter(population="p"), "") != letters(got.filter(population="q"), "")


def test_rows_come_in_the_order_of_pseudonyms():
    got = table(estimates([2.0] * 8)).filter(recipient="")
    assert got["pseudonym"].is_sorted() and not got["estimate"].is_sorted()


def test_who_shares_with_nobody_is_nowhere_and_sees_nobody():
    got = table(estimates([2.0] * 7), "none", *["anonymised"] * 6)
    assert "M0" not in got["recipient"] and 50.0 not in got["estimate"]
    assert got.filter(recipient="")["pseudonym"].n_unique() == 6
    assert table(estimates([2.0] * 5), "none", *["anonymised"] * 4).is_empty()


def test_named_members_are_named_to_everybody():
    got = table(estimates([2.0] * 7), "named", *["anonymised"] * 6)
    assert got.filter(estimate=50.0)["pseudonym"].unique().to_list() == ["M0"]
    assert got.filter(estimate=50.0, recipient="M0")["own"].to_list() == [True]
    assert not got.filter(estimate=50.0, recipient="M1")["own"].any()


def test_a_few_anonymised_among_named_members_are_left_out():
    """Four anonymised ones cannot hide among named ones: they are the four that are not named."""
    got = table(estimates([2.0] * 9), *["named"] * 5, *["anonymised"] * 4)
    assert set(got.filter(~pl.col("own"))["pseudonym"]) == {f"M{i}" for i in range(5)}


def test_few_named_members_are_not_shown_by_themselves():
    """With four anonymised ones they would be enough, but these are left out."""
    assert table(estimates([2.0] * 7), *["named"] * 3, *["anonymised"] * 4).is_empty()


@pytest.mark.parametrize("count, recipients", [(4, 0), (5, 1), (6, 7)])
def test_five_others_are_needed(count, recipients):
    """Of five members, each sees only four others; a reader from outside sees five."""
    assert table(estimates([2.0] * count))["recipient"].n_unique() == recipients


def test_without_suppression_one_other_member_is_enough():
    got = table(estimates([2.0] * 2), rules=Rules(minimum_respondents=1))
    assert got.filter(recipient="M0").height == 2
    assert table(estimates([2.0]), rules=Rules(minimum_respondents=1))["recipient"].to_list() == [""]


def test_a_figure_that_is_not_published_is_hidden_and_counts_for_nobody():
    lacking = estimates([2.0] * 7, indicator="G").filter(pl.col("member") != "M6")
    marked = estimates([2.0] * 7).with_columns(
        status=pl.when(member="M0").then(pl.lit("unreliable")).otherwise(pl.lit("published"))
    )
    got = table(pl.concat([lacking, marked])).filter(recipient="")
    assert got.height == 14 and got.filter(status="suppressed").height == 2
    assert got.filter(status="suppressed")["estimate", "ci_low", "ci_high"].null_count().row(0) == (2, 2, 2)
    few = marked.with_columns(status=pl.when(member="M1").then(pl.lit("suppressed")).otherwise("status"))
    assert table(few)["recipient"].unique().to_list() == [""]


def test_versions_of_a_questionnaire_are_compared_by_what_they_share():
    """The same concept under another code is one row; another concept under the same code is not."""
    old = estimates([2.0] * 9, indicator="Q1").filter(pl.col("member") < "M4")
    new = estimates([2.0] * 9, indicator="Q2").filter(pl.col("member") >= "M4")
    got = table(pl.concat([old, new]).with_columns(link=pl.lit("trust"), concept=pl.lit("trust")))
    assert got.filter(recipient="").height == 9 and got["indicator"].unique().to_list() == ["Q2"]
    apart = pl.concat([old, new.with_columns(indicator=pl.lit("Q1"), link=pl.lit("other"))])
    shown = table(apart).filter(recipient="", status="published")
    assert sorted(shown["estimate"]) == [54.0, 55.0, 56.0, 57.0, 58.0]  # the five that were asked the other question


def test_of_two_questions_of_one_code_and_no_concept_the_one_of_most_members_is_shown():
    """In its place would stand whichever came last, one member's under the other question's name."""
    first, second = estimates([2.0] * 6, "Q5", link="old:Q5"), estimates([2.0] * 13, "Q5", link="new:Q5").tail(7)
    got = table(pl.concat([first, second]), *["anonymised"] * 13)
    assert got.filter(recipient="", status="published").height == 7
    assert got.select("recipient", "pseudonym", "indicator", "concept", "measure").is_unique().all()


def test_only_the_latest_wave_counts():
    earlier = estimates([9.9] * 6, wave="2023").with_columns(estimate=pl.col("estimate") + 20)
    assert table(pl.concat([earlier, estimates([2.0] * 6)])).equals(table(estimates([2.0] * 6)))


def test_a_large_sample_has_no_narrow_interval_to_be_known_by():
    widths = table(estimates([0.4, 2.0, 3.0, 4.0, 5.2, 1.0])).select(w=pl.col("ci_high") - pl.col("ci_low"))
    assert widths["w"].unique().to_list() == [20.0]  # the widest half, 5.2, rounded up to 10


def test_a_half_width_that_is_a_step_is_not_widened():
    got = table(estimates([5.0] * 6, measure="favourable")).filter(recipient="")
    assert (got["ci_high"] - got["ci_low"]).round(6).unique().to_list() == [0.1]


@pytest.mark.parametrize("measure, unit", [("mean_score", 1), ("favourable", 100)])
def test_figures_stand_on_the_rules_steps_and_inside_the_scale(measure, unit):
    rules = Rules(share_step=2.5, score_step=2.5, interval_step=4)
    got = table(estimates([60.0] * 6, measure=measure), rules=rules)
    assert ((got["estimate"] * unit / 2.5).round(9) % 1 == 0).all()
    assert got["ci_low"].min() == 0 and got["ci_high"].max() == 100 / unit


def test_no_column_bears_a_size_a_wave_or_a_member():
    got = table(estimates([2.0] * 6))
    assert got.schema == pl.Schema(PEERS)
    assert not {"n", "wave", "member", "df", "se", "deff"} & set(got.columns)


sizes = st.lists(st.tuples(st.floats(0.1, 12), st.integers(30, 5000)), min_size=6, max_size=9)


@settings(deadline=None, max_examples=25)
@given(sizes, st.floats(0.1, 1))
def test_nothing_tells_one_sample_from_a_larger_one(drawn, shrink):
    """All but the widest member ask more people: not a character of the table changes."""
    halves = [h for h, _ in drawn]
    widest = halves.index(max(halves))
    larger = [h if i == widest else h * shrink for i, h in enumerate(halves)]
    sized = estimates(halves).with_columns(n=pl.Series([n for _, n in drawn]))
    assert table(sized).equals(table(estimates(larger)))


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(7)))
def test_renaming_members_changes_names_alone(order):
    """What each member sees follows from the figures; its code decides letters, nothing else."""
    figures = estimates([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    new = {f"M{i}": f"M{j}" for i, j in enumerate(order)}
    renamed = table(figures.with_columns(pl.col("member").replace_strict(new)))
    got = table(figures)
    for old, now in [("", ""), *new.items()]:
        before, after = (t.filter(recipient=r).sort("estimate") for t, r in ((got, old), (renamed, now)))
        assert before.select(*FIGURES, "own").equals(after.select(*FIGURES, "own"))


def comparison(**more) -> dict:
    row = {
        "kind": "member_vs_peers",
        "member": "M0",
        "measure": "mean_score",
        "difference": 6.43,
        "se": 2.1,
        "ci_low": 2.13,
        "ci_high": 10.73,
        "statistic": 3.06,
        "df_numerator": None,
        "df": 311.0,
        "p_value": 0.0024,
        "p_holm": 0.02,
        "q_value": 0.0071,
        "detectable": 5.9,
        "effect_size": 6.43,
        "effect_low": 2.13,
        "effect_high": 10.73,
        "effect_name": "difference_points",
        "status": "published",
        "peers": 6,
    }
    return row | more


def one(row: dict, rules: Rules | None = None) -> dict:
    return rounded_peer_comparisons(pl.DataFrame([row], infer_schema_length=None), rules or Rules()).row(0, named=True)


def test_a_difference_from_the_peers_is_rounded_and_bears_no_remainder():
    got = one(comparison())
    assert (got["difference"], got["ci_low"], got["ci_high"], got["effect_size"]) == (6.0, 1.0, 11.0, 6.0)
    for name in ("se", "statistic", "df", "p_value", "p_holm", "detectable", "effect_low", "effect_high"):
        assert got[name] is None, name
    share = comparison(measure="favourable", difference=0.0643, ci_low=0.0113, ci_high=0.1173)
    got = one(share)
    assert (got["difference"], got["ci_low"], got["ci_high"], got["effect_size"]) == (0.06, -0.04, 0.16, 6.0)


@pytest.mark.parametrize(
    "q, edge",
    [(0.0, 0.01), (0.01, 0.01), (0.011, 0.05), (0.05, 0.05), (0.07, 0.1), (0.4, 1.0), (1.0, 1.0), (None, None)],
)
def test_q_is_told_by_its_band(q, edge):
    assert one(comparison(q_value=q))["q_value"] == edge


def test_several_waves_do_not_narrow_the_peers_mean_down():
    """The member's own exact figure minus the difference is the same rounded mean in every wave."""
    own = [50.1, 50.37, 50.62, 50.88]
    rows = [comparison(difference=x - 44.444, estimate_other=44.444) for x in own]
    got = rounded_peer_comparisons(pl.DataFrame(rows, infer_schema_length=None), Rules())["difference"]
    assert got.to_list() == [round(x - 44) for x in own]


@pytest.mark.parametrize("rules, peers", [(Rules(), 4), (Rules(minimum_peers=2, peer_share=0.25), 3), (Rules(), None)])
def test_too_few_peers_are_hidden(rules, peers):
    got = one(comparison(peers=peers), rules)
    assert got["status"] == "suppressed"
    assert {got[k] for k in ("difference", "ci_low", "ci_high", "effect_size", "q_value", "p_value")} == {None}


def test_other_comparisons_and_public_data_stay_as_they_are():
    change, peers = comparison(kind="wave_change", peers=None), comparison()
    assert one(change) == change
    assert one(peers, Rules(minimum_respondents=1)) == peers
    assert one(comparison(status="suppressed", difference=None, ci_low=None))["difference"] is None
