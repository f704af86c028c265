"""Every planted leak is found, in its place, and nothing else is called one."""

import pytest

from pipeline.audit import audit
from tests.audit import leaks, page_leaks
from tests.audit.releases import good_release

PLANTED = [
    (leaks.a_value_in_a_suppressed_row, {"suppressed-value"}, "KEN 2024 officials, P2=w, Q1 mean_score"),
    (leaks.a_base_in_a_suppressed_comparison, {"suppressed-value"}, "comparisons: KEN 2024"),
    (leaks.a_base_under_the_minimum, {"small-base"}, "GHA 2024 officials, P1=f, Q1 nonresponse"),
    (leaks.a_small_base_behind_a_reliability, {"small-base"}, "reliability: GHA 2024"),
    (leaks.a_unit_under_the_minimum, {"small-unit"}, "units: LAO 2022"),
    (leaks.the_size_of_a_hidden_unit_among_adequacy, {"small-unit"}, "adequacy: LAO 2022"),
    (leaks.a_total_that_counts_the_hidden_unit, {"unit-size"}, "LAO 2022"),
    (leaks.rows_of_a_hidden_unit_s_file, {"unit-size"}, "LAO 2022 officials"),
    (leaks.a_key_in_the_manifest, {"secret"}, "manifest.json"),
    (leaks.a_key_in_a_table, {"secret"}, "units: column as_of"),
    (leaks.a_key_on_a_page, {"secret"}, "index.html"),
    (leaks.a_column_of_respondents, {"column"}, "estimates"),
    (leaks.a_csv_with_other_figures, {"csv"}, "adequacy.csv"),
    (leaks.a_csv_with_more_rows, {"csv"}, "quality.csv"),
    (leaks.a_csv_with_a_column_of_its_own, {"csv"}, "units.csv"),
    (leaks.women_by_region, {"crossing"}, "GHA 2024 officials, P2, P1"),
    (leaks.a_breakdown_that_the_rules_leave_out, {"breakdown"}, "P3"),
    (leaks.a_breakdown_by_a_sensitive_answer, {"breakdown"}, "GHA 2024 officials, Q4"),
    (leaks.a_difference_to_a_hidden_group, {"comparison-side"}, "KEN 2024 officials, P2=n"),
    (leaks.a_rank_test_with_a_hidden_group, {"comparison-side"}, "Q1 rank"),
    (leaks.a_test_over_all_groups_one_of_them_hidden, {"overall-test"}, "KEN 2024 officials, P2"),
    (leaks.q_values_that_know_hidden_tests, {"q-value"}, "wave_change|GHA"),
    (leaks.a_trend_over_a_hidden_wave, {"trend-wave"}, "trends: FJI officials, Q4 favourable"),
    (leaks.q_values_of_trends_that_know_hidden_ones, {"q-value"}, "trends: family GHA|officials|factor"),
    (leaks.how_well_a_margin_with_a_hidden_group_fits, {"adequacy-detail"}, "r_indicator P2"),
    (leaks.the_largest_weight_of_a_margin_with_a_hidden_group, {"weights"}, "units: KEN 2024 officials"),
    (leaks.two_respondents_who_rushed, {"flag-count"}, "EST 2024 officials, speeding"),
    (leaks.a_single_hidden_group, {"exact"}, "KEN 2024 officials, P2"),
    (leaks.a_single_hidden_group_but_for_few_who_did_not_state_it, {"narrow", "exact"}, "GHA 2024 officials, P1"),
    (leaks.hidden_groups_that_are_few_together, {"remainder"}, "EST 2024 officials, P2"),
    (leaks.regions_hidden_in_two_zones, {"linked"}, "GHA 2024 officials, P2="),
    (leaks.shares_of_everybody_that_size_hidden_groups, {"domain-size"}, "KEN 2024 officials, P2=w"),
    (leaks.silence_beside_a_hidden_figure, {"nonresponse"}, "EST 2024 officials, P2=e, Q1"),
    (leaks.one_hidden_answer, {"share-sum"}, "GHA 2024 officials, Q1 3"),
    (leaks.a_hidden_answer_of_a_shown_side, {"side-sum"}, "GHA 2024 officials, Q1"),
    (leaks.a_hidden_side_of_shown_answers, {"side-sum"}, "GHA 2024 officials, Q1"),
    (leaks.one_hidden_question_of_a_shown_factor, {"factor-item"}, "GHA 2024 officials, P1=f, Q1"),
    (leaks.one_hidden_factor_of_a_shown_index, {"factor-item"}, "GHA 2024 officials, F02"),
    (leaks.a_group_that_all_said_no, {"unanimous"}, "GHA 2024 officials, P2=n, Q4"),
    (leaks.hidden_groups_that_all_said_no, {"unanimous-remainder", "answer-bounds"}, "KEN 2024 officials, P2, Q4 2"),
    (leaks.few_in_hidden_groups_who_said_yes, {"answer-bounds"}, "KEN 2024 officials, P2, Q4 1"),
    (leaks.everybody_shown_to_have_said_no, {"unanimous", "unanimous-remainder"}, "FJI 2022 officials, Q4"),
    (
        leaks.a_sensitive_question_by_gender_which_a_few_did_not_state,
        {"unstated-answers"},
        "GHA 2024 officials, P1, Q4",
    ),
    (leaks.a_coarse_statement_that_is_not, {"coded-tight"}, "FJI 2022 officials, Q4 share 1"),
    (
        leaks.a_coarse_statement_of_near_unanimity,
        {"coded-tight", "unanimous-remainder"},
        "FJI 2022 officials, Q4 share 2",
    ),
    (leaks.a_share_with_a_decimal, {"peer-step"}, "table of KEN"),
    (leaks.a_narrower_interval_for_one_member, {"peer-width"}, "everybody"),
    (leaks.an_interval_of_75_answers, {"peer-inversion", "peer-width"}, "everybody"),
    (leaks.effective_sizes_of_peers, {"peer-column"}, "peers"),
    (leaks.a_p_value_against_the_peers, {"peer-test"}, "GHA 2024"),
    (leaks.a_sharp_q_value_against_the_peers, {"peer-test"}, "GHA 2024"),
    (leaks.a_sharp_difference_to_the_peers, {"peer-difference"}, "GHA 2024"),
    (leaks.a_sharp_effect_against_the_peers, {"peer-difference"}, "GHA 2024"),
    (leaks.a_member_that_does_not_share, {"peer-sharing"}, "Member H"),
    (leaks.four_other_members, {"peer-few"}, "table of KEN"),
    (leaks.a_mean_of_few_members, {"peer-mean"}, "GHA 2024"),
    (leaks.a_real_code_among_pseudonyms, {"peer-name"}, "table of EST, PER"),
    (leaks.another_member_as_ones_own, {"peer-name"}, "table of EST, Estonia"),
    (leaks.the_same_names_for_two_recipients, {"peer-same-name"}, "EST and FJI"),
    (leaks.names_by_the_alphabet, {"peer-order", "peer-same-name"}, "peers: officials"),
    (leaks.names_by_the_score, {"peer-order", "peer-same-name"}, "peers: officials"),
]
ON_PAGES = [
    (page_leaks.a_hidden_figure_in_a_chart, {"page-number"}, "KEN-2024.html, charts"),
    (page_leaks.a_hidden_figure_in_a_packed_array, {"page-number"}, "KEN-2024.html, charts"),
    (page_leaks.a_hidden_figure_in_a_hover_text, {"page-number"}, "KEN-2024.html, charts"),
    (page_leaks.a_hidden_figure_in_a_chart_s_layout, {"page-number"}, "KEN-2024.html, charts"),
    (page_leaks.an_error_bar_of_its_own, {"page-number"}, "KEN-2024.html, error bars"),
    (page_leaks.a_small_base_in_a_chart, {"page-number"}, "KEN-2024.html, counts in charts"),
    (page_leaks.a_hidden_figure_in_a_bare_list, {"page-number"}, "KEN-2024.html, charts"),
    (page_leaks.data_that_is_no_json, {"page-data"}, "KEN-2024.html"),
    (page_leaks.a_hidden_figure_in_an_attribute, {"page-number"}, "data attributes"),
    (page_leaks.a_small_base_in_an_attribute, {"page-number"}, "counts in attributes"),
    (page_leaks.a_hidden_figure_in_a_title, {"page-number"}, "titles and labels"),
    (page_leaks.a_hidden_figure_in_a_label_for_screen_readers, {"page-number"}, "titles and labels"),
    (page_leaks.a_hidden_figure_in_a_comment, {"page-comment"}, "KEN-2024.html"),
    (page_leaks.a_hidden_figure_in_a_hidden_element, {"page-hidden"}, "KEN-2024.html"),
    (page_leaks.a_hidden_figure_in_a_template, {"page-hidden"}, "KEN-2024.html"),
    (page_leaks.digits_in_a_suppressed_cell, {"page-suppressed"}, "KEN-2024.html"),
    (page_leaks.answers_in_a_chart, {"page-microdata"}, "KEN-2024.html"),
    (page_leaks.answers_in_an_attribute, {"page-microdata"}, "KEN-2024.html"),
    (page_leaks.another_member_s_figures_on_a_page_of_peers, {"page-number"}, "cross-member/KEN.html"),
    (page_leaks.a_member_s_code_on_a_page_of_peers, {"page-name"}, "cross-member.html"),
    (page_leaks.a_member_s_french_name_in_a_chart, {"page-name"}, "cross-member/KEN.html"),
    (page_leaks.a_recipient_s_name_on_everybody_s_page, {"page-name"}, "cross-member.html"),
    (page_leaks.a_wave_on_a_page_of_peers, {"page-wave"}, "cross-member.html"),
    (page_leaks.a_date_on_a_page_of_peers, {"page-date"}, "cross-member/KEN.html"),
    (page_leaks.a_size_on_a_page_of_peers, {"page-size"}, "cross-member.html"),
    (page_leaks.a_script_in_the_page, {"page-script"}, "KEN-2024.html"),
    (page_leaks.a_hidden_figure_for_screen_readers_only, {"page-hidden"}, "KEN-2024.html"),
    (page_leaks.a_hidden_figure_as_the_width_of_a_bar, {"page-number"}, "titles and labels"),
    (page_leaks.a_hidden_figure_in_a_description, {"page-number"}, "titles and labels"),
    (page_leaks.a_script_from_elsewhere, {"page-link"}, "KEN-2024.html"),
    (page_leaks.a_picture_outside_the_folder, {"page-link"}, "cross-member.html"),
    (page_leaks.an_event_handler, {"page-handler"}, "KEN-2024.html"),
    (page_leaks.a_language_that_shows_more, {"page-language"}, "KEN-2024"),
]


@pytest.mark.parametrize(("leak", "kinds", "where"), PLANTED + ON_PAGES, ids=lambda x: getattr(x, "__name__", ""))
def test_a_planted_leak_is_found(leak, kinds, where, tmp_path):
    release = good_release()
    leak(release)
    found = audit(*release.write(tmp_path))
    assert {f.kind for f in found} == kinds, [str(f) for f in found]
    assert any(where in f.where for f in found), [str(f) for f in found]


@pytest.mark.parametrize("name", ["store.duckdb", "pseudonyms.key", "answers.csv", "deeper/estimates.parquet"])
def test_a_file_that_is_no_part_of_a_release_is_found(name, tmp_path):
    release, reports = good_release().write(tmp_path)
    (release / name).parent.mkdir(exist_ok=True)
    (release / name).write_text("x")
    found = audit(release, reports)
    assert [(f.kind, f.where) for f in found] == [("file", f"release: {name}")]


def test_a_key_among_the_pages_is_found(tmp_path):
    release, reports = good_release().write(tmp_path)
    (reports / "pseudonyms.key").write_text("x")
    assert [(f.kind, f.where) for f in audit(release, reports)] == [("file", "reports: pseudonyms.key")]
