"""Attacks on differences: one side and the difference give the other side away, and tests know hidden groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.tables import DOMAIN, LINK, UNIT

OVERALL = ["rao_scott_f", "kruskal_wallis"]
SIDE = [*UNIT, "domain", "domain_category", "link", "measure", "category"]
RANKED = ["mean_score", "mean"]  # whose base a rank test shares
SHOWN_TO_OTHERS = ["difference", "ci_low", "ci_high", "effect_size", "effect_low", "effect_high"]


def comparisons_with_hidden_sides(desk: Desk) -> Iterator[Finding]:
    """A shown difference of which one side is suppressed."""
    rows = _linked(desk, desk.tables["comparisons"]).filter(
        pl.col("status") != "suppressed", ~pl.col("test").is_in(OVERALL), pl.col("kind") != "member_vs_peers"
    )
    hidden = _hidden_sides(desk)
    mine = rows.join(hidden, on=SIDE, how="semi", nulls_equal=True)
    other = {c: f"other_{c}" for c in [*UNIT, "domain_category"]}
    right = rows.join(hidden.rename(other), on=[other.get(c, c) for c in SIDE], how="semi", nulls_equal=True)
    sides = ["kind", *UNIT, *DOMAIN, *[c for c in rows.columns if c.startswith("other_")]]
    for row, more in _grouped(pl.concat([mine, right]).unique(), sides):
        what = f"a side of this difference is suppressed; the other side and the difference give it away{more}"
        yield Finding("comparison-side", place("comparisons", row), what)


def tests_over_hidden_groups(desk: Desk) -> Iterator[Finding]:
    """A shown test over all groups of which one is suppressed."""
    rows = _linked(desk, desk.tables["comparisons"]).filter(
        pl.col("status") != "suppressed", pl.col("test").is_in(OVERALL)
    )
    over = [*UNIT, "domain", "link"]
    hidden = _hidden_sides(desk).select(over).unique()
    given = rows.join(hidden, on=over, how="semi", nulls_equal=True)
    for row, more in _grouped(given, [*UNIT, "domain_variable", "test"]):
        what = f"{row['test']} over all groups, one of which is suppressed{more}"
        yield Finding("overall-test", place("comparisons", row), what)


def _grouped(rows: pl.DataFrame, keys: list[str]) -> Iterator[tuple[dict, str]]:
    """The first row of each group, and in words how many more there are."""
    for _, group in rows.sort(*keys, "indicator", "measure", "category").group_by(keys, maintain_order=True):
        yield group.row(0, named=True), f" (and {group.height - 1} more)" if group.height > 1 else ""


def _hidden_sides(desk: Desk) -> pl.DataFrame:
    """Suppressed figures as sides of comparisons; a suppressed score or mean hides the ranks too."""
    hidden = _linked(desk, desk.estimates.filter(~pl.col("shown"))).select(SIDE)
    ranks = hidden.filter(pl.col("measure").is_in([*RANKED, "share"]))
    return pl.concat([hidden, ranks.with_columns(measure=pl.lit("rank"), category=pl.lit(""))]).unique()


def _linked(desk: Desk, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `link` and `domain`: questions by their concept, so that the sides of two questionnaires meet."""
    concepts = desk.items.filter(pl.col("item_concept") != "").select("instrument", "code", "item_concept")
    instruments = desk.units.select(*UNIT, "instrument")
    plain = rows.drop("instrument", "item_concept", strict=False).join(instruments, on=UNIT, how="left")
    named = plain.join(
        concepts.rename({"code": "domain_variable", "item_concept": "domain"}),
        on=["instrument", "domain_variable"],
        how="left",
    )
    return named.with_columns(LINK, domain=pl.coalesce("domain", "domain_variable"))


def tell_tale_q_values(desk: Desk) -> Iterator[Finding]:
    """q-values that are not the adjustment of the published p-values of their family.

    The Benjamini-Hochberg adjustment (Benjamini and Hochberg 1995) depends on how many tests there
    were and where they ranked: computed with hidden rows, it says something of them.
    """
    table = desk.tables["comparisons"].filter(
        pl.col("status") != "suppressed",
        pl.col("kind") != "member_vs_peers",  # of which only the band may be seen
        pl.col("q_value").is_not_null(),
        pl.col("p_value").is_not_null(),
    )
    wrong = adjusted(table).filter((pl.col("q_value") - pl.col("expected")).abs() > 1e-6 * pl.col("expected") + 1e-12)
    for (family,), rows in wrong.group_by("family", maintain_order=True):
        example = rows.row(0, named=True)
        what = f"{rows.height} q-values are not those of the published p-values ({example['q_value']:.4g} for {example['expected']:.4g})"
        yield Finding("q-value", f"comparisons: family {family}", what)


def adjusted(table: pl.DataFrame) -> pl.DataFrame:
    ordered = table.with_columns(pl.col("family").cast(pl.Categorical)).sort(
        "family", "p_value", descending=[False, True]
    )
    size = pl.len().over("family")
    rank = size - pl.int_range(pl.len()).over("family")
    return ordered.with_columns(expected=(pl.col("p_value") * size / rank).cum_min().over("family").clip(0, 1))


def unrounded_peer_differences(desk: Desk) -> Iterator[Finding]:
    """Differences to the peers' mean that are sharper than a reader of others' figures may see."""
    rows = desk.tables["comparisons"].filter(pl.col("kind") == "member_vs_peers", pl.col("status") != "suppressed")
    sharp = ["se", "statistic", "df_numerator", "df", "p_value", "detectable"]
    for row in rows.iter_rows(named=True):
        filled = [c for c in sharp if row[c] is not None]
        if filled:
            yield Finding("peer-test", place("comparisons", row), f"{listed(filled)}: tells how many answered")
        if row["q_value"] is not None and row["q_value"] not in (0.01, 0.05, 0.1, 1.0):
            yield Finding("peer-test", place("comparisons", row), f"q_value {row['q_value']:.4g} is no band")
        unrounded = [c for c in SHOWN_TO_OTHERS if _sharper(row, c, desk.rules)]
        if unrounded:
            yield Finding("peer-difference", place("comparisons", row), f"{listed(unrounded)}: not rounded")


def _sharper(row: dict, column: str, rules: dict) -> bool:
    """Whether a figure lies on neither of the grids that others may see."""
    value, effect = row[column], column.startswith("effect")
    if value is None or (effect and row["effect_name"] != "difference_points"):
        return False
    ranked = row["measure"] in RANKED
    points = 1 if ranked or effect else 100
    middle = "effect_size" if effect else "difference"
    off_grid = _off(value * points, rules["score_step"] if ranked else rules["share_step"])
    half = (value - (row[middle] or 0)) * points
    return off_grid and (column == middle or _off(half, rules["interval_step"]))


def _off(value: float, step: float) -> bool:
    return abs(value / step - np.round(value / step)) > 1e-6
