"""Differences that reports speak of: waves, groups, populations, a member and its peers.

Each kind builds pairs of estimates and their variance; one function tests them all.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.bridges import PAIR, WAVES, Bridges, comparable, same_scales
from pipeline.estimate.design import UNIT
from pipeline.estimate.independence import independence
from pipeline.estimate.independent import independent
from pipeline.estimate.intervals import t_quantile, t_test
from pipeline.estimate.moments import Moments, compared
from pipeline.estimate.rank_tests import SIDE, wilcoxon
from pipeline.estimate.variance import difference_variance
from pipeline.estimate.wave_pairs import FIGURES, alike, groups_of_both, wave_pairs

KEYS = ["indicator", "indicator_kind", "measure", "category"]
# One family of tests per question that a page answers (Benjamini and Hochberg 1995): all indicators of
# one kind and measure in one comparison, for a profile variable all its pairs together.
FAMILY = [
    "kind",
    "member",
    "wave",
    "population",
    "domain_variable",
    "other_wave",
    "other_population",
    "indicator_kind",
    "measure",
    "adjustment",
    "test",
]
POWER = 0.8416212335729143  # the normal quantile of 80 %: `detectable` is what a test at 5 % finds that often
SIZE, PLACE = pl.len(), pl.int_range(pl.len())  # of a family, and a row's place in its order, from 0
_PLAIN = pl.lit("none")  # not adjusted
FEWEST = 30.0  # effective answers on the smaller side; below it `make simulate` finds tests that cry wolf too often


def compare(
    moments: Moments,
    estimates: pl.DataFrame,
    sharing: list[str] | None = None,
    adjusted: pl.DataFrame | None = None,
    bridges: Bridges | None = None,
    bridged: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The comparisons table before disclosure control, without p-values adjusted for families.

    The difference is this side minus the other. `sharing`: the members whose
    figures may enter a mean of peers; all, if left out. `adjusted`: wave changes
    adjusted for who was asked (see adjusted.py), which stand beside the plain ones. Units that `moments` does
    not know, as only their estimates came, are compared by those alone: no group
    differences, no ranks. `bridges` and `bridged` (estimates.bridged_estimates):
    which questionnaires were followed and what may be compared between them; left
    out, whatever has the same concept or code may.
    """
    usable = estimates.filter(compared())
    known = usable.join(moments.design.places.select(UNIT).unique(), on=UNIT, how="semi")
    changes, gaps = wave_changes(usable, bridges, bridged), population_gaps(usable, bridges)
    groups = group_differences(moments, known)
    plain = _tested(pl.concat([changes, groups, gaps, members_against_peers(usable, sharing)], how="diagonal_relaxed"))
    tables = [plain, _ranked(moments, plain), _associations(moments, usable)]
    if adjusted is not None:
        tables.append(_tested(adjusted, adjustment=pl.col("adjustment")))
    table = pl.concat(tables, how="diagonal_relaxed")
    return table.with_columns(reliable=pl.min_horizontal("kish", "kish_other") >= FEWEST)


def _ranked(moments: Moments, means: pl.DataFrame) -> pl.DataFrame:
    """The same pairs once more by their ranks, for items whose answers have an order (both sides' must be known)."""
    units = moments.design.places.select(UNIT).unique()
    pairs = (
        means.join(units, on=UNIT, how="semi")
        .join(units.rename({u: f"other_{u}" for u in UNIT}), on=[f"other_{u}" for u in UNIT], how="semi")
        .filter(
            pl.col("indicator_kind") == "item",
            pl.col("measure").is_in(["mean_score", "mean"]),
            pl.col("kind") != "member_vs_peers",
            pl.col("bridge").fill_null("same") != "recoded",  # answers of different scales have no common order
        )
        .drop(
            "difference",
            "se",
            "df",
            "statistic",
            "p_value",
            "effect_size",
            "effect_low",
            "effect_high",
            "ci_low",
            "ci_high",
            "detectable",
        )
        .with_row_index("pair")
    )
    this = pairs.select("pair", *SIDE, side=pl.lit(1))
    other = pairs.select(
        "pair",
        **{u: f"other_{u}" for u in UNIT},
        domain_variable="other_variable",
        domain_category="other_domain_category",
        indicator="other_indicator",
        side=pl.lit(-1),
    )
    tested = wilcoxon(moments, pl.concat([this, other.select(this.columns)]))
    return (
        pairs.join(tested, on="pair")
        .drop("pair")
        .with_columns(
            measure=pl.lit("rank"),
            ranked_measure=pl.col("measure"),
            test=pl.lit("wilcoxon"),
            effect_name=pl.lit("probability_of_superiority"),
            ci_low=pl.col("effect_low") - 0.5,
            ci_high=pl.col("effect_high") - 0.5,
        )
    )


def _associations(moments: Moments, estimates: pl.DataFrame) -> pl.DataFrame:
    """One row per item and profile variable: is there any difference between its groups."""
    names = estimates.select(*UNIT, "indicator", "indicator_kind", "concept", "link").unique()
    links = estimates.select(*UNIT, "domain_variable", "domain_link").unique()
    return (
        independence(moments)
        .join(names.filter(indicator_kind="item"), on=[*UNIT, "indicator"])
        .join(links, on=[*UNIT, "domain_variable"])
        .with_columns(
            pl.lit("").alias("domain_category"),
            pl.lit("").alias("other_domain_category"),
            pl.lit("").alias("category"),
            kind=pl.lit("group_difference"),
            adjustment=pl.lit("none"),
            **{f"other_{u}": pl.col(u) for u in UNIT},
        )
    )


def wave_changes(
    estimates: pl.DataFrame, bridges: Bridges | None = None, bridged: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Each wave against the one before it, in every domain, of what both waves asked. Waves are independent samples.

    What was asked otherwise is compared only as the questionnaires say (see
    bridging.py), and `bridge` says that it is: same, declared, recoded or anchored.
    Groups are compared where the profile question was the same.
    """
    waves = estimates.select("member", "population", "wave").unique().sort("member", "population", "wave")
    steps = waves.with_columns(other_wave=pl.col("wave").shift(1).over("member", "population")).drop_nulls()
    linked = alike(estimates, steps) if bridges is None else comparable(steps.select(WAVES), bridges)
    published = linked.filter(~pl.col("computed"))
    groups = groups_of_both(steps, published)
    pairs = wave_pairs(estimates, published, groups)
    if bridged is not None:
        made = wave_pairs(bridged, linked.filter("computed"), groups, PAIR)
        pairs = pl.concat([pairs, made], how="diagonal_relaxed")
    return independent(pairs).with_columns(
        kind=pl.lit("wave_change"),
        other_member="member",
        other_population="population",
        other_domain_category="domain_category",
    )


def population_gaps(estimates: pl.DataFrame, bridges: Bridges | None = None) -> pl.DataFrame:
    """One population against another of the same member and wave, by concept and factor.

    Each is asked in words of its own; a question needs the same scale in both.
    """
    everybody = estimates.filter(pl.col("domain_variable") == "")
    on = ["member", "wave", "link", "measure", "category"]
    other = _other(everybody).drop("other_member", "other_wave", "other_domain_category")
    pairs = everybody.join(other, left_on=on, right_on=["other_member_", "other_wave_", *on[2:]]).filter(
        pl.col("population") < pl.col("other_population")
    )
    if bridges is not None:
        pairs = pairs.join(same_scales(bridges), on=[*UNIT, "other_population", "indicator"], how="semi")
    return independent(pairs).with_columns(
        kind=pl.lit("population_gap"), other_member="member", other_wave="wave", other_domain_category=pl.lit("")
    )


def group_differences(moments: Moments, estimates: pl.DataFrame) -> pl.DataFrame:
    """All pairs of categories of a profile variable within a wave, with the design's covariance."""
    keys = [*UNIT, "domain_variable", *KEYS]
    domains = estimates.filter(pl.col("domain_variable") != "", pl.col("domain_variable") != pl.col("indicator"))
    other = domains.select(
        *keys, other_key="key", other_domain_category="domain_category", **{f"{c}_other": c for c in FIGURES}
    )
    pairs = (
        domains.join(other, on=keys)
        .filter(pl.col("domain_category") > pl.col("other_domain_category"))
        .with_row_index("pair")
    )
    variances = difference_variance(moments, estimates, pairs.select("pair", "key", "other_key"))
    return (
        pairs.drop("variance", "df")
        .join(variances, on="pair")
        .with_columns(
            kind=pl.lit("group_difference"),
            other_member="member",
            other_wave="wave",
            other_population="population",
            other_variable="domain_variable",
            other_indicator="indicator",
            difference=pl.col("estimate") - pl.col("estimate_other"),
            variance_of_difference=pl.col("variance"),
            # a regression on two groups: units with an answer - strata - 1 (R: svyttest)
            df=(pl.col("df") - 1).cast(pl.Float64),
        )
        .drop("pair", "other_key", "variance")
    )


def members_against_peers(estimates: pl.DataFrame, sharing: list[str] | None = None) -> pl.DataFrame:
    """A member's figure minus the mean of its peers' latest reliable figures, each peer weighing alike.

    `sharing`: the members that may be peers; all, if left out. One that shares
    nothing is still held against the others, as that tells nothing about it. A
    figure that peers do not see for itself must not be in their mean, or taking
    the others' figures from it would tell it; too few answers make it unreliable.
    """
    everybody = estimates.filter(pl.col("domain_variable") == "", ~pl.col("indicator_kind").is_in(["item", "rate"]))
    latest = everybody.filter(pl.col("wave") == pl.col("wave").max().over("member", "population"))
    on = ["population", "link", "measure", "category"]
    giving = latest if sharing is None else latest.filter(pl.col("member").is_in(sharing))
    peers = giving.filter("reliable").select(*on, peer="member", **{f"{c}_peer": c for c in FIGURES})
    means = (
        everybody.join(peers, on=on)
        .filter(pl.col("peer") != pl.col("member"))
        .sort("peer")
        .group_by([*UNIT, *on[1:]], maintain_order=True)
        .agg(
            estimate_other=pl.col("estimate_peer").mean(),
            variance_other=pl.col("variance_peer").sum() / pl.len() ** 2,
            df_other=pl.col("df_peer").sum(),
            spread_other=pl.col("spread_peer").mean(),
            kish_other=pl.col("kish_peer").min(),
            n_other=pl.col("n_peer").sum(),
            peers=pl.len(),
        )
    )
    pairs = everybody.join(means, on=[*UNIT, *on[1:]])
    return independent(pairs).with_columns(
        kind=pl.lit("member_vs_peers"),
        other_member=pl.lit("peers"),
        other_wave=pl.lit(""),
        other_population="population",
        other_domain_category=pl.lit(""),
    )


def _other(estimates: pl.DataFrame) -> pl.DataFrame:
    """The other side of a pair: keys twice (one copy is used up by the join), figures with _other."""
    return estimates.select(
        "link",
        "measure",
        "category",
        "domain_link",
        other_variable="domain_variable",
        other_indicator="indicator",
        other_domain_category="domain_category",
        **{f"other_{c}": c for c in UNIT},
        **{f"other_{c}_": c for c in UNIT},
        **{f"{c}_other": c for c in FIGURES},
    )


def _tested(pairs: pl.DataFrame, adjustment: pl.Expr = _PLAIN) -> pl.DataFrame:
    """Interval, t-test and effect size of every pair.

    Effect: the difference in points (of 100) for shares and scores, in standard
    deviations (Cohen 1988) for numbers.
    """
    points = pl.when(pl.col("measure").is_in(["share", "favourable"])).then(100.0).otherwise(1.0)
    pooled = ((pl.col("spread") + pl.col("spread_other")) / 2).sqrt()
    number = pl.col("measure") == "mean"
    table = pairs.with_columns(
        se=pl.col("variance_of_difference").clip(0).sqrt(),
        adjustment=adjustment,
        test=pl.lit("t"),
        effect_name=pl.when(number).then(pl.lit("standardised_difference")).otherwise(pl.lit("difference_points")),
        unit_of_effect=pl.when(~number).then(points).when(pooled > 0).then(1 / pooled),
    )
    difference, se, df = (table[c].cast(pl.Float64).fill_null(np.nan).to_numpy() for c in ("difference", "se", "df"))
    statistic, p = t_test(difference, se, df)
    half = t_quantile(np.nan_to_num(df)) * se
    computed = {"ci_low": difference - half, "ci_high": difference + half, "statistic": statistic, "p_value": p}
    computed["detectable"] = (t_quantile(np.nan_to_num(df)) + POWER) * se
    sides = {"effect_size": "difference", "effect_low": "ci_low", "effect_high": "ci_high"}
    return table.with_columns(pl.Series(name, values).fill_nan(None) for name, values in computed.items()).with_columns(
        **{effect: pl.col(of) * pl.col("unit_of_effect") for effect, of in sides.items()}
    )


def with_adjusted_p(table: pl.DataFrame) -> pl.DataFrame:
    """Within FAMILY q_value (Benjamini and Hochberg 1995) and p_holm (Holm 1979); untested and unreliable rows have none.

    Of all rows with q_value < 0.05 one in twenty is expected to be wrong; that any row with
    p_holm < 0.05 is wrong happens in one family of twenty at most.
    """
    named = table.with_columns(family=pl.concat_str([pl.col(c).fill_null("") for c in FAMILY], separator="|"))
    return holm(benjamini_hochberg(named, among=pl.col("reliable")), among=pl.col("reliable"))


def benjamini_hochberg(table: pl.DataFrame, among: pl.Expr | None = None) -> pl.DataFrame:
    """Adds q_value from p_value within `family` (Benjamini and Hochberg 1995), `among` the rows that count."""
    largest_first = (pl.col("p_value") * SIZE / (SIZE - PLACE)).cum_min()
    return _adjusted(table, among, "q_value", largest_first, descending=True)


def holm(table: pl.DataFrame, among: pl.Expr | None = None) -> pl.DataFrame:
    """Adds p_holm from p_value within `family` (Holm 1979), `among` the rows that count: what Bonferroni promises, with more power."""
    smallest_first = (pl.col("p_value") * (SIZE - PLACE)).cum_max()
    return _adjusted(table, among, "p_holm", smallest_first, descending=False)


def _adjusted(
    table: pl.DataFrame, among: pl.Expr | None, name: str, adjusted: pl.Expr, descending: bool
) -> pl.DataFrame:
    numbered = table.with_row_index("row_")
    counted = pl.col("p_value").is_not_null() & (pl.lit(True) if among is None else among)
    p = numbered.filter(counted).sort("family", "p_value", descending=[False, descending])
    found = p.select("row_", adjusted.over("family").clip(0, 1).alias(name))
    return numbered.join(found, on="row_", how="left").sort("row_").drop("row_")
