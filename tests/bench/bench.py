"""Where the time goes: each stage on seeded worlds, as ratios to a bare DuckDB load of the same answers in the same run.

At one size the estimation stage is set beside other packages too, see tests/bench/peers.
`make bench`, or `python -m tests.bench.bench RESPONDENTS...` for other sizes. Prints a table and writes build/bench.json.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from pipeline.demo import write_demo
from pipeline.ingest.readers import read_export
from tests.bench.peers.versus import against_peers
from tests.bench.stage import STAGES
from tests.conftest import PROJECT

SIZES = (2_000, 20_000)
RUNS, RUNS_OF_LARGE, LARGE = 5, 3, 100_000
MEMBERS, PART = 10, 2  # members, and populations of about the same size
PEERS_UP_TO = 20_000  # respondents: the largest size up to this one is given to other packages too


def world(folder: Path, respondents: int) -> Path:
    """A workspace of about so many respondents, English pages alone; its answers as plain CSV beside the inbox, for the bare load."""
    root = folder / f"world-{respondents}"
    write_demo(root, members=MEMBERS, waves=1, respondents=respondents // MEMBERS // PART, seed=1)
    (root / "reports.yaml").write_text("languages: []\n", encoding="utf-8")
    (root / "plain").mkdir()
    for k, path in enumerate(sorted(p for p in (root / "inbox").rglob("*") if p.is_file())):
        table = read_export(path)
        table.rows.drop("row").write_csv(root / "plain" / f"{k}.csv")
    return root


def measure(root: Path, out: Path, runs: int) -> dict[str, dict]:
    """Each stage in a process of its own, one after another."""
    found = {}
    for stage in STAGES:
        done = subprocess.run([sys.executable, "-m", "tests.bench.stage", stage, str(root), str(out), str(runs)], cwd=PROJECT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{stage}: {done.stderr[-2000:]}")
        found[stage] = json.loads(done.stdout.splitlines()[-1])
    return found


def printed(size: int, rows: int, found: dict[str, dict]) -> None:
    base = found["bare"]["seconds"]
    print(f"\n{rows:,} respondents (asked for {size:,}), medians of {RUNS if size < LARGE else RUNS_OF_LARGE} runs after a warm-up")
    print(f"{'stage':<12}{'seconds':>9}{'cpu':>9}{'MB':>8}{'÷ bare load':>13}")
    for stage, took in found.items():
        print(f"{stage:<12}{took['seconds']:>9.2f}{took['cpu']:>9.2f}{took['megabytes']:>8.0f}{took['seconds'] / base:>13.1f}")


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            root, out = world(Path(temporary), size), Path(temporary) / f"out-{size}"
            rows = sum(pl.scan_csv(p, infer_schema=False).select(pl.len()).collect().item() for p in (root / "plain").glob("*.csv"))
            found = measure(root, out, RUNS if size < LARGE else RUNS_OF_LARGE)
            printed(size, rows, found)
            results.append({"asked": size, "respondents": rows, "stages": found})
            if size == max((s for s in sizes if s <= PEERS_UP_TO), default=None):
                results[-1]["peers"] = against_peers(root, out, found["estimate"]["seconds"])
    for small, large in zip(results, results[1:], strict=False):
        growth = {stage: large["stages"][stage]["seconds"] / small["stages"][stage]["seconds"] for stage in STAGES}
        times = large["respondents"] / small["respondents"]
        print(f"\n{times:.1f} times the respondents take: " + ", ".join(f"{stage} {g:.1f} times" for stage, g in growth.items()))
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
    target = PROJECT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"machine": machine, "sizes": results}, indent=1), encoding="utf-8")
    print(f"\nWritten to {target.relative_to(PROJECT)}")
    if not all(result.get("peers", {"same": True})["same"] for result in results):
        raise SystemExit("Other packages give other estimates, see above")


if __name__ == "__main__":
    main()
