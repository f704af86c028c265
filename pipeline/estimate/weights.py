"""Weights from a frame: strata first, then post-stratification or raking, under a cap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.errors import StageError
from pipeline.estimate.design import UNIT, Frame
from pipeline.estimate.raking import rake, rake_under_cap

WEIGHTING = {
    "weighting": pl.String,
    "margins": pl.String,
    "population_size": pl.Float64,
    "margin_difference": pl.Float64,
    "cap": pl.Float64,
    "capped": pl.Int64,
    "margin_missed": pl.Float64,
    "largest_weight": pl.Float64,
    "weighting_effect": pl.Float64,
}


@dataclass(frozen=True)
class Weighting:
    """weights: UNIT, stratum, cell, weight; calibrated: the units with margins; notes: UNIT and WEIGHTING."""

    weights: pl.DataFrame
    calibrated: set[tuple]
    notes: pl.DataFrame


def weigh(counts: pl.DataFrame, frames: dict[tuple, Frame], cap: float | None = None) -> Weighting:
    """Weights for every unit from its cell counts (sql/036) and its frame.

    An export's own weights win over the frame; without either all weigh 1.
    `cap`: the largest weight, as a multiple of the unit's mean weight. Under it the margins
    still hold (`rake_under_cap`), or `margin_missed` says how far they do not.
    """
    parts, notes, calibrated = [], [], set()
    for unit, cells in counts.partition_by(UNIT, as_dict=True, maintain_order=True).items():
        frame = frames.get(unit)
        if frame is not None:
            _check_sizes(unit, cells, frame)
        weights, kind, margins = _unit_weights(unit, cells, frame)
        capped = _capped(weights, cells["n"].to_numpy(), margins, cap)
        if kind in ("post-stratified", "raked"):
            calibrated.add(unit)
        if kind in ("post-stratified", "raked", "stratified"):
            parts.append(cells.select(*UNIT, "stratum", "cell", weight=pl.Series(capped.weights)))
        notes.append((*unit, *_note(kind, frame, cells, capped)))
    schema = dict.fromkeys([*UNIT, "stratum", "cell"], pl.String) | {"weight": pl.Float64}
    table = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    return Weighting(table, calibrated, pl.DataFrame(notes, dict.fromkeys(UNIT, pl.String) | WEIGHTING, orient="row"))


Margins = tuple[list[list[str]], list[dict[str, float]]]  # per margin the level of each cell, and level -> count


def _unit_weights(unit: tuple, cells: pl.DataFrame, frame: Frame | None) -> tuple[np.ndarray, str, Margins]:
    """(weight per row of `cells`, how it came about, the margins that it meets)."""
    ones, nothing = np.ones(cells.height), ([], [])
    if cells["weighted"].any():
        return ones, "export", nothing
    if frame is None or not (frame.margins or frame.strata):
        return ones, "none", nothing
    base = _stratum_weights(unit, cells, frame) if frame.strata else ones
    if not frame.margins:
        return base, "stratified", ([cells["stratum"].to_list()], [frame.strata])
    items = sorted(frame.margins)
    levels = [list(column) for column in zip(*(c.split("\x1f") for c in cells["cell"]), strict=True)]
    n = cells["n"].to_numpy().astype(float)
    targets = [
        _targets(unit, item, frame.margins[item], found, n * base) for item, found in zip(items, levels, strict=True)
    ]
    factors = rake(n * base, levels, targets, where=_name(unit))
    return base * factors, "post-stratified" if len(items) == 1 else "raked", (levels, targets)


def _check_sizes(unit: tuple, cells: pl.DataFrame, frame: Frame) -> None:
    """Nobody can answer who is not there."""
    answered = dict(cells.group_by("stratum").agg(pl.col("n").sum()).iter_rows())
    for stratum, n in answered.items():
        if n > frame.strata.get(stratum, n):
            there = frame.strata[stratum]
            raise StageError(
                f"{_name(unit)}: it counts {there:,.0f} people in stratum {stratum!r}, but {n:,} answered."
            )
    if frame.total is not None and sum(answered.values()) > frame.total:
        raise StageError(
            f"{_name(unit)}: it counts {frame.total:,.0f} people, but {sum(answered.values()):,} answered. Mend the frame."
        )


def _stratum_weights(unit: tuple, cells: pl.DataFrame, frame: Frame) -> np.ndarray:
    sizes = cells.group_by("stratum").agg(pl.col("n").sum())
    for stratum, n in sizes.iter_rows():
        if stratum not in frame.strata:
            raise StageError(f"{_name(unit)}: the frame counts no stratum {stratum!r}, but {n} answers come from it.")
    each = {stratum: frame.strata[stratum] / n for stratum, n in sizes.iter_rows()}
    return np.array([each[stratum] for stratum in cells["stratum"]])


def _targets(
    unit: tuple, item: str, margin: dict[str, float], levels: list[str], weights: np.ndarray
) -> dict[str, float]:
    """Counts to reach; those who did not answer the item keep the share that they have."""
    found = set(levels)
    for code, count in margin.items():
        if (count > 0) != (code in found):
            what = "nobody who answered" if count > 0 else "none in the frame, but some who answered"
            raise StageError(
                f"{_name(unit)}: margin {item}, category {code}: {what}. Merge it with another category in the frame, or leave the margin out."
            )
    silent = weights[np.array(levels) == ""].sum() / weights.sum()
    total = sum(margin.values())
    targets = {code: count * (1 - silent) for code, count in margin.items() if count > 0}
    return targets | ({"": total * silent} if silent > 0 else {})


@dataclass(frozen=True)
class _Capped:
    """weights per cell; the limit, how many respondents are at it, and by how much margins are missed (0 to 1)."""

    weights: np.ndarray
    limit: float | None = None
    count: int = 0
    missed: float | None = None


def _capped(weights: np.ndarray, n: np.ndarray, margins: Margins, cap: float | None) -> _Capped:
    if cap is None or not margins[0]:
        return _Capped(weights)
    limit = cap * float((weights * n).sum() / n.sum())
    if weights.max() <= limit:
        return _Capped(weights, limit)
    kept, missed = rake_under_cap(n, weights, *margins, limit)
    return _Capped(kept, limit, int(n[kept >= limit * (1 - 1e-12)].sum()), missed)


def _note(kind: str, frame: Frame | None, cells: pl.DataFrame, capped: _Capped) -> tuple:
    """WEIGHTING of one unit; the weighting effect is Kish's (1965) n Σw² / (Σw)²."""
    n, w = cells["n"].to_numpy(), capped.weights
    own = kind in ("export", "none")
    frame = frame or Frame()
    effect = None if own else float(n.sum() * (n * w**2).sum() / (n * w).sum() ** 2)
    return (
        kind,
        ", ".join([*(["stratum"] if frame.strata else []), *sorted(frame.margins)]) if not own else "",
        frame.total,
        max(map(abs, frame.differences.values()), default=None),
        capped.limit,
        capped.count,
        capped.missed,
        None if own else float(w.max() * n.sum() / (n * w).sum()),
        effect,
    )


def _name(unit: tuple) -> str:
    return "frame of " + " ".join(unit)
