"""How often rank intervals of all members hold together, and how wide they are.

Alone: `python -m tests.simulation.simulate ranks` puts its section anew into docs/simulation.md.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from pipeline.estimate.ranks import rank_intervals, surely_apart
from pipeline.protect.ranks import Compared, distance

DRAWS, SEED, SPREAD = 500, 20240615, 25.0  # SPREAD: of answers within a member, in points of 100
MEMBERS = (5, 14, 26)
LEVEL = 0.95
TITLE = "## Ranks of members"
METHODS = {"published": "as published", "own": "own errors", "widest": "by the widest", "joint": "joint intervals", "overlap": "overlap of 95 %"}
# What each sample is: respondents by member, degrees of freedom of its variance (None: respondents less one).
SAMPLES = {
    "100": (lambda m: np.full(m, 100.0), None),
    "400": (lambda m: np.full(m, 400.0), None),
    "60 to 800": (lambda m: np.geomspace(60, 800, m), None),
    "100 in 10 units": (lambda m: np.full(m, 100.0), 9),
}
WORLDS = ("equal", "spread", "tied in the middle")


def truth(world: str, members: int) -> np.ndarray:
    """True scores: all alike; normal with a standard deviation of 8; or half of them alike, the others 10 points off."""
    place = (np.arange(members) + 0.5) / members
    if world == "spread":
        return 60 + 8 * stats.norm.ppf(place)
    return np.full(members, 60.0) + (0 if world == "equal" else np.where(place < 0.25, -10, np.where(place > 0.75, 10, 0)))


def samples(members: int, sample: str, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(errors of the estimates, their estimated standard errors: draws x members; degrees of freedom). Sizes are dealt out anew each time."""
    rng = np.random.default_rng(seed)
    sizes, few = SAMPLES[sample]
    n = rng.permuted(np.tile(sizes(members), (draws, 1)), axis=1)
    df = n - 1 if few is None else np.full_like(n, few)
    sd = SPREAD / np.sqrt(n)
    return rng.normal(size=n.shape) * sd, sd * np.sqrt(rng.chisquare(df) / df), df


def held(world: str, errors: np.ndarray, intervals: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """Share of samples in which every member's interval holds its rank (all ranks that it ties for), and mean width in ranks."""
    true = truth(world, errors.shape[1])
    first, last = rank_intervals(true, 1e-6)
    covered = [((low <= first) & (last <= high)).all() for low, high in intervals]
    return float(np.mean(covered)), float(np.mean([(high - low + 1).mean() for low, high in intervals]))


def rank_coverage(members: int, sample: str, draws: int, seed: int) -> dict[tuple[str, str], tuple[float, float]]:
    """(world, method) -> (coverage, mean width). The same samples serve all worlds and methods; "normal": as published, but by z."""
    errors, se, df = samples(members, sample, draws, seed)
    distances = {"published": [distance(Compared(e, s, d, 1.0)) for e, s, d in zip(errors, se, df, strict=True)]}
    if SAMPLES[sample][1]:
        z = np.full(members, np.inf)
        distances["normal"] = [distance(Compared(e, s, z, 1.0)) for e, s in zip(errors, se, strict=True)]
    found = {}
    for world in WORLDS:
        estimates = truth(world, members) + errors
        rounded = np.round(estimates)
        for name, apart in distances.items():
            intervals = [rank_intervals(x, a) for x, a in zip(rounded, apart, strict=True)]
            found[world, name] = held(world, errors, intervals)
        for name, limit in _limits(se, df).items():
            found[world, name] = held(world, errors, [_ranks(x, far) for x, far in zip(estimates, limit, strict=True)])
    return found


def _limits(se: np.ndarray, df: np.ndarray) -> dict[str, np.ndarray]:
    """Method -> draws x members x members: what two exact figures must differ by.

    widest: all by the widest 95 % interval, rounded up to 5 points as pages show it.
    own: simultaneous differences, each by its pair's errors (Tukey-Kramer; Mogstad
    et al. 2024, one step); joint: members' intervals that hold together and do not
    overlap (Klein, Wright and Wieczorek 2020, independent members); overlap: plain 95 % intervals that do not.
    """
    members, few = se.shape[1], float(df.min())
    range_ = stats.studentized_range.ppf(LEVEL, members, few) / np.sqrt(2)
    joint = stats.t.ppf((1 + LEVEL ** (1 / members)) / 2, df) * se
    plain = stats.t.ppf((1 + LEVEL) / 2, df) * se
    widest = np.ceil(plain.max(axis=1) / 5) * 5 / stats.norm.ppf((1 + LEVEL) / 2)
    return {
        "widest": np.broadcast_to((range_ * np.sqrt(2) * widest)[:, None, None], (*se.shape, members)),
        "own": range_ * np.sqrt(se[:, :, None] ** 2 + se[:, None, :] ** 2),
        "joint": joint[:, :, None] + joint[:, None, :],
        "overlap": plain[:, :, None] + plain[:, None, :],
    }


def _ranks(estimates: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    better = estimates[None, :] - estimates[:, None] > limit
    return 1 + better.sum(axis=1), len(estimates) - better.sum(axis=0)


def section(draws: int = DRAWS) -> list[str]:
    """The section of docs/simulation.md."""
    cells = {
        (m, s): rank_coverage(m, s, draws, SEED + 100 * i + k) for i, m in enumerate(MEMBERS) for k, s in enumerate(SAMPLES)
    }
    return [*_head(draws), *_table(cells), "", _normal(cells), "", *_one_number()]


def _head(draws: int) -> list[str]:
    noise = (LEVEL * (1 - LEVEL) / draws) ** 0.5
    return [
        TITLE,
        "",
        f"{draws:,} samples a cell (`python -m tests.simulation.simulate ranks`, seed {SEED}; Monte Carlo standard error of 95 %: {noise:.1%}). "
        f"Answers have a standard deviation of {SPREAD:g} points. Covered: samples in which the intervals of *all* members hold, ties included; "
        "then the mean width in ranks. True scores: all equal; normal with a standard deviation of 8; half of the members alike, a quarter 10 points above and below.",
        "",
        "*As published*: figures rounded to whole points, one distance for all, rounded up. *Own errors*: exact figures, each pair by its own errors "
        "(Mogstad et al. 2024; what protection costs is the difference to this). *By the widest*: exact figures, all by the widest "
        "interval as pages show it, rounded up to 5 points (what ranks would be if they used nothing else). *Joint intervals*: Klein, Wright and Wieczorek 2020. "
        "*Overlap*: two members differ where their 95 % intervals do not overlap.",
        "",
        f"| members | respondents | true scores | {' | '.join(METHODS.values())} |",
        "| --: | --- | --- | --: | --: | --: | --: | --: |",
    ]


def _table(cells: dict[tuple, dict]) -> list[str]:
    return [
        f"| {m} | {s} | {w} | " + " | ".join("{:.1%}, {:.1f}".format(*found[w, x]) for x in METHODS) + " |"
        for (m, s), found in cells.items()
        for w in WORLDS
    ]


def _normal(cells: dict[tuple, dict]) -> str:
    worst = {k: min(found["equal", k][0] for found in cells.values() if ("equal", k) in found) for k in ("normal",)}
    few = [found["equal", "published"][0] for (_, s), found in cells.items() if SAMPLES[s][1]]
    return (
        f"With 9 degrees of freedom a member (10 sampling units) and equal scores, a normal distance would hold in as few as {worst['normal']:.1%} "
        f"of samples; the t distance that is used, in {min(few):.1%} or more."
    )


def _one_number() -> list[str]:
    """What one distance for all costs, beyond rounding: against a pair's own, in standard errors."""
    mixed = SPREAD / np.sqrt(np.geomspace(60, 800, 14))
    one, top = surely_apart(mixed), stats.studentized_range.ppf(LEVEL, 14, np.inf) / np.sqrt(2)
    ends = [top * np.sqrt(2) * mixed[i] for i in (0, -1)]
    return [
        f"One distance for 14 members of 60 to 800 respondents is {one:.1f} points. By their own errors two of 60 would need {ends[0]:.1f}, two of 800 {ends[1]:.1f}."
    ]
