"""From a printed share and its interval back to how many answered.

A share of one decimal with its exact interval leaves one or two sample sizes. So what others see must be
coarse, and one width must serve all members. Intervals tried: Clopper and Pearson (1934), which
Korn and Graubard (1998) is for a simple sample, and Wilson (1927).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.tables import PEERS_OF

SIZES = np.arange(2, 5001)
FEWEST_PAIRS = 10  # (sample size, count) pairs that a printed pair must leave
Z = 1.959963984540054  # the normal distribution's quantile of 0.975
TABLE = ["recipient", "population"]
GRIDS = [1.0, 0.5, 0.1, 0.01, 0.001, 1e-6]


def unrounded_values(desk: Desk) -> Iterator[Finding]:
    """Shares and scores that others see off the grid of the rules."""
    rows = _peers(desk)
    off = rows.filter((pl.col("points") / pl.col("step") - (pl.col("points") / pl.col("step")).round()).abs() > 1e-6)
    for keys, group in off.group_by(TABLE, maintain_order=True):
        what = f"{group.height} figures not rounded to the rules' step, first {_name(group)}: {group['points'][0]:.6g}"
        yield Finding("peer-step", _where(keys), what)


def unlike_widths(desk: Desk) -> Iterator[Finding]:
    """Intervals that are wider for one member than for another, or no multiple of the step."""
    step = desk.rules["interval_step"]
    rows = _peers(desk).filter(pl.col("low").is_not_null()).with_columns(half=pl.col("side").max().over(PEERS_OF))
    expected = ((pl.max_horizontal(0.0, pl.col("points") - pl.col("half")) - pl.col("low")).abs() > 1e-6) | (
        (pl.min_horizontal(100.0, pl.col("points") + pl.col("half")) - pl.col("high")).abs() > 1e-6
    )
    # Where every interval is cut at both ends of the scale the width behind it can't be seen.
    uncut = (pl.col("low") > 1e-9) | (pl.col("high") < 100 - 1e-9)
    uneven = uncut & ((pl.col("half") / step - (pl.col("half") / step).round()).abs() > 1e-6)
    wrong = rows.filter(expected | uneven)
    for names, group in wrong.group_by(TABLE, maintain_order=True):
        what = (
            f"{group.height} intervals of a width of their own, first {_name(group)}: +-{group['side'][0]:.4g} points"
        )
        yield Finding("peer-width", _where(names), what)


def invertible_intervals(desk: Desk) -> Iterator[Finding]:
    """Printed pairs that leave so few sample sizes and counts that public sizes name the member."""
    rows = _peers(desk).filter(pl.col("scaled") == 100, pl.col("low").is_not_null(), pl.col("side") > 0)
    if rows.is_empty():
        return
    share, side = rows["points"].to_numpy(), rows["side"].to_numpy()
    slack = _grids(rows, desk.rules["interval_step"])
    rounding = desk.rules["share_step"] / 2
    distinct, index = np.unique(np.column_stack([share, side, slack]), axis=0, return_inverse=True)
    left = np.array([pairs_left(*case, rounding) for case in distinct])[index.ravel()]
    # Of members with one width nobody knows whose it is: what fits any of them counts.
    alike = [*PEERS_OF, pl.col("side").round(6)]
    summed = rows.with_columns(left=pl.Series(left)).with_columns(pl.col("left").sum().over(alike))
    few = summed.filter((pl.col("left") > 0) & (pl.col("left") < FEWEST_PAIRS))
    for names, group in few.group_by(TABLE, maintain_order=True):
        what = f"{group.height} figures leave under {FEWEST_PAIRS} pairs of base and count, first {_name(group)}: {group['left'][0]}"
        yield Finding("peer-inversion", _where(names), what)


def pairs_left(share: float, half: float, slack: float, rounding: float) -> int:
    """How many (n, x) print this share with this half-width, in points, by either method; 0 where neither can."""
    low, high = _wilson(share / 100, SIZES)
    # Roughly the sizes that can fit: the rounding of the share and the method move a side by little.
    sizes = SIZES[np.abs(50 * (high - low) - half) <= slack + 300 / SIZES]
    if (sizes * 2 * rounding >= 100).sum() > 10 * FEWEST_PAIRS:
        return 10 * FEWEST_PAIRS  # so many sizes that counting them is idle
    first = np.maximum(0, np.ceil((share - rounding) / 100 * sizes - 1e-9)).astype(int)
    last = np.minimum(sizes, np.floor((share + rounding) / 100 * sizes + 1e-9)).astype(int)
    number = np.maximum(0, last - first + 1)
    n = np.repeat(sizes, number)
    x = np.repeat(first - np.cumsum(number) + number, number) + np.arange(number.sum())
    fitting = [int((np.abs(widths - half) <= slack).sum()) for widths in _half_widths(x, n)]
    return min((f for f in fitting if f), default=0)


def _half_widths(x: np.ndarray, n: np.ndarray) -> Iterator[np.ndarray]:
    """What may be printed as the half-width, in points: by either method the longer side, or half of both."""
    for low, high in (_wilson(x / n, n), _exact(x, n)):
        yield 100 * np.maximum(x / n - low, high - x / n)
        yield 50 * (high - low)


def _wilson(share: float | np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return middle - half, middle + half


def _exact(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy import special  # which few releases need, and every process that reads pages would load

    low = np.where(x == 0, 0, special.betaincinv(np.maximum(x, 1), n - x + 1, 0.025))
    high = np.where(x == n, 1, special.betaincinv(x + 1, np.maximum(n - x, 1), 0.975))
    return low, high


def _grids(rows: pl.DataFrame, step: float) -> np.ndarray:
    """How exactly each half-width is known: the coarsest grid it lies on. A multiple of the rules' step says
    only that the widest member is not wider, and one step narrower at most."""
    side = rows["side"].to_numpy()
    slack = np.full(len(side), GRIDS[-1])
    for grid in reversed(GRIDS):
        slack = np.where(np.abs(side / grid - np.round(side / grid)) < 1e-6, grid / 2, slack)
    return np.where(np.abs(side / step - np.round(side / step)) < 1e-6, step, slack)


def _peers(desk: Desk) -> pl.DataFrame:
    """The visible rows with points, low, high, side (longer half of the interval), step: all in points of 100."""
    rows = desk.tables["peers"].filter(pl.col("status") != "suppressed", pl.col("estimate").is_not_null())
    score = pl.col("measure").is_in(["mean_score", "mean"])
    scaled = pl.when(score).then(1).otherwise(100)
    return rows.with_columns(
        scaled=scaled,
        points=pl.col("estimate") * scaled,
        low=pl.col("ci_low") * scaled,
        high=pl.col("ci_high") * scaled,
        step=pl.when(score).then(float(desk.rules["score_step"])).otherwise(float(desk.rules["share_step"])),
    ).with_columns(side=pl.max_horizontal(pl.col("points") - pl.col("low"), pl.col("high") - pl.col("points")))


def _where(keys: tuple) -> str:
    return f"peers: {f'table of {keys[0]}' if keys[0] else 'everybody'} {keys[1]}"


def _name(rows: pl.DataFrame) -> str:
    return listed([f"{rows['pseudonym'][0]} {rows['indicator'][0]}"])
