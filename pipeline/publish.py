"""From the store to the release: estimate, protect, write."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline import __version__
from pipeline.codebook import codebook
from pipeline.errors import StageError
from pipeline.estimate.adequacy import adequacy
from pipeline.estimate.comparisons import compare
from pipeline.estimate.design import UNIT, Frame
from pipeline.estimate.dif import differential_functioning
from pipeline.estimate.estimates import estimate
from pipeline.estimate.moments import Moments, compute_moments
from pipeline.estimate.reliability import reliability
from pipeline.estimate.shrinkage import with_shrinkage
from pipeline.estimate.weights import WEIGHTING
from pipeline.fingerprint import fingerprint
from pipeline.frames import make_frame, margins_of_units
from pipeline.instrument import Instrument
from pipeline.load import answers_table
from pipeline.methods import methods
from pipeline.protect.peers import peers_table
from pipeline.protect.suppression import (
    protect_comparisons,
    protect_dif,
    protect_estimates,
    protect_quality,
    protect_units,
)
from pipeline.release import (
    ADEQUACY,
    COMPARISONS,
    DIF,
    ESTIMATES,
    KEYS,
    QUALITY,
    RELIABILITY,
    publishable,
    write_release,
)
from pipeline.secret import load_secret
from pipeline.store import Store, identifier
from pipeline.workspace import Rules, Workspace


@dataclass(frozen=True)
class Results:
    """Everything that was estimated, before disclosure control."""

    submissions: pl.DataFrame
    moments: Moments
    estimates: pl.DataFrame
    comparisons: pl.DataFrame
    adequacy: pl.DataFrame
    reliability: pl.DataFrame
    dif: pl.DataFrame


def publish(workspace: Workspace, progress=lambda text: None) -> dict:
    """Estimate from the store, protect, and write the release. Returns the manifest."""
    progress("Estimating")
    results = _estimate(workspace)
    progress("Protecting")
    manifest = _manifest(workspace, results)
    documents = {
        "codebook": codebook(workspace.instruments, workspace.members),
        "methods": methods(),
        "manifest": manifest,
    }
    write_release(workspace.release, _protected(workspace, results, manifest["release"]), documents)
    return manifest


def _estimate(workspace: Workspace) -> Results:
    store = Store(workspace.store, read_only=True)
    try:
        submissions = store.frame("SELECT * FROM submission")
        tables = {answers_table(i): i for i in workspace.instruments if answers_table(i) in store.tables()}
        if not tables:
            raise StageError("no submission was accepted, so there is nothing to estimate; the receipts say why.")
        units = _units_in_force(workspace, submissions)
        frames = _frames(workspace, store, units)
        moments = compute_moments(store, tables, frames, workspace.weighting.cap)
    finally:
        store.close()
    estimates = with_shrinkage(estimate(moments, units))
    return Results(
        submissions,
        moments,
        estimates,
        compare(moments, estimates),
        adequacy(moments, estimates, frames),
        reliability(moments.factor_pairs),
        _differential(workspace, moments, estimates),
    )


def _differential(workspace: Workspace, moments: Moments, estimates: pl.DataFrame) -> pl.DataFrame:
    """Over the members that share; a question is known by its concept, else by its questionnaire and code."""
    links = estimates.filter(pl.col("indicator_kind") == "item").select(*UNIT, "link", item="indicator").unique()
    sharing = [code for code, member in workspace.members.items() if member.sharing != "none"]
    return differential_functioning(moments.rest, links, sharing)


def _units_in_force(workspace: Workspace, submissions: pl.DataFrame) -> dict[tuple, Instrument]:
    """(member, wave, population) -> the instrument it followed."""
    followed = {i.instrument: i for i in workspace.instruments}
    accepted = submissions.filter(pl.col("state").str.starts_with("accepted"))
    return {
        (r["member"], r["wave"], r["population"]): followed[r["instrument"]] for r in accepted.iter_rows(named=True)
    }


def _frames(workspace: Workspace, store: Store, units: dict[tuple, Instrument]) -> dict[tuple, Frame]:
    """The frames of the units that have one, in the codes of their instruments."""
    frames = {}
    for unit, margins in margins_of_units(workspace.frames).items():
        if unit in units:
            table = identifier(answers_table(units[unit]))
            where = "_member = ? AND _wave = ? AND _population = ? AND _stratum IS NOT NULL"
            strata = {s for (s,) in store.execute(f"SELECT DISTINCT _stratum FROM {table} WHERE {where}", list(unit))}
            frames[unit] = make_frame(unit, margins, units[unit], strata, workspace.weighting)
    return frames


def _protected(workspace: Workspace, r: Results, release: str) -> dict[str, pl.DataFrame]:
    """The release's tables, each past disclosure control."""
    rules, sizes = workspace.rules, domain_sizes(r.moments)
    estimates = protect_estimates(r.estimates, sizes, rules)
    comparisons = protect_comparisons(r.comparisons, estimates, rules)
    secret = load_secret(workspace.key)
    return {
        "estimates": publishable(estimates, ESTIMATES, KEYS["estimates"]),
        "comparisons": publishable(comparisons, COMPARISONS, KEYS["comparisons"]),
        "adequacy": publishable(protect_units(r.adequacy, sizes, rules), ADEQUACY, KEYS["adequacy"]),
        "reliability": publishable(protect_units(r.reliability, sizes, rules), RELIABILITY, KEYS["reliability"]),
        "dif": publishable(protect_dif(r.dif, rules), DIF, KEYS["dif"]),
        "peers": peers_table(estimates, workspace.members, rules, secret, release),
        "units": unit_table(r.submissions, r.moments.weighting, rules),
        "quality": publishable(protect_quality(r.moments.quality, sizes, rules), QUALITY, KEYS["quality"]),
    }


def _manifest(workspace: Workspace, r: Results) -> dict:
    mark = fingerprint(workspace)
    inputs = r.submissions.select("member", "wave", "population", "sha256", status="state")
    return {
        "release": mark[:12],
        "fingerprint": mark,
        "code_version": __version__,
        "rules": workspace.rules.model_dump(),
        "weighting": workspace.weighting.model_dump(),
        "suppression_off": workspace.rules.off,
        "instruments": [
            i.instrument for i in workspace.instruments if i.instrument in set(r.submissions["instrument"])
        ],
        "counts": counts(r.submissions, r.moments),
        "inputs": inputs.to_dicts(),
    }


def domain_sizes(moments: Moments) -> pl.DataFrame:
    """How many respondents each domain of each unit has: the largest base of any nonresponse figure."""
    base = moments.cells.filter(pl.col("measure") == "nonresponse", pl.col("category") == "")
    keys = [*UNIT, "domain_variable", "domain_category"]
    per_item = base.group_by([*keys, "indicator"]).agg(pl.col("n").sum())
    return per_item.group_by(keys).agg(respondents=pl.col("n").max()).sort(keys)


def unit_table(submissions: pl.DataFrame, weighting: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Members, waves and populations: respondents, instrument, and how they were weighted."""
    accepted = submissions.filter(pl.col("state").str.starts_with("accepted")).join(weighting, on=UNIT)
    enough = (pl.col("rows_accepted") >= rules.minimum_unit) | pl.lit(rules.off)
    return accepted.select(
        *UNIT,
        "instrument",
        n=pl.when(enough).then(pl.col("rows_accepted")),
        weighted=pl.col("weighting") != "none",
        **{column: pl.when(enough).then(pl.col(column)) for column in WEIGHTING},
        status=pl.when(enough).then(pl.lit("published")).otherwise(pl.lit("suppressed")),
    ).sort(UNIT)


def counts(submissions: pl.DataFrame, moments: Moments) -> dict[str, int]:
    """What went in, for the run's last words."""
    asked = moments.codes.filter(pl.col("domain_variable") == "")
    return {
        "submissions": submissions.height,
        "respondents": int(submissions["rows_accepted"].sum()),
        "answers": int(asked.filter("valid")["n"].sum()),
        "refused": submissions.filter(pl.col("state") == "refused").height,
        "quarantined": int(submissions.filter(pl.col("state") == "accepted_with_quarantine")["rows_quarantined"].sum()),
    }
