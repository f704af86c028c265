"""Deliberately broken releases: each function plants one leak in a good one."""

from __future__ import annotations

import polars as pl

from tests.audit.figures import KEYS, SHARING, drawn, peer_row, peer_table
from tests.audit.pages import good_pages
from tests.audit.releases import Release, domain, item, unit

GHA, KEN, EST, FJI = (unit(m, "2024") for m in ("GHA", "KEN", "EST", "FJI"))
ALL = pl.col("domain_variable") == ""
SECRET = "0123456789abcdef" * 4


def row_of(release: Release, where: pl.Expr) -> dict:
    return release.tables["estimates"].filter(where).row(0, named=True)


def base(release: Release, where: pl.Expr) -> int:
    return row_of(release, where)["n"]


# Structure


def a_value_in_a_suppressed_row(r: Release):
    r.put("estimates", KEN & domain("P2", "w") & item("Q1", "mean_score"), estimate=41.0)


def a_base_in_a_suppressed_comparison(r: Release):
    r.put("comparisons", KEN & item("Q1") & (pl.col("other_domain_category") == "e"), se=2.0)


def a_base_under_the_minimum(r: Release):
    r.put("estimates", GHA & domain("P1", "f") & item("Q1", "nonresponse"), n=7)


def a_small_base_behind_a_reliability(r: Release):
    r.put("reliability", GHA, n=9)


def a_unit_under_the_minimum(r: Release):
    r.put("units", unit("LAO", "2022"), n=20, status="published")
    r.documents["manifest"]["counts"]["respondents"] += 20


def the_size_of_a_hidden_unit_among_adequacy(r: Release):
    keys = {"member": "LAO", "wave": "2022", "population": "officials"}
    r.add("adequacy", keys | {"statistic": "responses", "detail": "", "value": 20.0, "status": "published"})


def a_total_that_counts_the_hidden_unit(r: Release):
    r.documents["manifest"]["counts"]["respondents"] += 20


def rows_of_a_hidden_unit_s_file(r: Release):
    file = {"member": "LAO", "wave": "2022", "population": "officials", "status": "accepted", "rows": 20}
    r.documents["manifest"]["inputs"].append(file)


def a_key_in_the_manifest(r: Release):
    r.documents["manifest"]["weighting"] = {"seed": SECRET}


def a_key_in_a_table(r: Release):
    r.put("units", GHA, as_of=SECRET)


def a_key_on_a_page(r: Release):
    r.pages["index.html"] = r.pages["index.html"].replace("</main>", f"<!-- {SECRET} --></main>")


def a_column_of_respondents(r: Release):
    r.tables["estimates"] = r.tables["estimates"].with_columns(respondent=pl.int_range(pl.len()))


def a_csv_with_other_figures(r: Release):
    r.csv["adequacy"] = r.tables["adequacy"].with_columns(value=pl.col("value") + 0.1).write_csv()


def a_csv_with_more_rows(r: Release):
    r.csv["quality"] = pl.concat([r.tables["quality"], r.tables["quality"].head(1)]).write_csv()


def a_csv_with_a_column_of_its_own(r: Release):
    r.csv["units"] = r.tables["units"].with_columns(asked=pl.lit(300)).write_csv()


def women_by_region(r: Release):
    keys = {"domain_variable": "P2", "domain_category": "n"}
    r.add("estimates", row_of(r, GHA & ALL & item("P1", "share")) | keys)


def a_breakdown_that_the_rules_leave_out(r: Release):
    r.documents["manifest"]["rules"] = r.documents["manifest"]["rules"] | {"breakdown_by": ["gender", "region"]}


def a_breakdown_by_a_sensitive_answer(r: Release):
    keys = {"domain_variable": "Q4", "domain_category": "2"}
    r.add("estimates", row_of(r, GHA & ALL & item("F01")) | keys)


# Comparisons and adequacy


def a_difference_to_a_hidden_group(r: Release):
    where = KEN & item("Q1") & (pl.col("other_domain_category") == "e")
    r.put("comparisons", where, difference=3.2, status="published")


def a_rank_test_with_a_hidden_group(r: Release):
    where = KEN & item("Q1") & (pl.col("other_domain_category") == "e")
    r.put("comparisons", where, measure="rank", test="wilcoxon", statistic=0.5, status="published")


def a_test_over_all_groups_one_of_them_hidden(r: Release):
    where = KEN & item("Q2") & (pl.col("domain_variable") == "P2") & (pl.col("test") == "rao_scott_f")
    r.put("comparisons", where, statistic=2.1, status="published")


def q_values_that_know_hidden_tests(r: Release):
    r.put("comparisons", GHA & item("F01") & (pl.col("kind") == "wave_change"), q_value=pl.col("q_value") / 2)


def trend(member: str, indicator: str, kind: str, measure: str, **figures) -> pl.DataFrame:
    keys = {"member": member, "population": "officials", "indicator": indicator, "indicator_kind": kind, "measure": measure}
    rest = {"category": "", "concept": "", "adjustment": "none", "first_wave": "2020", "last_wave": "2024", "waves": 3}
    return pl.DataFrame([keys | rest | {"slope": 0.5} | figures | {"status": "published"}])


def a_trend_over_a_hidden_wave(r: Release):
    r.tables["trends"] = trend("FJI", "Q4", "item", "favourable")


def q_values_of_trends_that_know_hidden_ones(r: Release):
    r.tables["trends"] = trend("GHA", "F01", "factor", "mean_score", p_value=0.02, q_value=0.04)


def how_well_a_margin_with_a_hidden_group_fits(r: Release):
    r.put("adequacy", KEN & (pl.col("statistic") == "r_indicator"), detail="P2")


def the_largest_weight_of_a_margin_with_a_hidden_group(r: Release):
    told = pl.when(KEN).then(pl.lit(2.4)), pl.when(KEN).then(pl.lit("P1, P2"))
    r.tables["units"] = r.tables["units"].with_columns(largest_weight=told[0], margins=told[1])


def two_respondents_who_rushed(r: Release):
    r.put("quality", EST & (pl.col("check") == "speeding"), value=2 / pl.col("n"))


# Bounds


def a_single_hidden_group(r: Release):
    r.reveal(KEN & domain("P2", "e") & item("Q1") & (pl.col("measure") != "nonresponse"))


def a_sensitive_question_by_gender_which_a_few_did_not_state(r: Release):
    r.reveal(GHA & domain("P1", "f", "m") & item("Q4"))
    r.again()


def a_single_hidden_group_but_for_few_who_did_not_state_it(r: Release):
    r.hide(GHA & domain("P1", "f") & (item("Q1") | item("F01")))
    r.again()


def hidden_groups_that_are_few_together(r: Release):
    r.hide(EST & domain("P2", "e", "w") & (item("Q1") | item("F01")))
    shown = sum(base(r, EST & domain("P2", g) & item("Q1", "share")) for g in "ns")
    r.put("estimates", EST & ALL & item("Q1") & (pl.col("measure") != "nonresponse"), n=shown + 7)
    r.again()


def regions_hidden_in_two_zones(r: Release):
    r.hide(GHA & domain("P2", "n", "e") & (item("Q1") | item("F01")))
    r.again()


def shares_of_everybody_that_size_hidden_groups(r: Release):
    r.reveal(KEN & ALL & item("P2", "share"))


def silence_beside_a_hidden_figure(r: Release):
    valid = (item("Q1") & (pl.col("measure") != "nonresponse")) | item("F01")
    r.hide(EST & domain("P2", "e", "n", "s") & valid)
    r.hide(EST & domain("P2", "n", "s") & item("Q1", "nonresponse"))
    r.hide(EST & domain("P2", "w") & item("F01"))
    r.put("estimates", EST & domain("P2", "e") & item("Q1", "nonresponse"), estimate=1 - 4 / pl.col("n"))
    r.again()


# Sums


def one_hidden_answer(r: Release):
    r.hide(GHA & ALL & item("Q1", "share") & (pl.col("category") == "3"))


def a_hidden_answer_of_a_shown_side(r: Release):
    r.hide(GHA & ALL & item("Q1", "share") & pl.col("category").is_in(["3", "4"]))


def a_hidden_side_of_shown_answers(r: Release):
    r.hide(GHA & ALL & item("Q1", "favourable"))


def one_hidden_question_of_a_shown_factor(r: Release):
    r.hide(GHA & domain("P1", "f") & item("Q1", "mean_score"))
    r.again()


def one_hidden_factor_of_a_shown_index(r: Release):
    book = r.documents["codebook"]["instruments"]["cips"]
    book["factors"].append({"code": "F02", "title": {"en": "Rules"}})
    book["indices"].append({"code": "ALL", "of": ["F01", "F02"], "title": {"en": "All"}})
    factor = row_of(r, GHA & ALL & item("F01"))
    r.add("estimates", factor | {"indicator": "ALL", "indicator_kind": "index"})
    r.add("estimates", {k: factor[k] for k in KEYS} | {"indicator": "F02", "status": "suppressed"})


# Sensitive answers


def _answered_yes(r: Release, where: pl.Expr, yes: int):
    """Let `yes` of the group say that they saw it."""
    share = {"1": yes / base(r, where & item("Q4", "share"))}
    share["2"] = 1 - share["1"]
    for answer, side in (("1", "unfavourable"), ("2", "favourable")):
        r.put("estimates", where & item("Q4", "share") & (pl.col("category") == answer), estimate=share[answer])
        r.put("estimates", where & item("Q4", side), estimate=share[answer])


def _yes(r: Release, *groups: str) -> int:
    rows = [row_of(r, KEN & domain("P2", g) & item("Q4", "share") & (pl.col("category") == "1")) for g in groups]
    return sum(round(x["estimate"] * x["n"]) for x in rows)


def a_group_that_all_said_no(r: Release):
    _answered_yes(r, GHA & domain("P2", "n"), 1)


def hidden_groups_that_all_said_no(r: Release):
    _answered_yes(r, KEN & ALL, _yes(r, "n", "s") + 1)


def few_in_hidden_groups_who_said_yes(r: Release):
    _answered_yes(r, KEN & ALL, _yes(r, "n", "s") + 5)


def everybody_shown_to_have_said_no(r: Release):
    r.reveal(unit("FJI", "2022") & ALL & item("Q4"))


def a_coarse_statement_that_is_not(r: Release):
    r.put("coded", pl.col("category") == "1", high=0.03)


def a_coarse_statement_of_near_unanimity(r: Release):
    r.put("coded", pl.col("category") == "2", low=0.99)


# Peers


def _peer(recipient: str, pseudonym: str, code: str, measure: str) -> pl.Expr:
    row = (pl.col("recipient") == recipient) & (pl.col("pseudonym") == pseudonym)
    return row & (pl.col("indicator") == code) & (pl.col("measure") == measure)


def a_share_with_a_decimal(r: Release):
    moved = {c: pl.col(c) + 0.004 for c in ("estimate", "ci_low", "ci_high")}
    r.put("peers", _peer("KEN", "Member A", "Q1", "favourable"), **moved)


def a_narrower_interval_for_one_member(r: Release):
    where = _peer("", "Member B", "F01", "mean_score")
    r.put("peers", where, ci_low=pl.col("estimate") - 5, ci_high=pl.col("estimate") + 5)


def an_interval_of_75_answers(r: Release):
    where = _peer("", "Member B", "Q2", "favourable")
    r.put("peers", where, estimate=0.41, ci_low=0.41 - 0.109, ci_high=0.41 + 0.109)


def effective_sizes_of_peers(r: Release):
    r.tables["peers"] = r.tables["peers"].with_columns(n_effective=pl.lit(148.0))


COMPARED = GHA & (pl.col("kind") == "member_vs_peers") & item("F01")


def a_p_value_against_the_peers(r: Release):
    r.put("comparisons", COMPARED, p_value=0.034)


def a_sharp_q_value_against_the_peers(r: Release):
    r.put("comparisons", COMPARED, q_value=0.0213)


def a_sharp_difference_to_the_peers(r: Release):
    r.put("comparisons", COMPARED, **{c: pl.col(c) + 0.27 for c in ("difference", "ci_low", "ci_high")})


def a_sharp_effect_against_the_peers(r: Release):
    effect = pl.when(COMPARED).then(3.2718)
    r.tables["comparisons"] = r.tables["comparisons"].with_columns(
        effect_size=effect, effect_name=pl.when(COMPARED).then(pl.lit("difference_points"))
    )


def a_member_that_does_not_share(r: Release):
    rows = r.tables["peers"].filter(recipient="", pseudonym="Member A")
    figures = {(x["indicator"], x["measure"]) for x in rows.iter_rows(named=True)}
    for x in r.tables["estimates"].filter(unit("OMN", "2024") & ALL).iter_rows(named=True):
        if (x["indicator"], x["measure"]) in figures:
            r.add("peers", peer_row("", "Member H", False, x))


def four_other_members(r: Release):
    r.tables["peers"] = r.tables["peers"].filter(
        (pl.col("recipient") != "KEN") | ~pl.col("pseudonym").is_in(["Member E", "Member F"])
    )
    r.pages = good_pages(r.tables["estimates"], r.tables["peers"])


def a_mean_of_few_members(r: Release):
    r.put("comparisons", COMPARED, indicator="Q9")


def a_real_code_among_pseudonyms(r: Release):
    r.put("peers", (pl.col("recipient") == "EST") & (pl.col("pseudonym") == "Member C"), pseudonym="PER")


def another_member_as_ones_own(r: Release):
    r.put("peers", (pl.col("recipient") == "EST") & pl.col("own"), pseudonym="Estonia")


def _named(r: Release, order):
    r.tables["peers"] = peer_table(r.tables["estimates"], order)


def the_same_names_for_two_recipients(r: Release):
    """Fiji sees Estonia where Estonia sees Fiji, and all others alike."""
    estonia = drawn("EST", [m for m in SHARING if m != "EST"])
    fiji = ["EST" if m == "FJI" else m for m in estonia]
    _named(r, lambda recipient, others: fiji if recipient == "FJI" else drawn(recipient, others))


def names_by_the_alphabet(r: Release):
    _named(r, lambda recipient, others: sorted(others))


def names_by_the_score(r: Release):
    scores = dict(
        r.truth.filter(ALL & item("F01") & (pl.col("wave") == "2024")).select("member", "estimate").iter_rows()
    )
    _named(r, lambda recipient, others: sorted(others, key=scores.get, reverse=True))
