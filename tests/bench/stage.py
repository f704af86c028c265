"""`python -m tests.bench.stage STAGE WORKSPACE OUT RUNS`: one stage, by itself, after a warm-up; prints what it took as JSON.

Each stage finds what the one before left in OUT.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb

from pipeline.workspace import Workspace, load_workspace
from tests.bench.world import exports


def bare(workspace: Workspace) -> Callable:
    """The answers as DuckDB loads them, without any understanding: the least that a load can cost."""
    files = [str(path) for path in exports(workspace.root)]

    def load() -> None:
        with duckdb.connect() as connection:
            for k, path in enumerate(files):
                connection.execute(f"CREATE TABLE t{k} AS SELECT * FROM read_csv(?, all_varchar = true)", [path]).fetchall()

    return load


def ingest(workspace: Workspace) -> Callable:
    from pipeline import run

    return lambda: run.ingest(workspace)


def estimate(workspace: Workspace) -> Callable:
    from pipeline.results import estimate_all

    return lambda: estimate_all(workspace)


def asked(workspace: Workspace) -> Callable:
    """Of `estimate` what other packages are asked for too (see tests/bench/peers): estimates, intervals and tests of independence."""
    from tests.bench.peers.ours import ours

    return lambda: ours(workspace)


def figures(workspace: Workspace) -> Callable:
    """From moments to estimates with intervals: what must not grow with respondents."""
    from pipeline.estimate.estimates import estimate as estimates
    from pipeline.results import estimate_all

    found = estimate_all(workspace)
    return lambda: estimates(found.moments, found.units)


def publish(workspace: Workspace) -> Callable:
    """Estimate, protect and write the release."""
    from pipeline import publish

    return lambda: publish.publish(workspace)


def render(workspace: Workspace) -> Callable:
    from pipeline.release import beside
    from pipeline.report import render_reports

    return lambda: render_reports(beside(workspace.release), beside(workspace.reports))


def audit(workspace: Workspace) -> Callable:
    from pipeline.release import beside
    from pipeline.run import attack

    return lambda: attack(workspace, beside(workspace.release), beside(workspace.reports))


def everything(workspace: Workspace) -> Callable:
    """A first run: nothing of an earlier one is there to be reused."""
    from pipeline.run import run

    return lambda: run(workspace)


def changed(workspace: Workspace) -> Callable:
    """A run after one submission changed."""
    from pipeline.run import run

    return lambda: run(workspace)


def _forget(workspace: Workspace) -> None:
    shutil.rmtree(workspace.out, ignore_errors=True)


def _read_anew(workspace: Workspace) -> None:
    """What the store knows of how files were read would not be read again."""
    workspace.store.unlink(missing_ok=True)


def _count_anew(workspace: Workspace) -> None:
    """What an earlier run added up would not be added up again."""
    shutil.rmtree(workspace.kept, ignore_errors=True)


def _change(workspace: Workspace) -> None:
    """The first export loses its last row."""
    path = exports(workspace.root)[0]
    path.write_bytes(path.read_bytes().rstrip().rpartition(b"\n")[0] + b"\n")


STAGES = {work.__name__: work for work in (bare, ingest, estimate, asked, figures, publish, render, audit, everything, changed)}
BEFORE = {"ingest": _read_anew, "everything": _forget, "changed": _change} | dict.fromkeys(("estimate", "asked", "publish"), _count_anew)  # each run; not timed


def took(stage: str, workspace: Workspace, runs: int) -> dict[str, float]:
    """See `measured`."""
    before = BEFORE.get(stage, lambda workspace: None)
    return measured(STAGES[stage](workspace), runs, lambda: before(workspace))


def measured(work: Callable, runs: int, before: Callable = lambda: None) -> dict[str, float]:
    """Medians: seconds of the clock and of all cores (those of other processes too); and the most memory of one process in MB.

    The first run warms up. Memory is what that one took, as users have one run a process: what allocators keep for more is none of it.
    """
    before()
    work()
    most = max(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)), *_peaks())
    clocks, cores = [], []
    for _ in range(runs):
        before()
        clock, core = time.perf_counter(), _cpu()
        work()
        clocks.append(time.perf_counter() - clock)
        cores.append(_cpu() - core)
    return {"seconds": statistics.median(clocks), "cpu": statistics.median(cores), "megabytes": most / 1024}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used) + sum(map(_used, active_children()))


def _used(worker: BaseProcess) -> float:
    """Seconds of a process that has not ended (see pipeline/workers.py), of which `resource` does not tell."""
    fields = Path(f"/proc/{worker.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peaks() -> list[int]:
    """The most memory that each process has had that has not ended, in kB."""
    told = [Path(f"/proc/{worker.pid}/status").read_text(encoding="utf-8") for worker in active_children()]
    return [int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1]) for status in told]


if __name__ == "__main__":
    name, root, out, runs = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    workspace = load_workspace(root, out)
    print(json.dumps(took(name, workspace, runs)))
