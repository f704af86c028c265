"""What the software is meant to reach, and whether a run of the benchmark did."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.peers.versus import set_against

R_TIMES, PYTHON_TIMES = 50, 10  # faster than R's survey, and than the fastest Python peer
MOST_MEMORY = 2048  # MB of one process
GROWTH_OF = 9  # times the respondents, from which on growth is judged


@dataclass(frozen=True)
class Verdict:
    """A figure beside its target; most: the largest that it may be, None where nothing was promised."""

    what: str
    figure: float
    most: float | None = None

    @property
    def holds(self) -> bool | None:
        return None if self.most is None else self.figure <= self.most

    def line(self) -> str:
        if self.most is None:
            return f"{self.what}: {self.figure:.3g}"
        return f"{self.what}: {self.figure:.3g}, {'holds' if self.holds else 'DOES NOT HOLD'} (at most {self.most:g})"


def verdicts(results: list[dict]) -> list[Verdict]:
    """`results`: of each size, smallest first: respondents, stages (seconds, cpu, megabytes each), perhaps peers."""
    return [*_of_sizes(results), *_against_peers(results), *_growth(results)]


def _of_sizes(results: list[dict]) -> list[Verdict]:
    found = []
    for result in results:
        seconds = {stage: took["seconds"] for stage, took in result["stages"].items()}
        last, who = result is results[-1], f"{result['respondents']:,} respondents"
        parts = sum(seconds[stage] for stage in ("ingest", "publish", "render", "audit"))
        found += [
            Verdict(f"{who}: ingest ÷ bare load", seconds["ingest"] / seconds["bare"], 2.5),
            Verdict(f"{who}: whole run ÷ bare load", seconds["everything"] / seconds["bare"], 8 if last else None),
            Verdict(f"{who}: whole run ÷ sum of its stages", seconds["everything"] / parts),
            Verdict(f"{who}: most memory of one process, MB", max(took["megabytes"] for took in result["stages"].values()), MOST_MEMORY),
        ]
        if "changed" in seconds:
            found.append(Verdict(f"{who}: one changed submission ÷ whole run", seconds["changed"] / seconds["everything"], 0.15))
    return found


def _against_peers(results: list[dict]) -> list[Verdict]:
    """By seconds of the clock; a peer that is asked for less, or has its manual's way, is told beside the others."""
    ran = [result["peers"]["peers"] for result in results if "peers" in result]
    found = []
    for peers in ran:
        for called, peer in set_against({name: peer for name, peer in peers.items() if "ratio" in peer}).items():
            found.append(Verdict(f"asked ÷ {called}", peer["ratio"], _most_of(called)))
    return found


def _most_of(called: str) -> float | None:
    if called == "R survey":
        return 1 / R_TIMES
    return 1 / PYTHON_TIMES if called.startswith("the fastest Python peer (") else None


def _growth(results: list[dict]) -> list[Verdict]:
    """Of each stage where respondents grow about tenfold; what is estimated from moments must hardly grow."""
    found = []
    for small, large in zip(results, results[1:], strict=False):
        times = large["respondents"] / small["respondents"]
        grown = {stage: took["seconds"] / small["stages"][stage]["seconds"] for stage, took in large["stages"].items() if stage in small["stages"]}
        judged = 1.3 if times >= GROWTH_OF else None
        found += [Verdict(f"{times:.1f} times the respondents: {stage} takes", grown[stage], judged if stage == "figures" else None) for stage in grown]
    return found
