"""`python -m tests.bench.stage STAGE WORKSPACE OUT RUNS`: one stage, by itself, after a warm-up; prints what it took as JSON."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import duckdb


def bare(workspace, out: Path) -> None:
    """The answers as DuckDB loads them, without any understanding: the least that a load can cost."""
    with duckdb.connect() as connection:
        for k, path in enumerate(sorted((workspace.root / "plain").glob("*.csv"))):
            connection.execute(f"CREATE TABLE t{k} AS SELECT * FROM read_csv(?, all_varchar = true)", [str(path)]).fetchall()


def ingest(workspace, out: Path) -> None:
    from pipeline.run import ingest as work

    work(workspace)


def estimate(workspace, out: Path) -> None:
    from pipeline.results import estimate_all

    estimate_all(workspace)


def release(workspace, out: Path) -> None:
    from pipeline.publish import publish

    publish(workspace)


def everything(workspace, out: Path) -> None:
    from pipeline.run import run

    workspace.summary.unlink(missing_ok=True)  # else there is nothing to do
    run(workspace)


STAGES = {work.__name__: work for work in (bare, ingest, estimate, release, everything)}


def measured(work, runs: int) -> dict[str, float]:
    """Medians: seconds of the clock and of all cores (those of other processes too), and the most memory in MB."""
    clocks, cores = [], []
    for number in range(runs + 1):
        clock, core = time.perf_counter(), _cpu()
        work()
        if number:  # the first warms up
            clocks.append(time.perf_counter() - clock)
            cores.append(_cpu() - core)
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"seconds": statistics.median(clocks), "cpu": statistics.median(cores), "megabytes": most / 1024}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


if __name__ == "__main__":
    from pipeline.workspace import load_workspace

    name, root, out, runs = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    workspace = load_workspace(root, out)
    print(json.dumps(measured(lambda: STAGES[name](workspace, out), runs)))
