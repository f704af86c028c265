"""The method annex: what each public method says of itself, taken from its docstring."""

from __future__ import annotations

import inspect

from pipeline import bridging
from pipeline.estimate import (
    adequacy,
    bridges,
    comparisons,
    dif,
    effect_limits,
    independence,
    intervals,
    linear,
    quality,
    raking,
    rank_tests,
    reliability,
    shrinkage,
    variance,
    weights,
)
from pipeline.protect import bridged, coding, cover, editions, modes, peers, primary, suppression

ANNEX = {
    "weights": (weights.weigh, raking.rake, raking.rake_under_cap),
    "estimates": (variance.domain_means, linear, linear.linear_variance, linear.residuals),
    "intervals": (intervals.share_interval, intervals.mean_interval),
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
    "precision": (adequacy.adequacy, shrinkage.with_shrinkage),
    "quality": (quality.response_quality, quality.intraclass),
    "reliability": (
        reliability.reliability,
        reliability.alpha_interval,
        reliability.omega,
        reliability.omega_with_interval,
        dif.differential_functioning,
    ),
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
