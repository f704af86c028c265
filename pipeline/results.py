"""From the store to everything that is estimated, before disclosure control."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.bundle.merge import Imported, merged
from pipeline.bundle.read import Bundle, read_bundles
from pipeline.errors import StageError, said_by
from pipeline.estimate.bridges import Bridges, bridges_of
from pipeline.estimate.design import UNIT, Frame
from pipeline.estimate.dif import differential_functioning
from pipeline.estimate.estimates import bridged_estimates, estimate
from pipeline.estimate.kept import KeptCounts
from pipeline.estimate.moments import Moments, compute_moments
from pipeline.estimate.reliability import reliability
from pipeline.frames import make_frame, margins_of_units
from pipeline.instrument import Instrument
from pipeline.load import answers_table
from pipeline.protect.blocks import roles
from pipeline.store import Store, identifier
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Results:
    """Everything that was estimated, before disclosure control.

    submissions: the store's; units: (member, wave, population) -> the instrument
    it followed; frames: by unit; roles: see protect.blocks.roles; estimates: all,
    profile questions crossed with each other included; imported: what members gave
    that keep their answers at home, protected there already; bridges: what may be
    compared between questionnaires; bridged: see estimates.bridged_estimates. All but
    imported and bridges is of the store's answers alone.
    """

    submissions: pl.DataFrame
    units: dict[tuple, Instrument]
    frames: dict[tuple, Frame]
    roles: pl.DataFrame
    moments: Moments
    estimates: pl.DataFrame
    reliability: pl.DataFrame
    dif: pl.DataFrame
    imported: Imported
    bridges: Bridges
    bridged: pl.DataFrame

    @property
    def sources(self) -> dict[tuple, str]:
        """UNIT -> hash of the file in force."""
        accepted = self.submissions.filter(pl.col("state").str.starts_with("accepted"))
        return {tuple(row[:3]): row[3] for row in accepted.select(*UNIT, "sha256").iter_rows()}

    @property
    def links(self) -> pl.DataFrame:
        """UNIT, indicator, link: what questionnaires share."""
        both = (self.estimates, self.imported.estimates)
        return pl.concat(e.select(*UNIT, "indicator", "link") for e in both).unique()

    @property
    def sizes(self) -> pl.DataFrame:
        """UNIT, domain_variable, domain_category, respondents: the largest base of any nonresponse figure."""
        base = self.moments.cells.filter(pl.col("measure") == "nonresponse", pl.col("category") == "")
        keys = [*UNIT, "domain_variable", "domain_category"]
        per_item = base.group_by([*keys, "indicator"]).agg(pl.col("n").sum())
        return per_item.group_by(keys).agg(respondents=pl.col("n").max()).sort(keys)


def estimate_all(workspace: Workspace) -> Results:
    """Everything that is estimated of the workspace's store, the same to the last bit on every run.

    Raises StageError where there is nothing in it, or no room to work with it.
    """
    bundles = read_bundles(workspace)
    store = Store(workspace.store, read_only=True, threads=1)
    try:
        submissions = store.frame("SELECT * FROM submission")
        tables = {answers_table(i): i for i in workspace.instruments if answers_table(i) in store.tables()}
        if not tables:
            raise StageError("no submission was accepted, so there is nothing to estimate; the receipts say why.")
        units = units_in_force(workspace, submissions)
        frames = _frames(workspace, store, units)
        bridges = bridges_of(units | _of_bundles(workspace, bundles))
        moments = compute_moments(store, tables, frames, workspace.weighting.cap, bridges, KeptCounts(workspace.kept_counts))
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise StageError(f"{workspace.store}: there is no room beside it to add up the answers ({said_by(error, 160)}). Make room on that disk, or give another folder with --out DIR.") from None
    finally:
        store.close()
    estimates = estimate(moments, units)
    return Results(
        submissions,
        units,
        frames,
        roles(units),
        moments,
        estimates,
        reliability(moments.factor_pairs),
        _differential(workspace, moments, estimates),
        merged(bundles, workspace.instruments, estimates),
        bridges,
        bridged_estimates(moments, units),
    )


def _of_bundles(workspace: Workspace, bundles: list[Bundle]) -> dict[tuple, Instrument]:
    """As `units_in_force`, of what members gave that keep their answers at home."""
    known = {i.instrument: i for i in workspace.instruments}
    return {unit: known[name] for bundle in bundles for unit, name in bundle.units.items()}


def _differential(workspace: Workspace, moments: Moments, estimates: pl.DataFrame) -> pl.DataFrame:
    """Over the members that share; a question is known by its concept, else by its questionnaire and code."""
    links = estimates.filter(pl.col("indicator_kind") == "item").select(*UNIT, "link", item="indicator").unique()
    return differential_functioning(moments.rest, links, workspace.sharing)


def units_in_force(workspace: Workspace, submissions: pl.DataFrame) -> dict[tuple, Instrument]:
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
