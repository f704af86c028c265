"""Where the time goes: each stage on seeded worlds, as ratios to a bare DuckDB load of the same answers in the same run.

At one size the estimation stage is set beside other packages too, see tests/bench/peers.
`make bench`, or `python -m tests.bench.bench RESPONDENTS...` for other sizes (10000000 takes an hour). Prints tables and
what holds (targets.py), and writes build/bench.json.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.bench.peers.versus import against_peers
from tests.bench.stage import STAGES
from tests.bench.targets import verdicts
from tests.bench.world import MEMBERS, exports, world
from tests.conftest import PROJECT

SIZES = (20_000, 200_000, 1_000_000)
RUNS, RUNS_OF_LARGE, LARGE = 5, 3, 1_000_000
PEERS_UP_TO = 20_000  # respondents: the largest size up to this one is given to other packages too


def measure(stage: str, root: Path, out: Path, runs: int) -> dict:
    """A stage in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.stage", stage, str(root), str(out), str(runs)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{stage}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def of_size(size: int, folder: Path, smallest: bool, peers: bool) -> dict:
    """Every stage from CSV, and ingest from Parquet; from workbooks at the smallest size alone."""
    runs = RUNS if size < LARGE else RUNS_OF_LARGE
    root, out = world(folder, size), folder / f"out-{size}"
    rows = sum(path.read_bytes().count(b"\n") - 1 for path in exports(root))
    print(f"\n{rows:,} respondents of {MEMBERS} members in {len(exports(root))} files; medians of {runs} runs after a warm-up")
    found = {"asked": size, "respondents": rows, "stages": {}}
    print(f"{'stage':<14}{'seconds':>9}{'cpu':>9}{'MB':>8}{'÷ bare load':>13}")
    for stage in STAGES:
        found["stages"][stage] = _told(stage, measure(stage, root, out, runs), found["stages"])
        if stage == "asked" and peers:
            found["peers"] = against_peers(root, out, found["stages"][stage], found["stages"]["estimate"])
    for form in ("parquet", "xlsx") if smallest else ("parquet",):
        took = measure("ingest", world(folder, size, form), folder / f"out-{size}-{form}", runs)
        found["stages"][f"ingest {form}"] = _told(f"ingest {form}", took, found["stages"])
    return found


def _told(stage: str, took: dict, before: dict) -> dict:
    base = before.get("bare", took)["seconds"]
    print(f"{stage:<14}{took['seconds']:>9.2f}{took['cpu']:>9.2f}{took['megabytes']:>8.0f}{took['seconds'] / base:>13.1f}", flush=True)
    return took


def _machine() -> dict:
    processor = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8")) if Path("/proc/cpuinfo").exists() else None
    return {
        "date": date.today().isoformat(),
        "processor": processor[1] if processor else platform.machine(),
        "cores": os.cpu_count(),
        "memory": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
    }


def main() -> None:
    sizes = sorted(int(size) for size in sys.argv[1:]) or list(SIZES)
    beside = max((size for size in sizes if size <= PEERS_UP_TO), default=None)
    with tempfile.TemporaryDirectory() as temporary:
        results = [of_size(size, Path(temporary), size == sizes[0], size == beside) for size in sizes]
    found = verdicts(results)
    print("\n" + "\n".join(verdict.line() for verdict in found))
    target = PROJECT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    document = {"machine": _machine(), "few": RUNS_OF_LARGE, "sizes": results, "verdicts": [vars(verdict) | {"holds": verdict.holds} for verdict in found]}
    target.write_text(json.dumps(document, indent=1), encoding="utf-8")
    print(f"\nWritten to {target.relative_to(PROJECT)}")
    if not all(result.get("peers", {"same": True})["same"] for result in results):
        raise SystemExit("Other packages give other figures, see above")


if __name__ == "__main__":
    main()
