"""What the peers are asked for, by the pipeline: stage `asked` times it, and the peers' figures are set against it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from pipeline.estimate.estimates import estimate
from pipeline.estimate.independence import independence
from pipeline.estimate.moments import compute_moments
from pipeline.instrument import Instrument
from pipeline.load import answers_table
from pipeline.results import units_in_force
from pipeline.store import Store
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Ours:
    """units: (member, wave, population) -> instrument; estimates: with intervals, more than is asked for; tests: see independence."""

    units: dict[tuple, Instrument]
    estimates: pl.DataFrame
    tests: pl.DataFrame


def ours(workspace: Workspace) -> Ours:
    """From the store, reading included, which no peer's time has; everybody weighs alike, as for the peers.

    What earlier runs kept is not used, and nothing is kept; what no peer is asked for (quality of answers, reliability,
    regressions) is not worked out.
    """
    store = Store(workspace.store, read_only=True, threads=1)
    try:
        units = units_in_force(workspace, store.frame("SELECT * FROM submission"))
        moments = compute_moments(store, {answers_table(i): i for i in units.values()}, together=False)
    finally:
        store.close()
    with ThreadPoolExecutor() as threads:
        tests = threads.submit(independence, moments)
        return Ours(units, estimate(moments, units), tests.result())
