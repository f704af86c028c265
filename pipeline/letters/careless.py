"""Who left questions open or answered carelessly, of one submission."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate.careless import flag_counts, flags
from pipeline.ingest.submission import Submission


@dataclass(frozen=True)
class Careless:
    """silent is the mean share of questions left open; counts of respondents flagged, and of those that the check asks
    about (straight_asked, fast_asked)."""

    respondents: int
    silent: float | None
    mostly_silent: int
    straight: int
    fast: int
    flagged: int
    straight_asked: int
    fast_asked: int


def careless(s: Submission) -> Careless:
    """The counts of one submission that has answers."""
    timed = s.instrument.design_item("duration")
    took = pl.col(timed.code).cast(pl.Float64, strict=False) if timed else pl.lit(None, pl.Float64)
    return Careless(**flag_counts(flags(s.answers, s.instrument, took), []).row(0, named=True))
