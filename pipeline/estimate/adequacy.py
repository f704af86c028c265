"""Is a sample large enough, and like its population: figures for words on a report."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import special

from pipeline.estimate.design import UNIT, Frame
from pipeline.estimate.moments import Moments

LEVEL, POWER = 0.95, 0.80
STATISTICS = {**dict.fromkeys([*UNIT, "statistic", "detail"], pl.String), "value": pl.Float64}


def adequacy(moments: Moments, estimates: pl.DataFrame, frames: dict[tuple, Frame]) -> pl.DataFrame:
    """Per unit rows (UNIT, statistic, detail, value).

    responses, planned, response_rate, population, coverage (where the frame
    knows them); margin_of_error: half the 95 % interval of a share of one half,
    in points; detectable_share, detectable_score: the smallest true change
    between two waves of this size and design that a test at 5 % finds in four
    cases of five (Cohen 1988), in points of 100; r_indicator and
    largest_difference: see `_representativeness`.
    """
    everybody = estimates.filter(pl.col("domain_variable") == "")
    parts = everybody.partition_by(UNIT, as_dict=True)
    sizes = moments.design.places.group_by(UNIT, maintain_order=True).agg(pl.col("n").sum())
    rows = []
    for *unit, n in sizes.iter_rows():
        frame = frames.get(tuple(unit), Frame())
        found = [
            *_returns(n, frame),
            *_precision(n, parts.get(tuple(unit), everybody.clear()).filter(~pl.col("indicator").is_in(list(frame.margins)))),
        ]
        found += _representativeness(moments, tuple(unit), frame)
        rows += [(*unit, *statistic) for statistic in found if statistic[2] is not None]
    return pl.DataFrame(rows, schema=STATISTICS, orient="row")


def _returns(n: int, frame: Frame) -> list[tuple]:
    return [
        ("responses", "", float(n)),
        ("planned", "", frame.planned),
        ("response_rate", "", n / frame.planned if frame.planned else None),
        ("population", "", frame.total),
        ("coverage", "", n / frame.total if frame.total else None),
    ]


def _precision(n: int, estimates: pl.DataFrame) -> list[tuple]:
    """From the median design effect of the favourable shares and the median error of the scores."""
    effect = estimates.filter(pl.col("measure").is_in(["favourable", "share"]), pl.col("deff") > 0)["deff"].median()
    scores = estimates.filter(pl.col("measure") == "mean_score", pl.col("indicator_kind") == "factor")
    if scores.is_empty():
        scores = estimates.filter(pl.col("measure") == "mean_score")
    error = scores["variance"].median()
    margin, detectable = (None, None) if effect is None or n < 2 else share_precision(n, effect)
    return [
        ("margin_of_error", "", margin),
        ("detectable_share", "", detectable),
        ("detectable_score", "", None if error is None else float(_both() * np.sqrt(2 * error))),
    ]


def share_precision(n: int, effect: float = 1.0) -> tuple[float, float]:
    """(margin_of_error, detectable_share) of n respondents, at least two, and a design effect: see `adequacy`."""
    half = np.sqrt(effect * 0.25 / (n - 1))
    return float(100 * special.stdtrit(n - 1, (1 + LEVEL) / 2) * half), float(100 * _both() * np.sqrt(2) * half)


def _both() -> float:
    """Standard errors between no change and one that is found with POWER."""
    return float(special.ndtri((1 + LEVEL) / 2) + special.ndtri(POWER))


def _representativeness(moments: Moments, unit: tuple, frame: Frame) -> list[tuple]:
    """Per margin of the frame, before weighting.

    r_indicator: 1 - 2 x the standard deviation of the response rates of the
    margin's categories, 1 being perfect (Schouten, Cobben and Bethlehem 2009).
    largest_difference: share among respondents minus share in the frame, in
    points, of the category where it is largest in size.
    """
    found = []
    mine = moments.codes.filter(
        *(pl.col(k) == v for k, v in zip(UNIT, unit, strict=True)), pl.col("domain_variable") == ""
    )
    for item, margin in sorted(frame.margins.items()):
        counts = dict(mine.filter(pl.col("item") == item).group_by("code").agg(pl.col("n").sum()).iter_rows())
        answered = np.array([counts.get(code, 0) for code in margin], float)
        people = np.array(list(margin.values()))
        if answered.sum() == 0:
            continue
        rates = answered / np.where(people > 0, people, np.inf)
        mean = answered.sum() / people.sum()
        spread = np.sqrt((people * (rates - mean) ** 2).sum() / people.sum())
        differences = 100 * (answered / answered.sum() - people / people.sum())
        found.append(("r_indicator", item, float(1 - 2 * spread)))
        found.append(("largest_difference", item, float(differences[np.abs(differences).argmax()])))
    return found
