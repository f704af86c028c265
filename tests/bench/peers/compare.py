"""A peer's estimates against ours, by key."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from tests.bench.peers.shared import KEY

TOLERANCE = 1e-6  # of an estimate; shares run from 0 to 1, scores from 0 to 100


@dataclass(frozen=True)
class Agreement:
    """compared: estimates that both give; errors: of these, standard errors that both give; estimate and se: the largest
    absolute differences; lacking: ours that the peer leaves out, as nobody gave the category; wrong: estimates that only
    one of both gives, though there were answers."""

    compared: int
    errors: int
    estimate: float
    se: float
    lacking: int
    wrong: int

    @property
    def same(self) -> bool:
        return self.compared > 0 and not self.wrong and self.estimate <= TOLERANCE

    def told(self) -> dict[str, float]:
        return asdict(self) | {"same": self.same}


def read_estimates(path: Path) -> pl.DataFrame:
    """KEY, estimate and se of what a peer wrote."""
    return read_numbers(path, KEY, ("estimate", "se"))


def read_numbers(path: Path, key: list[str], figures: tuple[str, ...]) -> pl.DataFrame:
    """`key` and `figures` of what a peer wrote; what it could not give (the first is not a number) is left out."""
    table = pl.read_csv(path, infer_schema=False)
    numbers = (pl.col(c).cast(pl.Float64, strict=False).fill_nan(None) for c in figures)
    return table.select(pl.col(key).fill_null(""), *numbers).filter(pl.col(figures[0]).is_not_null())


def compare(ours: pl.DataFrame, theirs: pl.DataFrame) -> Agreement:
    """Both have KEY, estimate and se, once per key; a standard error of one answer is nobody's."""
    both = ours.join(theirs, on=KEY, how="inner", suffix="_theirs", validate="1:1")
    lacking = ours.join(theirs, on=KEY, how="anti")
    unseen = lacking.filter(pl.col("measure") == "share", pl.col("estimate") == 0).height
    gap = both.select(*((pl.col(c) - pl.col(f"{c}_theirs")).abs() for c in ("estimate", "se")))
    return Agreement(
        compared=both.height,
        errors=gap["se"].count(),
        estimate=gap["estimate"].max() or 0.0,
        se=gap["se"].max() or 0.0,
        lacking=unseen,
        wrong=lacking.height - unseen + theirs.join(ours, on=KEY, how="anti").height,
    )
