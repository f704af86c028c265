"""What a release holds: the columns of its tables in order, and which of them are keys."""

from __future__ import annotations


def _named(words: str) -> list[str]:
    return words.split()


COLUMNS = {
    "estimates": _named("""
        member wave population domain_variable domain_category indicator indicator_kind measure category concept
        estimate se ci_low ci_high df n deff n_effective shrunk shrunk_low shrunk_high status
    """),
    "dif": _named("""
        grouping population factor indicator kind effect_size statistic df p_value q_value flag groups members
        status
    """),
    "reliability": _named("""
        member wave population indicator item statistic estimate ci_low ci_high n verdict status
    """),
    "quality": _named("""
        member wave population check indicator value ci_low ci_high n status
    """),
    "adequacy": _named("""
        member wave population statistic detail value status
    """),
    "drivers": _named("""
        member wave population outcome answer model term term_category statistic estimate se ci_low ci_high df
        p_value q_value n verdict status
    """),
    "comparisons": _named("""
        kind member wave population domain_variable domain_category other_member other_wave other_population
        other_domain_category indicator indicator_kind measure category concept adjustment test difference se
        ci_low ci_high statistic df_numerator df p_value q_value p_holm detectable effect_size effect_low
        effect_high effect_name bridge family status
    """),
    "bridges": _named("""
        population instrument other_instrument indicator indicator_kind other_indicator concept bridge reason anchors
        items other_items left_out other_left_out note status
    """),
    "modes": _named("""
        member wave population mode share status
    """),
    "adjustments": _named("""
        member population wave other_wave held_fixed held_fixed_by_regression left_out reference reason variable
        status
    """),
    "results": _named("""
        kind member population wave other_wave indicator measure statistic supported initiatives adjustment
        baseline latest latest_low latest_high value ci_low ci_high p_value q_value bridge target n members verdict
        status
    """),
    "trends": _named("""
        member population indicator indicator_kind measure category concept adjustment first_wave last_wave waves
        slope se ci_low ci_high df statistic p_value q_value departure_statistic departure_df departure_p_value
        departure_q_value change change_low change_high equivalence_p_value verdict change_point
        change_point_p_value status
    """),
    "ranks": _named("""
        recipient pseudonym own population indicator indicator_kind concept measure
        rank_low rank_high members apart group pooled gain status
    """),
    "context": _named("""
        member period_start period_end indicator breakdown value unit source rate rate_of rate_base base_start base_end
        rate_per ci_low ci_high method status
    """),
    "context_checks": _named("""
        member period_start period_end indicator breakdown parts value parts_sum difference status
    """),
}
# The columns before the first figure are the keys; a family of tests is one too.
_FIRST_FIGURE = {
    "estimates": "estimate",
    "dif": "effect_size",
    "reliability": "estimate",
    "quality": "value",
    "adequacy": "value",
    "drivers": "estimate",
    "comparisons": "difference",
    "adjustments": "held_fixed",
    "results": "supported",
    "trends": "slope",
    "ranks": "rank_low",
    "context": "value",
    "context_checks": "value",
    "bridges": "bridge",
    "modes": "share",
}
KEYS = {name: COLUMNS[name][: COLUMNS[name].index(first)] for name, first in _FIRST_FIGURE.items()}
KEYS["comparisons"].append("family")
# What columns of `results` hold that are no keys, if not numbers with a fraction.
WORDS = ("supported", "adjustment", "bridge", "verdict")
COUNTS = ("initiatives", "n", "members")
# Every table of a release: those whose rows are made ready by release.publishable, and the others.
TABLES = COLUMNS | {
    "units": _named("""
        member wave population instrument n weighted weighting margins population_size margin_difference cap capped
        margin_missed largest_weight weighting_effect as_of status
    """),
    "peers": _named("""
        recipient pseudonym own population indicator indicator_kind concept measure estimate ci_low ci_high status
    """),
    "coded": _named("member wave population indicator measure category low high"),
}
TABLE_KEYS = KEYS | {
    "units": TABLES["units"][:3],
    "peers": TABLES["peers"][:8],
    "coded": TABLES["coded"][:6],
}
