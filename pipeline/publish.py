"""From the store to the release: estimate, protect, write. The only place that writes a release."""

from __future__ import annotations

import polars as pl

from pipeline import __version__
from pipeline.codebook import codebook
from pipeline.estimate.adequacy import adequacy
from pipeline.estimate.comparisons import with_adjusted_p
from pipeline.estimate.design import UNIT
from pipeline.estimate.shrinkage import with_shrinkage
from pipeline.estimate.weights import WEIGHTING
from pipeline.fingerprint import fingerprint
from pipeline.methods import methods
from pipeline.protect import tables as protected
from pipeline.protect.blocks import allowed
from pipeline.protect.coding import coded
from pipeline.protect.editions import Before, compare, editions
from pipeline.protect.held import as_published, comparisons_as_published
from pipeline.protect.peers import load_secret, peers_table
from pipeline.protect.suppression import Hidden, decide
from pipeline.release import (
    ADEQUACY,
    COMPARISONS,
    DIF,
    ESTIMATES,
    KEYS,
    QUALITY,
    RELIABILITY,
    beside,
    publishable,
    write_release,
)
from pipeline.results import Results, estimate_all
from pipeline.workspace import Workspace

Tables = dict[str, pl.DataFrame]


def publish(workspace: Workspace, progress=lambda text: None) -> dict[str, int]:
    """Estimate from the store, protect, and write the release beside the one that stands. Returns what went in."""
    progress("Estimating")
    results = estimate_all(workspace)
    progress("Protecting")
    tables, methods_used = _protected(workspace, results)
    documents = {
        "codebook": codebook(workspace.instruments, workspace.members),
        "methods": methods(),
        "manifest": _manifest(workspace, results, tables, methods_used),
    }
    write_release(beside(workspace.release), tables, documents)
    return counts(results)


def _protected(workspace: Workspace, r: Results) -> tuple[Tables, tuple[str, ...]]:
    """The release's tables, each past disclosure control, and how partners were found."""
    rules, sizes = workspace.rules, r.sizes
    before = compare(r.estimates, r.sources, editions(workspace.published), rules)
    hidden = decide(r.estimates, sizes, r.moments.largest, r.roles, rules, before)
    estimates = _estimates(r, hidden, sizes, workspace)
    tables = _tables(r, estimates, hidden, sizes, workspace, before)
    secret = load_secret(workspace.out / "pseudonyms.key")
    tables["peers"] = peers_table(tables["estimates"], workspace.members, rules, secret)
    return tables, hidden.methods


def _estimates(r: Results, hidden: Hidden, sizes: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """Marked, and steadied by what is shown alone: what is hidden has no part in it."""
    marked = protected.protect_estimates(allowed(r.estimates, r.roles, workspace.rules), hidden, sizes)
    gone = pl.col("status") == "suppressed"
    return pl.concat([with_shrinkage(marked.filter(~gone)), marked.filter(gone)], how="diagonal_relaxed")


def _tables(r: Results, estimates: pl.DataFrame, hidden: Hidden, sizes, workspace: Workspace, before: Before) -> Tables:
    rules, shown = workspace.rules, estimates.filter(pl.col("status") != "suppressed")
    of_units = {
        "estimates": publishable(estimates, ESTIMATES, KEYS["estimates"]),
        "adequacy": publishable(
            protected.protect_adequacy(adequacy(r.moments, shown, r.frames), hidden, sizes, rules),
            ADEQUACY,
            KEYS["adequacy"],
        ),
        "reliability": publishable(
            protected.protect_units(r.reliability, sizes, rules), RELIABILITY, KEYS["reliability"]
        ),
        "units": unit_table(r, rules),
        "quality": publishable(protected.protect_quality(r.moments.quality, sizes, rules), QUALITY, KEYS["quality"]),
        "coded": coded(estimates, r.roles, hidden, rules),
    }
    of_units = {name: as_published(table, name, before.held) for name, table in of_units.items()}
    comparisons = protected.protect_comparisons(r.comparisons, estimates, rules)
    return of_units | {
        "comparisons": _tested_together(comparisons_as_published(comparisons, before.held, r.sources)),
        "dif": publishable(protected.protect_dif(r.dif, rules), DIF, KEYS["dif"]),
    }


def _tested_together(comparisons: pl.DataFrame) -> pl.DataFrame:
    """p-values adjusted within the families of what is shown: adjusted for hidden tests they would tell of those."""
    counted = comparisons.with_columns(reliable=pl.col("status") == "published")
    return publishable(with_adjusted_p(counted), COMPARISONS, KEYS["comparisons"])


def _manifest(workspace: Workspace, r: Results, tables: Tables, methods_used: tuple[str, ...]) -> dict:
    mark = fingerprint(workspace)
    inputs = r.submissions.select("member", "wave", "population", "sha256", status="state")
    hidden = tables["estimates"].select((pl.col("status") == "suppressed").sum()).item()
    return {
        "release": mark[:12],
        "fingerprint": mark,
        "code_version": __version__,
        "rules": workspace.rules.model_dump(),
        "weighting": workspace.weighting.model_dump(),
        "suppression_off": workspace.rules.off,
        "protection": {"methods": list(methods_used), "figures": tables["estimates"].height, "suppressed": hidden},
        "instruments": [
            i.instrument for i in workspace.instruments if i.instrument in set(r.submissions["instrument"])
        ],
        "counts": _published_counts(r, tables["units"]),
        "inputs": inputs.to_dicts(),
    }


def unit_table(r: Results, rules) -> pl.DataFrame:
    """Members, waves and populations: respondents, instrument, and how they were weighted.

    as_of: the release whose figures stand, where too little changed since (see protect/held.py).
    """
    accepted = r.submissions.filter(pl.col("state").str.starts_with("accepted")).join(r.moments.weighting, on=UNIT)
    enough = (pl.col("rows_accepted") >= rules.minimum_unit) | pl.lit(rules.off)
    return accepted.select(
        *UNIT,
        "instrument",
        n=pl.when(enough).then(pl.col("rows_accepted")),
        weighted=pl.col("weighting") != "none",
        **{column: pl.when(enough).then(pl.col(column)) for column in WEIGHTING},
        as_of=pl.lit(None, pl.String),
        status=pl.when(enough).then(pl.lit("published")).otherwise(pl.lit("suppressed")),
    ).sort(UNIT)


def counts(r: Results) -> dict[str, int]:
    """What went in, for the run's last words."""
    return {
        "submissions": r.submissions.height,
        "respondents": int(r.submissions["rows_accepted"].sum()),
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
