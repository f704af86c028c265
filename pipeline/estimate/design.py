"""The sampling design as tables: places, strata, and the margins that weights were calibrated to."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

UNIT = ["member", "wave", "population"]
PLACE = ["stratum", "psu", "cell"]


@dataclass(frozen=True)
class Frame:
    """What is known of one unit's population; every count is of people, but `psus` of sampling units.

    total: everybody; margins: item -> code -> count; strata: stratum -> count;
    psus: stratum ('' where there are none) -> count; planned: answers that were
    planned; differences: by how much (relative) each margin's sum misses the
    total; finite: whether the sampling fraction shortens intervals.
    """

    total: float | None = None
    margins: dict[str, dict[str, float]] = field(default_factory=dict)
    strata: dict[str, float] = field(default_factory=dict)
    psus: dict[str, float] = field(default_factory=dict)
    planned: float | None = None
    differences: dict[str, float] = field(default_factory=dict)
    finite: bool = True


@dataclass(frozen=True)
class Design:
    """The parts of the sample, with or without an answer to an item.

    places: place (a number), UNIT, PLACE, n, sw, sw2, clustered; the smallest
    parts, within which a calibrated weight is constant.
    strata: UNIT, stratum, n_h (sampling units), open (1 - sampling fraction).
    margins: unit -> one tuple of levels per margin, for each of the unit's
    places in order; only of units whose weights come from a frame's margins.
    """

    places: pl.DataFrame
    strata: pl.DataFrame
    margins: dict[tuple, list[list[str]]]


def make_design(places: pl.DataFrame, frames: dict[tuple, Frame], calibrated: set[tuple]) -> Design:
    """Design from the places of all units (UNIT, PLACE, clustered, n, sw, sw2)."""
    places = places.sort([*UNIT, *PLACE]).with_row_index("place")
    margins = {
        unit: _levels(part["cell"].to_list())
        for unit, part in places.partition_by(UNIT, as_dict=True, maintain_order=True).items()
        if unit in calibrated
    }
    return Design(places, _strata(places, frames), margins)


def _levels(cells: list[str]) -> list[list[str]]:
    """Cells are levels joined by chr(31): one list of levels per margin."""
    return [list(levels) for levels in zip(*(cell.split("\x1f") for cell in cells), strict=True)]


def _strata(places: pl.DataFrame, frames: dict[tuple, Frame]) -> pl.DataFrame:
    """Sampling units of each stratum and the share of the population that was not sampled."""
    strata = places.group_by([*UNIT, "stratum"], maintain_order=True).agg(
        pl.col("clustered").any(), n=pl.col("n").sum(), psus=pl.col("psu").n_unique()
    )
    strata = strata.with_columns(
        n_h=pl.when("clustered").then("psus").otherwise("n").cast(pl.Int64), alone=pl.len().over(UNIT) == 1
    )
    sizes = [_size(frames.get(tuple(row[u] for u in UNIT)), row) for row in strata.iter_rows(named=True)]
    size = pl.Series("size", sizes, dtype=pl.Float64)
    return strata.with_columns(size).select(
        *UNIT,
        "stratum",
        "n_h",
        open=pl.when(pl.col("size").is_null()).then(1.0).otherwise((1 - pl.col("n_h") / pl.col("size")).clip(0)),
    )


def _size(frame: Frame | None, stratum: dict) -> float | None:
    """How many sampling units the population has in a stratum; None where nobody knows."""
    if frame is None or not frame.finite:
        return None
    if stratum["clustered"]:
        return frame.psus.get(stratum["stratum"])
    return frame.strata.get(stratum["stratum"], frame.total if stratum["alone"] else None)
