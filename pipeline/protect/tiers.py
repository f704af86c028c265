"""What a member may hand on of its own release: to a workshop with the trade, to the public.

A tier is the release with rows taken away and figures rounded, so that nothing stands in
it that the release does not tell; no figure is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect.rounding import band, points, rounded, rounded_up, step_of

STEP = 1.0  # points of 100
WHOLE_UNIT = ("n", "weighting", "margins", "as_of")  # what is told of how a unit was asked
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Tier:
    """tables: those that stay; groups: whether groups of respondents are told of; sensitive: whether sensitive questions are;
    bases: whether it is told on how many answers each figure rests; left_out: parts of a report that go (their ids)."""

    name: str
    tables: tuple[str, ...]
    groups: bool
    sensitive: bool
    bases: bool
    left_out: tuple[str, ...]


_SHARED = ("units", "estimates", "comparisons", "adjustments", "bridges", "adequacy", "results", "context", "context_checks")
WORKSHOP = Tier("workshop", (*_SHARED, "coded", "modes"), True, True, True, ("drivers", "quality"))
PUBLIC = Tier("public", _SHARED, False, False, False, ("breakdowns", "drivers", "quality"))
TIERS = {tier.name: tier for tier in (WORKSHOP, PUBLIC)}


def tier_of(tables: Tables, codebook: dict, member: str, tier: Tier) -> Tables:
    """The tables of a release that one member may hand on in a tier; a table that goes has no rows.

    Shares and scores are rounded to whole points of 100, q-values to their band; errors,
    degrees of freedom and test statistics, which tell group sizes, go. Groups are
    never told of where the question is sensitive.
    """
    kept = {n: t.filter(pl.col("member") == member) if "member" in t.columns else t for n, t in tables.items()}
    known = _sensitive(kept["units"], codebook)
    made = {
        "units": _units(kept["units"]),
        "estimates": _estimates(kept["estimates"], known, tier),
        "comparisons": _comparisons(kept["comparisons"], known, tier),
        "adequacy": kept["adequacy"].with_columns(pl.col("value").round(1)),
        "results": _results(kept["results"]),
        "bridges": kept["bridges"].filter(pl.col("instrument").is_in(kept["units"]["instrument"].implode())),
    }
    return {name: table if name in tier.tables else table.clear() for name, table in (kept | made).items()}


def _sensitive(units: pl.DataFrame, codebook: dict) -> pl.DataFrame:
    """UNIT, indicator: sensitive questions, asked directly or not."""
    rows = [
        (*unit, question["code"])
        for *unit, name in units.select(*UNIT, "instrument").iter_rows()
        for part in ("items", "indirect")
        for question in codebook["instruments"][name][part]
        if question["sensitive"]
    ]
    return pl.DataFrame(rows, dict.fromkeys([*UNIT, "indicator"], pl.String), orient="row")


def _units(units: pl.DataFrame) -> pl.DataFrame:
    keys = ["instrument", "weighted", "status", *UNIT, *WHOLE_UNIT]
    return units.with_columns(pl.lit(None, kind).alias(c) for c, kind in units.schema.items() if c not in keys)


def _allowed(table: pl.DataFrame, known: pl.DataFrame, tier: Tier) -> pl.DataFrame:
    """Without what the tier does not tell of: groups, sensitive questions, groups on sensitive questions."""
    marked = table.join(known.with_columns(hushed=True), on=[*UNIT, "indicator"], how="left", maintain_order="left")
    hushed, group = pl.col("hushed").fill_null(False), pl.col("domain_variable") != ""
    gone = (group & (hushed | pl.lit(not tier.groups))) | (hushed & pl.lit(not tier.sensitive))
    return marked.filter(~gone).drop("hushed")


def _estimates(estimates: pl.DataFrame, known: pl.DataFrame, tier: Tier) -> pl.DataFrame:
    step, kept = step_of(STEP, STEP), _allowed(estimates, known, tier)
    ends = [rounded(pl.col(c), step).alias(c) for c in ("estimate", "ci_low", "ci_high")]
    return _without(kept.with_columns(ends), "se", "df", "deff", "n_effective", "shrunk", "shrunk_low", "shrunk_high", *(() if tier.bases else ("n",)))


def _comparisons(comparisons: pl.DataFrame, known: pl.DataFrame, tier: Tier) -> pl.DataFrame:
    mine = comparisons.filter(pl.col("test") == "t", pl.col("kind") != "member_vs_peers")
    kept, step = _allowed(mine, known, tier), step_of(STEP, STEP)
    figures = [rounded(pl.col(c), step).alias(c) for c in ("difference", "ci_low", "ci_high")]
    seen = [band(pl.col("q_value")).alias("q_value"), rounded_up(pl.col("detectable") * points(), pl.lit(STEP)) / points()]
    gone = ("se", "statistic", "df_numerator", "df", "p_value", "p_holm", "effect_size", "effect_low", "effect_high", "effect_name")
    return _without(kept.with_columns(*figures, *seen[:1], detectable=seen[1]), *gone)


def _results(results: pl.DataFrame) -> pl.DataFrame:
    """Of the member's own factors and targets; its figures in points of 100 or shares, as the measure says."""
    step = step_of(STEP, STEP)
    figures = ("baseline", "latest", "latest_low", "latest_high", "value", "ci_low", "ci_high")
    return _without(results.with_columns(*(rounded(pl.col(c), step) for c in figures), q_value=band(pl.col("q_value"))), "p_value")


def _without(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The table with these columns empty."""
    return table.with_columns(pl.lit(None, table.schema[c]).alias(c) for c in columns)
