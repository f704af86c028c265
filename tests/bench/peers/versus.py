"""Runs the peers on the answers of a workspace that has been ingested, and tells how they compare with stage `asked`.

A peer's time is its estimating and testing alone: neither its start nor its reading. Ours is of the same estimates,
intervals and tests, from the store: reading the answers and adding them up is in it, and so are estimates that no peer
is asked for (scores of factors and indices, what nobody answered). samplics is asked for less than ours, see samplics_peer.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import polars as pl

from pipeline.workspace import load_workspace
from tests.bench.peers.compare import compare, read_estimates
from tests.bench.peers.compare_tests import FIGURES, compare_tests, read_tests, tests_of
from tests.bench.peers.environment import NoEnvironmentError, python_of_peers
from tests.bench.peers.ours import ours
from tests.bench.peers.shared import asked_of, share_out

HERE = Path(__file__).parent
R, SVYBY, PYTHON = "survey", "svyby", ("svy", "samplics")  # of R the fastest way, and the one of its manual
RUNS = {R: 1, SVYBY: 1, "svy": 1, "samplics": 3}  # one where a run takes about a minute
LIMIT = 900  # seconds for one peer, start and all runs; one that needs more is skipped
JUDGED = {R: FIGURES, SVYBY: FIGURES, "svy": ("statistic", "df_numerator")}  # of tests; who is not here has none


class SkippedError(Exception):
    """A peer could not be had; says why."""


def against_peers(root: Path, out: Path, asked: dict, whole: dict) -> dict:
    """Print and give what the peers found and took.

    `asked`, `whole`: seconds and cpu of the stages `asked` and `estimate` on the same answers; given back too. estimates,
    tests: how many the peers are asked for; given: all estimates of stage `asked`; peers: by name, either `skipped`
    (why) or version, seconds, cpu, ratio and cpu_ratio (asked / peer), compare.Agreement, and tests: an AgreementOfTests,
    or None; same: whether none of those that ran differs.
    """
    workspace = load_workspace(root, out)
    our = ours(workspace)
    estimates, tests = asked_of(our.estimates), tests_of(our.tests)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "answers"
        share_out(workspace, our.units, folder)
        peers = {name: _measured(name, folder, estimates, tests, asked) for name in RUNS}
    found = {
        "estimates": estimates.height,
        "tests": tests.height,
        "given": our.estimates.height,
        "asked": asked,
        "whole": whole,
        "peers": peers,
        "same": all(peer.get("same", True) for peer in peers.values()),
    }
    print("\n".join(_lines(found)))
    return found


def _measured(name: str, folder: Path, estimates: pl.DataFrame, tests: pl.DataFrame, asked: dict) -> dict:
    try:
        took = _run([*_command(name), folder, str(RUNS[name])])
    except SkippedError as why:
        return {"skipped": str(why)}
    ratios = {"ratio": asked["seconds"] / took["seconds"], "cpu_ratio": asked["cpu"] / took["cpu"]}
    agreement = compare(estimates, read_estimates(folder / f"{name}.csv"))
    tested = compare_tests(tests, read_tests(folder / f"{name}-tests.csv"), JUDGED[name]) if name in JUDGED else None
    same = agreement.same and (tested is None or tested.same)
    return took | ratios | agreement.told() | {"same": same, "tests": tested and tested.told()}


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
    asked, peers = found["asked"], found["peers"]
    ran = {name: peer for name, peer in peers.items() if "skipped" not in peer}
    lines = [
        f"\nAsked of others too: {found['estimates']:,} estimates with standard errors and intervals, {found['tests']:,} tests of independence",
        f"asked: {asked['seconds']:.2f} s ({asked['cpu']:.2f} of all cores) from the store, with {found['given']:,} estimates; "
        f"estimate, all that is estimated: {found['whole']['seconds']:.2f} s ({found['whole']['cpu']:.2f})",
    ]
    lines += [f"{name}: skipped, {peer['skipped']}" for name, peer in peers.items() if name not in ran]
    lines += [_line(name, peer) for name, peer in ran.items()]
    return lines + [f"asked ÷ {called}: {peer['ratio']:.3f} (of all cores {peer['cpu_ratio']:.3f})" for called, peer in set_against(ran).items()]


def set_against(peers: dict) -> dict:
    """Those of `peers`, which all ran, that targets speak of, by what they are called."""
    named = {"R survey": R, "R survey's svyby": SVYBY}
    python = sorted((name for name in PYTHON if name in peers), key=lambda name: peers[name]["seconds"])
    testing = [name for name in python if peers[name]["tests"]]
    named |= {f"the fastest Python peer ({name})": name for name in python[:1]}
    named |= {f"the fastest Python peer with tests ({name})": name for name in testing[:1] if name != python[0]}
    return {called: peers[name] for called, name in named.items() if name in peers}


def _line(name: str, peer: dict) -> str:
    verdict = "the same" if peer["same"] else "NOT THE SAME"
    lacking = f" ({peer['lacking']} shares of 0 left out by it)" if peer["lacking"] else ""
    alone = f" ({peer['wrong']} given by one of both alone)" if peer["wrong"] else ""
    return (
        f"{name} {peer['version']}: {peer['seconds']:.2f} s ({peer['cpu']:.2f} of all cores), {verdict}: "
        f"{peer['compared']:,} estimates compared{lacking}{alone}, largest difference {peer['estimate']:.1e}, "
        f"of {peer['errors']:,} standard errors {peer['se']:.1e}; {_line_of_tests(peer['tests'])}"
    )


def _line_of_tests(tests: dict | None) -> str:
    if tests is None:
        return "no tests"
    alone = f" ({tests['wrong']} given by one of both alone)" if tests["wrong"] else ""
    told = "" if "df" in tests["judged"] else " (of degrees of freedom that it counts otherwise)"
    return (
        f"{tests['compared']:,} tests compared{alone}, largest difference of a statistic {tests['statistic']:.1e}, "
        f"of degrees of freedom {max(tests['df_numerator'], tests['df']):.1e}, of p {tests['p_value']:.1e}{told}"
    )
