"""The stages in order, and what each hands to the next."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

import polars as pl

from pipeline import __version__
from pipeline.codebook import codebook
from pipeline.errors import CipsError, StageError
from pipeline.estimate.comparisons import compare
from pipeline.estimate.design import UNIT, Frame
from pipeline.estimate.estimates import estimate
from pipeline.estimate.moments import Moments, compute_moments
from pipeline.estimate.weights import WEIGHTING
from pipeline.frames import check_frames, make_frame, margins_of_units
from pipeline.ingest.submission import Submission, read_submission, supersede
from pipeline.instrument import Instrument
from pipeline.load import answers_table, load
from pipeline.protect.peers import load_secret, peers_table
from pipeline.protect.suppression import protect_comparisons, protect_estimates
from pipeline.receipts import write_receipts
from pipeline.release import COMPARISONS, ESTIMATES, KEYS, publishable, read_manifest, write_release
from pipeline.store import Store, building, identifier
from pipeline.validate.quarantine import validate
from pipeline.workspace import Misplaced, Workspace


@dataclass
class Summary:
    """What a run did, for the last lines that the user reads."""

    counts: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    unchanged: bool = False


def fingerprint(workspace: Workspace) -> str:
    """A hash of everything the release depends on: code, instruments, members, rules, frames, inbox."""
    exports, misplaced = workspace.inbox_files()
    parts = [
        __version__,
        [i.model_dump(mode="json") for i in workspace.instruments],
        {code: m.model_dump() for code, m in workspace.members.items()},
        workspace.rules.model_dump(),
        workspace.frames,
        workspace.weighting.model_dump(),
        [(e.name, e.sha256) for e in exports],
        [m.name for m in misplaced],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def ingest(workspace: Workspace, progress=lambda text: None) -> tuple[list[Submission], list[Misplaced]]:
    """Read, validate, load and receipt every export in the inbox."""
    check_frames(workspace.frames, workspace.instruments, workspace.weighting.margin_tolerance)
    exports, misplaced = workspace.inbox_files()
    if not exports and not misplaced:
        raise StageError(f"{workspace.inbox}: no export there. Put files under inbox/MEMBER/WAVE/POPULATION.EXT.")
    submissions = []
    for export in exports:
        progress(f"Reading {export.name}")
        submissions.append(read_submission(export, workspace.instruments))
    progress("Checking answers")
    findings = validate(submissions)
    supersede(submissions)
    progress("Loading the store")
    with building(workspace.store) as store:
        load(store, workspace.instruments, submissions, findings)
    write_receipts(workspace.receipts, submissions, findings, misplaced)
    return submissions, misplaced


def publish(workspace: Workspace, progress=lambda text: None) -> dict:
    """Estimate from the store, protect, and write the release. Returns the manifest."""
    store = Store(workspace.store, read_only=True)
    try:
        submissions = store.frame("SELECT * FROM submission")
        tables = {answers_table(i): i for i in workspace.instruments if answers_table(i) in store.tables()}
        if not tables:
            raise StageError("no submission was accepted, so there is nothing to estimate; the receipts say why.")
        progress("Estimating")
        units = _units_in_force(workspace, submissions)
        frames = _frames(workspace, store, units)
        moments = compute_moments(store, tables, frames, workspace.weighting.cap)
    finally:
        store.close()
    estimates = estimate(moments, units)
    comparisons = compare(moments, estimates)
    progress("Protecting")
    return _release(workspace, submissions, moments, estimates, comparisons)


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


def _release(
    workspace: Workspace,
    submissions: pl.DataFrame,
    moments: Moments,
    estimates: pl.DataFrame,
    comparisons: pl.DataFrame,
) -> dict:
    rules = workspace.rules
    protected = protect_estimates(estimates, domain_sizes(moments), rules)
    tables = {
        "estimates": publishable(protected, ESTIMATES, KEYS["estimates"]),
        "comparisons": publishable(
            protect_comparisons(comparisons, protected, rules), COMPARISONS, KEYS["comparisons"]
        ),
        "peers": peers_table(protected, workspace.members, rules, load_secret(workspace.out / "pseudonyms.key")),
        "units": unit_table(submissions, moments.weighting, rules),
        "quality": pl.DataFrame(
            schema={
                "member": pl.String,
                "wave": pl.String,
                "population": pl.String,
                "check": pl.String,
                "value": pl.Float64,
                "n": pl.Int64,
                "status": pl.String,
            }
        ),
    }
    book = codebook(workspace.instruments, workspace.members)
    used = [i.instrument for i in workspace.instruments if i.instrument in set(submissions["instrument"])]
    manifest = {
        "release": fingerprint(workspace)[:12],
        "fingerprint": fingerprint(workspace),
        "code_version": __version__,
        "rules": rules.model_dump(),
        "suppression_off": rules.off,
        "instruments": used,
        "counts": counts(submissions, moments),
        "inputs": submissions.select(
            "member", "wave", "population", "sha256", pl.col("state").alias("status")
        ).to_dicts(),
    }
    write_release(workspace.release, tables, book, manifest)
    return manifest


def domain_sizes(moments) -> pl.DataFrame:
    """How many respondents each domain of each unit has: the largest base of any nonresponse figure."""
    base = moments.cells.filter(pl.col("measure") == "nonresponse", pl.col("category") == "")
    keys = [*UNIT, "domain_variable", "domain_category"]
    per_item = base.group_by([*keys, "indicator"]).agg(pl.col("n").sum())
    return per_item.group_by(keys).agg(respondents=pl.col("n").max()).sort(keys)


def unit_table(submissions: pl.DataFrame, weighting: pl.DataFrame, rules) -> pl.DataFrame:
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


def counts(submissions: pl.DataFrame, moments=None) -> dict[str, int]:
    answers = 0
    if moments is not None:
        answers = moments.cells.filter(
            pl.col("measure") == "nonresponse", pl.col("category") == "", pl.col("domain_variable") == ""
        )
        answers = int(answers["n"].sum() - answers["swy2"].sum())
    return {
        "submissions": submissions.height,
        "respondents": int(submissions["rows_accepted"].sum()),
        "answers": answers,
        "refused": submissions.filter(pl.col("state") == "refused").height,
        "quarantined": int(submissions.filter(pl.col("state") == "accepted_with_quarantine")["rows_quarantined"].sum()),
    }


def report(workspace: Workspace) -> None:
    from pipeline.report import render_reports

    if read_manifest(workspace.release) is None:
        raise StageError(f"{workspace.release}: no release there yet; run `cips release` first.")
    render_reports(workspace.release, workspace.reports)


def run(workspace: Workspace, progress=lambda text: None) -> Summary:
    """All stages; when nothing changed since the last release, says so and does nothing."""
    mark = workspace.out / "summary.json"
    manifest = read_manifest(workspace.release)
    if (
        manifest
        and manifest["fingerprint"] == fingerprint(workspace)
        and mark.exists()
        and (workspace.reports / "index.html").exists()
    ):
        return Summary(**json.loads(mark.read_text(encoding="utf-8")) | {"unchanged": True})
    mark.unlink(missing_ok=True) if mark.parent.is_dir() else None
    submissions, misplaced = ingest(workspace, progress)
    manifest = publish(workspace, progress)
    progress("Rendering reports")
    report(workspace)
    summary = Summary(manifest["counts"], troubles(submissions, misplaced))
    mark.write_text(json.dumps(asdict(summary)), encoding="utf-8")
    return summary


def troubles(submissions: list[Submission], misplaced: list[Misplaced]) -> list[str]:
    """One line for each file that was not read, was refused or lost rows."""
    lines = [f"not read     {m.name}: {m.why}" for m in misplaced]
    for s in submissions:
        if s.state == "refused":
            lines.append(f"refused      {s.export.name}: {s.notes[0].what}")
        elif s.state == "accepted_with_quarantine":
            lines.append(f"quarantined  {s.export.name}: {s.rows_quarantined} of {s.rows_in} rows")
    return lines


__all__ = ["CipsError", "Summary", "fingerprint", "ingest", "publish", "report", "run"]
