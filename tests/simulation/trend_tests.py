"""Trends in repeated samples: how often a slope, a departure or "no change" is claimed; writes its section of docs/simulation.md.

Runs alone: python -m tests.simulation.simulate trends
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import binom

from pipeline.estimate.trends import trends

DRAWS, SEED = 4000, 20240601
WAVES, SIZES = (3, 4, 6), (100, 400)
BETWEEN = 2  # years from wave to wave
UNITS = (10, 20, 40)
MARGIN = 3.0
SCORES = np.arange(0, 101, 25.0)
LARGE = (1600, 3600)  # where "no change of 3 points" can be said at all
TITLE = "## Trends over three waves and more"


def drawn(levels: np.ndarray, n: int, draws: int, seed: int) -> pl.DataFrame:
    """`draws` members, each asked once per level: answers of `n` on five steps from 0 to 100 whose mean is the level (binomial, SD 25 at 50)."""
    rng = np.random.default_rng(seed)
    k = len(levels)
    counts = rng.multinomial(n, binom.pmf(np.arange(5), 4, levels[:, None] / 100), size=(draws, k))
    mean = counts @ SCORES / n
    variance = (counts @ SCORES**2 - n * mean**2) / (n - 1)
    return _table(mean, variance / n, n - 1)


def few_units(k: int, units: int, draws: int = DRAWS, seed: int = SEED) -> float:
    """Share of samples in which a slope stands, of waves of a few sampling units each, among which nothing moves."""
    means = np.random.default_rng(seed).normal(50, 10, size=(draws, k, units))
    return (trends(_table(means.mean(-1), means.var(-1, ddof=1) / units, units - 1))["p_value"] <= 0.05).mean()


def _table(estimates: np.ndarray, variances: np.ndarray, df: int) -> pl.DataFrame:
    """(draws, k) figures as `trends` takes them."""
    draws, k = estimates.shape
    return pl.DataFrame(
        {
            "member": np.repeat([f"{d:05}" for d in range(draws)], k),
            "wave": [str(2000 + BETWEEN * i) for i in range(k)] * draws,
            "estimate": estimates.ravel(),
            "variance": variances.ravel(),
        }
    ).with_columns(
        pl.lit("mean_score").alias("measure"),
        pl.lit("factor").alias("indicator_kind"),
        pl.lit("none").alias("adjustment"),
        pl.lit("published").alias("status"),
        pl.lit(float(df)).alias("df"),
        *(pl.lit("x").alias(c) for c in ("population", "link", "category", "indicator", "concept")),
    )


def rates(levels, n: int, draws: int = DRAWS, seed: int = SEED) -> dict[str, float]:
    """Share of samples in which the slope stands, the departure stands, and "no change" is claimed (each at 5 %);
    covered: whose interval holds the slope of the least squares line through the levels."""
    levels = np.asarray(levels, float)
    table = trends(drawn(levels, n, draws, seed), equivalence_points=MARGIN)
    assert table.height == draws
    true = float(np.polyfit(BETWEEN * np.arange(len(levels)), levels, 1)[0])
    held = (table["ci_low"] <= true) & (true <= table["ci_high"])
    p = {"slope": "p_value", "departure": "departure_p_value", "same": "equivalence_p_value"}
    return {name: (table[c] <= 0.05).mean() for name, c in p.items()} | {"covered": held.mean()}


def flat(k: int) -> np.ndarray:
    return np.full(k, 50.0)


def rising(k: int, points: float) -> np.ndarray:
    """So many points a year."""
    return 50 + points * BETWEEN * (np.arange(k) - (k - 1) / 2)


def ends(k: int) -> np.ndarray:
    """Exactly at the margin: the last wave differs from the first, others lie between, so that "no change" is false by a hair."""
    return 50 + MARGIN * np.arange(k) / (k - 1)


def one_out(k: int) -> np.ndarray:
    """Exactly at the margin, one wave alone: the others' levels are all the same."""
    return flat(k) + MARGIN * (np.arange(k) == k // 2)


def section() -> list[str]:
    noise = (0.05 * 0.95 / DRAWS) ** 0.5
    lines = [
        TITLE,
        "",
        f"{DRAWS:,} samples a cell, seed {SEED} (a rate of 5 % has a Monte Carlo standard error of {noise:.1%}); answers on five steps from 0 "
        f"to 100, standard deviation 25, {BETWEEN} years from wave to wave. Tests at 5 %, one at a time; reports allow for their number besides. "
        "*Bent*: the middle waves lie 8 points above the ends.",
        "",
        "| waves | n each | slope found: nothing moves | its interval covers | slope found: 1 point a year | 2 points a year "
        "| departure found: a line rises by 2 points a year | bent |",
        "| --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for i, (k, n) in enumerate(_cells(SIZES)):
        none, one, two = (
            rates(levels, n, seed=SEED + 10 * i + j) for j, levels in enumerate((flat(k), rising(k, 1), rising(k, 2)))
        )
        bent = rates(50 + 8.0 * ((np.arange(k) > 0) & (np.arange(k) < k - 1)), n, seed=SEED + 10 * i + 5)
        found = (none["slope"], none["covered"], one["slope"], two["slope"], two["departure"], bent["departure"])
        lines.append(f"| {k} | {n} | " + " | ".join(f"{x:.1%}" for x in found) + " |")
    return [*lines, "", *_units(), *_same()]


def _units() -> list[str]:
    lines = ["Slope found where nothing moves, of clustered samples with few sampling units in each wave:", ""]
    lines += ["| waves | " + " | ".join(f"{u} units" for u in UNITS) + " |", "| --: |" + " --: |" * len(UNITS)]
    for k in WAVES:
        found = (few_units(k, u, seed=SEED + 900 + 10 * k + j) for j, u in enumerate(UNITS))
        lines.append(f"| {k} | " + " | ".join(f"{x:.1%}" for x in found) + " |")
    return [*lines, ""]


def _same() -> list[str]:
    lines = [
        f'"No change of {MARGIN:g} points or more between any two waves" is false, if by a hair, where two waves differ by {MARGIN:g} points: it may be claimed '
        "in 5 % of samples at most. It is a claim that small samples cannot carry: with 400 answers a wave it is next to never made.",
        "",
        "| waves | n each | claimed falsely: first and last differ | one wave differs | claimed rightly: nothing moves |",
        "| --: | --: | --: | --: | --: |",
    ]
    for i, (k, n) in enumerate(_cells((*SIZES, *LARGE))):
        found = (
            rates(levels, n, seed=SEED + 500 + 10 * i + j)["same"]
            for j, levels in enumerate((ends(k), one_out(k), flat(k)))
        )
        lines.append(f"| {k} | {n} | " + " | ".join(f"{x:.1%}" for x in found) + " |")
    return [*lines, ""]


def _cells(sizes) -> list[tuple[int, int]]:
    return [(k, n) for k in WAVES for n in sizes]
