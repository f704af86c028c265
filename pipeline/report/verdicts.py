"""Five verdicts on a difference, the same everywhere."""

from __future__ import annotations

SAME_POINTS = 5.0  # points of 100: a difference surely smaller than this is "about the same"
ALPHA = 0.05
SHIFT = 0.10  # a profile category's share that moved by more makes two waves incomparable, until adjusted


def verdict(row: dict, comparable: bool = True) -> str:
    """higher, lower, about_the_same, cannot_tell or not_comparable, for a row of comparisons."""
    if not comparable:
        return "not_comparable"
    if row["status"] != "published" or row["difference"] is None or row["ci_low"] is None:
        return "cannot_tell"
    if row["q_value"] is not None and row["q_value"] <= ALPHA:  # a band's upper edge too
        return "higher" if row["difference"] > 0 else "lower"
    scale = 100 if row["measure"] in ("share", "favourable") else 1
    inside = row["ci_low"] * scale > -SAME_POINTS and row["ci_high"] * scale < SAME_POINTS
    return "about_the_same" if inside else "cannot_tell"


MARKS = {"higher": "▲", "lower": "▼", "about_the_same": "=", "cannot_tell": "?", "not_comparable": "‖"}
CLEAR = ("higher", "lower")  # the verdicts of a difference that stands
