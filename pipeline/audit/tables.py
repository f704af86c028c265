"""What a release may hold: its tables, their keys and their other columns. Anything else is a finding."""

from __future__ import annotations

import polars as pl

UNIT = ["member", "wave", "population"]
DOMAIN = ["domain_variable", "domain_category"]
DOCUMENTS = ("manifest", "codebook", "methods", "dictionary")
# What versions of a questionnaire have alike; a code may stand for one question in one of them and for another in the next.
LINK = pl.when(pl.col("concept").fill_null("") != "").then("concept").otherwise("indicator").alias("link")
PEERS_OF = ["recipient", "population", "indicator", "concept", "measure"]  # what one reader sees of one indicator: a row for each member
_PERIOD = ["member", "period_start", "period_end"]
_SIDE = "other_member other_wave other_population other_domain_category"

KEYS = {
    "estimates": [*UNIT, *DOMAIN, *["indicator", "indicator_kind", "measure", "category", "concept"]],
    "comparisons": [
        *("kind", *UNIT, *DOMAIN, *_SIDE.split()),
        *["indicator", "indicator_kind", "measure", "category", "concept", "adjustment", "test", "family"],
    ],
    "adequacy": [*UNIT, "statistic", "detail"],
    "reliability": [*UNIT, "indicator", "item", "statistic"],
    "quality": [*UNIT, "check", "indicator"],
    "drivers": [*UNIT, *["outcome", "answer", "model", "term", "term_category", "statistic"]],
    "dif": ["grouping", "population", "factor", "indicator", "kind"],
    "units": [*UNIT, "instrument", "weighted"],
    "peers": ["recipient", "pseudonym", "own", "population", "indicator", "indicator_kind", "concept", "measure"],
    "ranks": ["recipient", "pseudonym", "own", "population", "indicator", "indicator_kind", "concept", "measure"],
    "coded": [*UNIT, "indicator", "measure", "category"],
    "adjustments": ["member", "population", "wave", "other_wave"],
    "results": ["kind", "member", "population", "wave", "other_wave", "indicator", "measure", "statistic"],
    "trends": [
        *("member", "population", "indicator", "indicator_kind", "measure", "category", "concept"),
        *("adjustment", "first_wave", "last_wave", "waves"),
    ],
    "context": [*_PERIOD, "indicator", "breakdown"],
    "context_checks": [*_PERIOD, "indicator", "breakdown", "parts"],
    "bridges": ["population", "instrument", "other_instrument", *["indicator", "indicator_kind", "other_indicator", "concept"]],
    "modes": [*UNIT, "mode"],
}
FIGURES = {
    "estimates": [
        "estimate",
        "se",
        "ci_low",
        "ci_high",
        "df",
        "n",
        "deff",
        "n_effective",
        "shrunk",
        "shrunk_low",
        "shrunk_high",
    ],
    "comparisons": [
        "difference",
        "se",
        "ci_low",
        "ci_high",
        "statistic",
        "df_numerator",
        "df",
        "p_value",
        "q_value",
        "p_holm",
        "detectable",
        "effect_size",
        "effect_low",
        "effect_high",
        "effect_name",
        "bridge",
    ],
    "adequacy": ["value"],
    "reliability": ["estimate", "ci_low", "ci_high", "n", "verdict"],
    "quality": ["value", "ci_low", "ci_high", "n"],
    "drivers": ["estimate", "se", "ci_low", "ci_high", "df", "p_value", "q_value", "n", "verdict"],
    "dif": ["effect_size", "statistic", "df", "p_value", "q_value", "flag", "groups", "members"],
    "units": [
        "n",
        "weighting",
        "margins",
        "population_size",
        "margin_difference",
        "cap",
        "capped",
        "largest_weight",
        "weighting_effect",
        "margin_missed",
        "as_of",
    ],
    "peers": ["estimate", "ci_low", "ci_high"],
    "ranks": ["rank_low", "rank_high", "members", "apart", "group", "pooled", "gain"],
    "coded": ["low", "high"],
    "results": [
        *("supported", "initiatives", "adjustment", "baseline", "latest", "latest_low", "latest_high", "value"),
        *("ci_low", "ci_high", "p_value", "q_value", "bridge", "target", "n", "members", "verdict"),
    ],
    "adjustments": ["held_fixed", "held_fixed_by_regression", "left_out", "reference", "reason", "variable"],
    "trends": [
        *("slope", "se", "ci_low", "ci_high", "df", "statistic", "p_value", "q_value"),
        *("departure_statistic", "departure_df", "departure_p_value", "departure_q_value"),
        *("change", "change_low", "change_high", "equivalence_p_value"),
        *("verdict", "change_point", "change_point_p_value"),
    ],
    "context": [
        *["value", "unit", "source", "rate", "rate_of", "rate_base", "base_start", "base_end"],
        *["rate_per", "ci_low", "ci_high", "method"],
    ],
    "context_checks": ["value", "parts_sum", "difference"],
    "bridges": ["bridge", "reason", "anchors", "items", "other_items", "left_out", "other_left_out", "note"],
    "modes": ["share"],
}
# What an older release may not have yet, and what is meant then.
ABSENT = {"recipient": pl.lit(""), "own": pl.lit(False), "status": pl.lit("published")}
_NUMBERS = {"weighted": pl.Boolean, "own": pl.Boolean} | dict.fromkeys(
    ["n", "groups", "members", "initiatives", "waves", "rank_low", "rank_high", "anchors", "items", "other_items"], pl.Int64
)
_WORDS = {
    *("held_fixed", "held_fixed_by_regression", "left_out", "reference", "reason", "variable", "supported", "adjustment"),
    *("verdict", "effect_name", "flag", "weighting", "margins", "as_of", "change_point", "group", "bridge", "other_left_out", "note"),
    *("unit", "source", "rate_of", "base_start", "base_end", "method"),
}


def empty(name: str) -> pl.DataFrame:
    """The table without rows, as it reads where a release does not have it."""
    words = {*KEYS[name], "status"} | _WORDS
    kinds = {c: _NUMBERS.get(c, pl.String if c in words else pl.Float64) for c in allowed(name)}
    return pl.DataFrame(schema=kinds)


def allowed(name: str) -> list[str]:
    """The columns of a table."""
    return [*KEYS[name], *FIGURES[name], "status"]
