"""From the store to the release: estimate, protect, write. The only place that writes a release."""

from __future__ import annotations

import polars as pl

from pipeline import __version__
from pipeline.codebook import codebook
from pipeline.context.tables import context_tables
from pipeline.estimate.adequacy import adequacy
from pipeline.estimate.adjusted import adjusted_changes
from pipeline.estimate.adjusted_waves import adjusted_waves
from pipeline.estimate.asked import Asked
from pipeline.estimate.bridges import bridge_table, in_runs
from pipeline.estimate.comparisons import compare, wave_changes, with_adjusted_p
from pipeline.estimate.design import UNIT
from pipeline.estimate.moments import compared
from pipeline.estimate.outcomes import factor_results, member_results, target_results
from pipeline.estimate.shrinkage import with_shrinkage
from pipeline.estimate.trends import beside_adjusted, estimates_by_wave, trends
from pipeline.estimate.weights import WEIGHTING
from pipeline.fingerprint import fingerprint
from pipeline.formats import described, write_formats
from pipeline.methods import methods
from pipeline.protect import tables as protected
from pipeline.protect.blocks import allowed, roles
from pipeline.protect.bridged import hidden_bridged
from pipeline.protect.coding import coded
from pipeline.protect.drivers import protected_drivers
from pipeline.protect.editions import Before, differences, editions
from pipeline.protect.held import as_published, pairs_as_published
from pipeline.protect.modes import protect_modes
from pipeline.protect.peers import PEERS, peers_seen, rounded_peer_comparisons
from pipeline.protect.ranks import ranks_table
from pipeline.protect.suppression import Hidden, decide
from pipeline.release import beside, nothing, publishable, write_release
from pipeline.results import Results, estimate_all
from pipeline.secret import load_secret
from pipeline.workspace import Rules, Workspace

Tables = dict[str, pl.DataFrame]
SHORT = 12  # digits of the fingerprint that name a release


def publish(workspace: Workspace, progress=lambda text: None, mark: str | None = None) -> dict[str, int]:
    """Estimate from the store, protect, and write the release beside the one that stands. Returns what went in.

    mark: the fingerprint that the workspace had before anything of it was read; that of now, if left out.
    """
    mark = mark or fingerprint(workspace)
    progress("Estimating")
    results = estimate_all(workspace)
    progress("Protecting")
    tables, methods_used = _protected(workspace, results, mark[:SHORT])
    documents = {
        "codebook": codebook(workspace.instruments, workspace.members, workspace.initiatives),
        "methods": methods(),
        "manifest": _manifest(workspace, results, tables, methods_used, mark),
    }
    write_release(beside(workspace.release), tables, documents, described())
    write_formats(beside(workspace.release), tables, documents)
    return counts(results)


def _protected(workspace: Workspace, r: Results, release: str) -> tuple[Tables, tuple[str, ...]]:
    """The release's tables, each past disclosure control, and how partners were found."""
    rules, sizes = workspace.rules, r.sizes
    before = differences(r.estimates, r.sources, editions(workspace.published), r.roles, rules)
    hidden = decide(r.estimates, sizes, r.moments.largest, r.roles, rules, before)
    estimates = _estimates(r, hidden, sizes, rules)
    tables = _of_units(r, estimates, hidden, sizes, rules, before)
    who = Asked(r.units, r.frames, hidden.groups.unique(), hidden.blocks.unique())
    shown = estimates.filter(compared(), pl.col("status") != "suppressed")
    adjusted = adjusted_changes(r.moments, wave_changes(shown, r.bridges), who)
    tables["comparisons"] = _comparisons(r, estimates, adjusted.changes, workspace, before)
    tables["bridges"] = publishable(bridge_table(r.bridges), "bridges")
    notes = protected.protect_adjustments(adjusted.notes, sizes, rules)
    tables["adjustments"] = publishable(pairs_as_published(notes, "adjustments", before.held, r.sources), "adjustments")
    tables["results"] = _did_it_work(workspace, tables, who.profile)
    found = protected_drivers(r.moments.rows, r.moments.design, estimates, hidden, workspace, before)
    tables["drivers"] = as_published(publishable(found, "drivers"), "drivers", before.held)
    tables["dif"] = publishable(protected.protect_dif(r.dif, rules), "dif")
    linked = tables["estimates"].join(r.links, on=[*UNIT, "indicator"], how="left")
    tables["trends"] = _trends(r, linked, shown, who, workspace, before)
    peers = peers_seen(linked, workspace.members, rules, load_secret(workspace.key), release)
    tables["peers"] = peers.select(*PEERS)
    tables["ranks"] = publishable(ranks_table(peers, linked, rules), "ranks")
    tables |= context_tables(workspace.context, workspace.context_rules)
    return tables, hidden.methods


def _estimates(r: Results, hidden: Hidden, sizes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Marked, and steadied by what is shown alone: what is hidden has no part in it.

    Imported figures were chosen at home, where the answers are: here they stay as they are.
    """
    theirs = allowed(r.imported.estimates, roles(r.imported.units), rules).with_columns(status=protected.shown_as())
    marked = protected.protect_estimates(allowed(r.estimates, r.roles, rules), hidden, sizes)
    marked = pl.concat([marked, theirs], how="diagonal_relaxed")
    gone = pl.col("status") == "suppressed"
    return pl.concat([with_shrinkage(marked.filter(~gone)), marked.filter(gone)], how="diagonal_relaxed")


def _of_units(r: Results, estimates: pl.DataFrame, hidden: Hidden, sizes, rules: Rules, before: Before) -> Tables:
    """The tables whose rows each belong to one unit."""
    adequate = adequacy(r.moments, estimates.filter(pl.col("status") != "suppressed"), r.frames)
    tables = {
        "estimates": publishable(estimates, "estimates"),
        "adequacy": publishable(
            protected.protect_adequacy(adequate, hidden, sizes, rules), "adequacy"
        ),
        "reliability": publishable(protected.protect_reliability(r.reliability, sizes, rules), "reliability"),
        "units": protected.protect_weighting(unit_table(r, rules), hidden),
        "quality": publishable(protected.protect_quality(r.moments.quality, sizes, rules), "quality"),
        "modes": publishable(protect_modes(r.moments.modes, sizes, rules), "modes"),
        "coded": coded(estimates, r.roles, hidden, rules),
    }
    return {name: as_published(table, name, before.held) for name, table in tables.items()}


def _trends(
    r: Results, linked: pl.DataFrame, shown: pl.DataFrame, who: Asked, workspace: Workspace, before: Before
) -> pl.DataFrame:
    """Of what is published, as long as it was asked alike, and of the same at one composition.

    Not of held units, whose answers are not those published, nor of what a wave hides.
    """
    linked, shown = (in_runs(table, r.bridges) for table in (linked, shown))
    stands = pl.DataFrame(list(before.held), dict.fromkeys(UNIT, pl.String), orient="row")
    gone = linked.filter(pl.col("domain_variable") == "", pl.col("status") == "suppressed")
    series = ["member", "population", "link", "measure", "category"]
    moves = shown.join(stands, on=["member", "population"], how="anti").join(gone, on=series, how="anti")
    waves, covariances = beside_adjusted(estimates_by_wave(linked), *adjusted_waves(r.moments, moves, who))
    return publishable(trends(waves, covariances, **workspace.trends.model_dump()), "trends")


def _comparisons(
    r: Results, estimates: pl.DataFrame, adjusted: pl.DataFrame, workspace: Workspace, before: Before
) -> pl.DataFrame:
    """Comparisons of what is shown; p-values are adjusted among those alone, else they would tell of the others."""
    shown = pl.col("status") != "suppressed"
    known = estimates.with_columns(reliable=pl.col("reliable") & shown)
    bridged = allowed(r.bridged, r.roles, workspace.rules)
    found = protected.protect_comparisons(
        compare(r.moments, known, workspace.sharing, adjusted, r.bridges, bridged),
        estimates,
        workspace.rules,
        hidden_bridged(estimates, bridged, r.moments.largest, r.roles, workspace.rules),
    )
    found = rounded_peer_comparisons(_for_families(found), workspace.rules)
    if before.held:
        stood = pairs_as_published(found, "comparisons", before.held, r.sources)
        against_peers = pl.col("kind") == "member_vs_peers"
        parts = [_for_families(stood.filter(~against_peers)), stood.filter(against_peers)]
        found = pl.concat(parts, how="diagonal_relaxed")
    return publishable(found, "comparisons")


def _for_families(comparisons: pl.DataFrame) -> pl.DataFrame:
    counted = comparisons.drop("q_value", "p_holm", "family", strict=False)
    return with_adjusted_p(counted.with_columns(reliable=pl.col("status") == "published"))


def _did_it_work(workspace: Workspace, tables: Tables, profile: pl.DataFrame) -> pl.DataFrame:
    """Initiatives and targets, by what is shown alone; over members one more than a mean of peers needs."""
    rules, estimates = workspace.rules, tables["estimates"]
    factors = factor_results(tables["comparisons"], estimates, workspace.initiatives, profile)
    fewest = 1 if rules.off else rules.minimum_peers + 1
    parts = [factors, target_results(estimates, workspace.targets), member_results(factors, workspace.sharing, fewest)]
    return publishable(pl.concat([nothing("results"), *parts], how="diagonal_relaxed"), "results")


def _manifest(workspace: Workspace, r: Results, tables: Tables, methods_used: tuple[str, ...], mark: str) -> dict:
    inputs = r.submissions.select("member", "wave", "population", "sha256", status="state").to_dicts()
    hidden = tables["estimates"].select((pl.col("status") == "suppressed").sum()).item()
    return {
        "release": mark[:SHORT],
        "fingerprint": mark,
        "code_version": __version__,
        "rules": workspace.rules.model_dump(),
        "weighting": workspace.weighting.model_dump(),
        "trends": workspace.trends.model_dump(),
        "tier": "internal",
        "left_out": [],
        "since": _since(workspace, r, mark[:SHORT]),
        "languages": _languages(workspace),
        "suppression_off": workspace.rules.off,
        "protection": {"methods": list(methods_used), "figures": tables["estimates"].height, "suppressed": hidden},
        "instruments": [
            i.instrument
            for i in workspace.instruments
            if i.instrument in set(r.submissions["instrument"]) or i in r.imported.units.values()
        ],
        "counts": _published_counts(r, tables["units"]),
        "inputs": inputs + r.imported.inputs,
    }


def _since(workspace: Workspace, r: Results, name: str) -> dict | None:
    """The release before the one called `name`, and which units are new or came again since; None where it is the first."""
    earlier = [e for e in editions(workspace.published) if e.manifest["release"] != name]
    if not earlier:
        return None
    then = earlier[-1].sources
    new = sorted(unit for unit in r.sources if unit not in then)
    again = sorted(unit for unit, mark in r.sources.items() if then.get(unit, mark) != mark)
    return {"release": earlier[-1].manifest["release"], "new": [list(u) for u in new], "again": [list(u) for u in again]}


def _languages(workspace: Workspace) -> list[str]:
    """In which the pages are made, where they have them: what the workspace says, else what its questionnaires are in."""
    spoken = {language for i in workspace.instruments for language in i.languages}
    return sorted(spoken if workspace.reporting.languages is None else workspace.reporting.languages)


def unit_table(r: Results, rules: Rules) -> pl.DataFrame:
    """Members, waves and populations: respondents, instrument, and how they were weighted.

    as_of: the release whose figures stand, where too little changed since (see protect/held.py).
    """
    accepted = r.submissions.filter(pl.col("state").str.starts_with("accepted")).join(r.moments.weighting, on=UNIT)
    enough = (pl.col("rows_accepted") >= rules.minimum_unit) | pl.lit(rules.off)
    own = accepted.select(
        *UNIT,
        "instrument",
        n=pl.when(enough).then(pl.col("rows_accepted")),
        weighted=pl.col("weighting") != "none",
        **{column: pl.when(enough).then(pl.col(column)) for column in WEIGHTING},
        as_of=pl.lit(None, pl.String),
        status=pl.when(enough).then(pl.lit("published")).otherwise(pl.lit("suppressed")),
    )
    theirs = r.imported.unit_rows.with_columns(status=pl.lit("published"))
    return pl.concat([own, theirs], how="diagonal_relaxed").sort(UNIT)


def counts(r: Results) -> dict[str, int]:
    """What went in, for the run's last words."""
    return {
        "submissions": r.submissions.height,
        "bundles": len(set(r.imported.files.values())),
        "respondents": int(r.submissions["rows_accepted"].sum()) + r.imported.respondents,
        "answers": int(_answers(r.moments.codes)["n"].sum()),
        "refused": r.submissions.filter(pl.col("state") == "refused").height,
        "quarantined": int(
            r.submissions.filter(pl.col("state") == "accepted_with_quarantine")["rows_quarantined"].sum()
        ),
    }


def _published_counts(r: Results, units: pl.DataFrame) -> dict[str, int]:
    """The same of the units that are shown alone: the rest would be how many answered in those that are not."""
    shown = units.filter(pl.col("n").is_not_null())
    answers = _answers(r.moments.codes).join(shown, on=UNIT, how="semi")
    return counts(r) | {"respondents": int(shown["n"].sum()), "answers": int(answers["n"].sum())}


def _answers(codes: pl.DataFrame) -> pl.DataFrame:
    return codes.filter("valid", pl.col("domain_variable") == "")
