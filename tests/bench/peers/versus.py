"""Runs the peers on the answers of a workspace that has been ingested, and tells how they compare with the estimation stage.

A peer's time is its estimating alone: neither its start nor its reading. The stage's is all it does, reading the
store included, and it gives more than the peers are asked for: see `against_peers`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import polars as pl

from pipeline.results import estimate_all
from pipeline.workspace import load_workspace
from tests.bench.peers.compare import compare, read_estimates
from tests.bench.peers.environment import NoEnvironmentError, python_of_peers
from tests.bench.peers.shared import ours, share_out

HERE = Path(__file__).parent
R, SVYBY, PYTHON = "survey", "svyby", ("svy", "samplics")  # of R the fastest way, and the one of its manual
RUNS = {R: 3, SVYBY: 1} | dict.fromkeys(PYTHON, 3)
LIMIT = 600  # seconds for one peer, start and all runs; one that needs more is skipped


class SkippedError(Exception):
    """A peer could not be had; says why."""


def against_peers(root: Path, out: Path, stage: float) -> dict:
    """Print and give what the peers found and took; `stage`: seconds that the estimation stage took on the same answers.

    asked: estimates that the peers are asked for; given: all that the stage gives as `estimates`; peers: by name,
    either `skipped` (why) or version, seconds, cpu, ratio (stage / peer) and compare.Agreement; same: whether none
    of those that ran differs.
    """
    workspace = load_workspace(root, out)
    results = estimate_all(workspace)
    asked = ours(results)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "answers"
        share_out(workspace, results, folder)
        peers = {name: _measured(name, folder, asked, stage) for name in RUNS}
    found = {
        "asked": asked.height,
        "given": results.estimates.height,
        "stage": stage,
        "peers": peers,
        "same": all(peer.get("same", True) for peer in peers.values()),
    }
    print("\n".join(_lines(found)))
    return found


def _measured(name: str, folder: Path, asked: pl.DataFrame, stage: float) -> dict:
    try:
        took = _run([*_command(name), folder, str(RUNS[name])])
    except SkippedError as why:
        return {"skipped": str(why)}
    agreement = compare(asked, read_estimates(folder / f"{name}.csv"))
    return took | {"ratio": stage / took["seconds"]} | agreement.told()


def _command(name: str) -> list:
    """Raises SkippedError where what runs the peer is missing."""
    if name in PYTHON:
        try:
            return [python_of_peers(), HERE / f"{name}_peer.py"]
        except NoEnvironmentError as why:
            raise SkippedError(f"its environment can't be made: {why}") from None
    rscript = shutil.which("Rscript")
    if rscript is None:
        raise SkippedError("there is no Rscript; on Debian: apt install r-cran-survey")
    if subprocess.run([rscript, "-e", "library(survey)"], capture_output=True, check=False).returncode:
        raise SkippedError("R has no package survey; on Debian: apt install r-cran-survey")
    return [rscript, HERE / f"{name}.R"]


def _run(command: list) -> dict:
    """version, seconds and cpu (medians of RUNS). Raises SkippedError."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True)
    except subprocess.TimeoutExpired:
        raise SkippedError(f"it needs more than {LIMIT} seconds") from None
    except subprocess.CalledProcessError as problem:
        raise SkippedError(f"it stopped: {(problem.stderr.strip().splitlines() or [''])[-1]}") from None
    return json.loads(done.stdout.splitlines()[-1])


def _lines(found: dict) -> list[str]:
    peers = found["peers"]
    ran = {name: peer for name, peer in peers.items() if "skipped" not in peer}
    lines = [f"\nThe same {found['asked']:,} estimates and standard errors by others; the stage gives {found['given']:,} in {found['stage']:.2f} s"]
    lines += [f"{name}: skipped, {peer['skipped']}" for name, peer in peers.items() if name not in ran]
    lines += [_line(name, peer) for name, peer in ran.items()]
    for name, called in ((R, "R survey"), (SVYBY, "R survey's svyby")):
        if name in ran:
            lines.append(f"estimate ÷ {called}: {ran[name]['ratio']:.2f}")
    python = [name for name in PYTHON if name in ran]
    if python:
        fastest = min(python, key=lambda name: ran[name]["seconds"])
        lines.append(f"estimate ÷ the fastest Python peer ({fastest}): {ran[fastest]['ratio']:.2f}")
    return lines


def _line(name: str, peer: dict) -> str:
    verdict = "the same" if peer["same"] else f"NOT THE SAME ({peer['wrong']} given by one of both alone)"
    lacking = f" ({peer['lacking']} shares of 0 left out by it)" if peer["lacking"] else ""
    return (
        f"{name} {peer['version']}: {peer['seconds']:.2f} s, {peer['compared']:,} estimates compared{lacking}, {verdict}; "
        f"largest difference {peer['estimate']:.1e}, of {peer['errors']:,} standard errors {peer['se']:.1e}"
    )
