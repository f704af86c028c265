"""The method annex: what each public method says of itself, taken from its docstring."""

from __future__ import annotations

import inspect

from pipeline import bridging
from pipeline.context import rates, totals
from pipeline.estimate import (
    adequacy,
    adjusted,
    bridges,
    careless,
    change_point,
    comparisons,
    composition,
    dif,
    effect_limits,
    exact,
    independence,
    indirect,
    intervals,
    item_count,
    linear,
    linear_trend,
    pooling,
    quality,
    raking,
    rank_tests,
    ranks,
    reliability,
    shrinkage,
    standardise,
    trends,
    variance,
    weights,
)
from pipeline.estimate.drivers import bootstrap, dominance, effects, models, ordinal, run, separation, terms
from pipeline.estimate.outcomes import factors, members, permutation, targets
from pipeline.protect import bridged, coding, cover, editions, modes, peers, primary, suppression
from pipeline.protect.ranks import ranks_table
from pipeline.waves import wave_time

ANNEX = {
    "weights": (weights.weigh, raking.rake, raking.rake_under_cap),
    "estimates": (variance.domain_means, linear, linear.linear_variance, linear.residuals),
    "intervals": (intervals.share_interval, intervals.mean_interval),
    "indirect": (
        indirect.randomised_share,
        indirect.rate_intervals,
        indirect.list_checks,
        item_count.difference_in_means,
        item_count.maximum_likelihood,
        item_count.no_design_effect,
    ),
    "comparisons": (
        comparisons.wave_changes,
        bridging,
        bridges.bridge_table,
        comparisons.group_differences,
        comparisons.population_gaps,
        comparisons.members_against_peers,
        rank_tests.wilcoxon,
        independence.rao_scott,
        independence.kruskal_wallis,
        effect_limits.effect_limits,
        comparisons.with_adjusted_p,
    ),
    "change": (adjusted.adjusted_changes, composition.hold, standardise.direct, standardise.regression),
    "outcomes": (factors.factor_results, targets.target_results, members.member_results, members.chance_in_baseline, permutation.permutation_p),
    "trends": (
        trends.trends,
        wave_time,
        linear_trend.slope,
        linear_trend.contrast,
        linear_trend.departure,
        linear_trend.wald_f,
        linear_trend.sameness,
        change_point.change_points,
    ),
    "ranks": (ranks.surely_apart, ranks.rank_intervals, ranks.letters, pooling.pooled, ranks_table),
    "precision": (adequacy.adequacy, shrinkage.with_shrinkage),
    "quality": (careless.flags, quality.response_quality, quality.intraclass),
    "reliability": (
        reliability.reliability,
        reliability.alpha_interval,
        reliability.omega,
        reliability.omega_with_interval,
        dif.differential_functioning,
    ),
    "drivers": (
        run.drivers,
        ordinal.fit_weighted,
        effects.average_marginal_effects,
        dominance.general_dominance,
        bootstrap.rao_wu,
        models.events_per_parameter,
        models.joint_test,
        separation.separated,
        terms.inflation,
    ),
    "context": (rates.rate_of, exact.poisson_interval, exact.binomial_interval, totals),
    "protection": (
        suppression.decide,
        primary.unanimous,
        primary.small_domains,
        cover.solve,
        coding.coded,
        bridged.hidden_bridged,
        modes.protect_modes,
        editions.differences,
        peers.peers_table,
        peers.rounded_peer_comparisons,
    ),
}


def methods() -> list[dict]:
    """Sections of the annex: {section, methods: [{name, text}]}; the text is the docstring's, in paragraphs."""
    return [{"section": section, "methods": [_entry(method) for method in found]} for section, found in ANNEX.items()]


def _entry(method) -> dict:
    name = method.__name__.rpartition(".")[2].replace("_", " ")
    paragraphs = [" ".join(p.split()) for p in inspect.getdoc(method).split("\n\n")]
    return {"name": name, "text": paragraphs}
