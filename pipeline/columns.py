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
}
# The columns before the first figure are the keys; a family of tests is one too.
_FIRST_FIGURE = {
    "estimates": "estimate",
    "dif": "effect_size",
    "reliability": "estimate",
    "quality": "value",
    "adequacy": "value",
    "comparisons": "difference",
    "bridges": "bridge",
    "modes": "share",
}
KEYS = {name: COLUMNS[name][: COLUMNS[name].index(first)] for name, first in _FIRST_FIGURE.items()}
KEYS["comparisons"].append("family")
