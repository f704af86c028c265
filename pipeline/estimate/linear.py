"""The variance of linear statistics under the design: the one place where it is computed.

A statistic is a sum of z over the sample, z = weight x influence, 0 outside its
domain. It comes as rows (key, place, z, zz, n): per statistic and place the sum
of z, the sum of z² and the respondents that it rests on.

Source: Binder (1983); Särndal, Swensson and Wretman (1992), ch. 5; as in R
`survey` 4.1 (svyrecvar) with lonely units `adjust`: with-replacement first
stage with finite population correction, domains as zero-extended subpopulations.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.design import UNIT, Design

RAKING_ROUNDS = 10  # as in R: projections margin by margin, ten times over


def linear_variance(rows: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Per key: variance and df (sampling units with an answer minus strata with an answer).

    V = sum over strata of (1 - f_h) n_h / (n_h - 1) (sum z² - (sum z)² / n_h),
    where n_h counts every sampling unit of the stratum, with or without an answer.
    """
    z, zz, n_h = pl.col("z"), pl.col("zz"), pl.col("n_h")
    within = pl.when(n_h > 1).then((zz - z * z / n_h) * n_h / (n_h - 1)).otherwise(zz)
    return (
        stratum_totals(rows, design)
        .group_by("key", maintain_order=True)
        .agg(
            variance=(pl.col("open") * within).sum().clip(0),
            df=(pl.col("units") - 1).filter(pl.col("units") > 0).sum(),
        )
    )


def stratum_totals(rows: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Per key and stratum: z, zz (of sampling units), units with an answer, n_h and open.

    A lonely unit is centred at the grand mean, which is 0 for linearised residuals.
    """
    # sorted, so that sums are added up in the same order on every run
    placed = (
        residuals(rows, design)
        .join(design.places.select("place", *UNIT, "stratum", "psu", "clustered"), on="place")
        .sort("key", "place")
    )
    clusters = (
        placed.filter("clustered")
        .group_by(["key", *UNIT, "stratum", "psu"], maintain_order=True)
        .agg(pl.col("z").sum(), units=(pl.col("n").sum() > 0).cast(pl.Int64))
        .with_columns(zz=pl.col("z") ** 2)
    )
    elements = placed.filter(~pl.col("clustered")).with_columns(units=pl.col("n").cast(pl.Int64))
    columns = ["key", *UNIT, "stratum", "z", "zz", "units"]
    return (
        pl.concat([clusters.select(columns), elements.select(columns)])
        .group_by(["key", *UNIT, "stratum"], maintain_order=True)
        .agg(pl.col("z", "zz", "units").sum())
        .join(design.strata, on=[*UNIT, "stratum"], maintain_order="left")
    )


def residuals(rows: pl.DataFrame, design: Design) -> pl.DataFrame:
    """`rows` with z and zz replaced by the calibration's residuals, where weights are calibrated.

    What the margins explain of the influence is no sampling error any more
    (Deville and Särndal 1992; R: postStratify, rake).
    """
    if not design.margins:
        return rows.select("key", "place", "z", "zz", "n")
    units = design.places.partition_by(UNIT, as_dict=True, maintain_order=True)
    calibrated = {unit: units[unit] for unit in design.margins}
    elsewhere = rows.join(pl.concat(calibrated.values()).select("place"), on="place", how="anti")
    parts = [elsewhere.select("key", "place", "z", "zz", "n")]
    for unit, places in calibrated.items():
        mine = rows.filter(pl.col("place").is_in(places["place"].implode()))
        if not mine.is_empty():
            parts.append(_projected(mine, places, design.margins[unit]))
    return pl.concat(parts)


def _projected(rows: pl.DataFrame, places: pl.DataFrame, margins: list[list[str]]) -> pl.DataFrame:
    """Residuals of one unit's statistics; weights are constant within a place, so its sums suffice."""
    keys = rows["key"].unique().sort()
    z, zz, n = (_dense(rows, name, keys, places) for name in ("z", "zz", "n"))
    size = places["n"].to_numpy().astype(float)
    weight = places["sw"].to_numpy() / size
    influence = z / weight
    explained = np.zeros_like(z)
    for levels in margins * (1 if len(margins) == 1 else RAKING_ROUNDS):
        of_level = (np.array(levels)[:, None] == np.unique(levels)[None, :]).astype(float)
        share = of_level * (size * (weight if len(margins) == 1 else 1.0))[:, None]
        step = ((influence / size) @ (share / share.sum(axis=0))) @ of_level.T
        influence, explained = influence - step * size, explained + step
    squares = zz - 2 * explained * weight * z + explained**2 * places["sw2"].to_numpy()
    return pl.DataFrame(
        {
            "key": np.repeat(keys.to_numpy(), places.height),
            "place": np.tile(places["place"].to_numpy(), len(keys)),
            "z": (influence * weight).ravel(),
            "zz": squares.ravel(),
            "n": n.ravel().astype(np.int64),
        },
        schema={"key": rows.schema["key"], "place": rows.schema["place"], "z": pl.Float64, "zz": pl.Float64}
        | {"n": rows.schema["n"]},
    )


def _dense(rows: pl.DataFrame, name: str, keys: pl.Series, places: pl.DataFrame) -> np.ndarray:
    """A column of `rows` as a matrix of keys x places; absent is 0."""
    matrix = np.zeros((len(keys), places.height))
    at = (np.searchsorted(keys, rows["key"]), np.searchsorted(places["place"], rows["place"]))
    np.add.at(matrix, at, rows[name].to_numpy())
    return matrix
