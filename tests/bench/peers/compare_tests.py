"""A peer's tests of independence against ours, by key."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from pipeline.estimate.design import UNIT
from tests.bench.peers.compare import TOLERANCE, read_numbers

KEY = [*UNIT, "domain_variable", "indicator", "test"]
FIGURES = ("statistic", "df_numerator", "df", "p_value")


@dataclass(frozen=True)
class AgreementOfTests:
    """compared: tests that both give; wrong: those that only one of both gives; of FIGURES the largest differences,
    relative where ours is above 1; judged: which of them must be the same."""

    compared: int
    wrong: int
    statistic: float
    df_numerator: float
    df: float
    p_value: float
    judged: tuple[str, ...] = FIGURES

    @property
    def same(self) -> bool:
        return self.compared > 0 and not self.wrong and all(getattr(self, figure) <= TOLERANCE for figure in self.judged)

    def told(self) -> dict:
        return asdict(self) | {"same": self.same}


def read_tests(path: Path) -> pl.DataFrame:
    """KEY and FIGURES of what a peer wrote; what it could not test is left out."""
    return read_numbers(path, KEY, FIGURES)


def tests_of(tests: pl.DataFrame) -> pl.DataFrame:
    """KEY and FIGURES of ours (see independence), but for what could not be tested."""
    return tests.select(*KEY, *FIGURES).filter(pl.col("statistic").is_not_null())


def compare_tests(ours: pl.DataFrame, theirs: pl.DataFrame, judged: tuple[str, ...] = FIGURES) -> AgreementOfTests:
    """Both have KEY and FIGURES, once per key."""
    both = ours.join(theirs, on=KEY, how="inner", suffix="_theirs", validate="1:1")
    alone = ours.join(theirs, on=KEY, how="anti").height + theirs.join(ours, on=KEY, how="anti").height
    gap = both.select((pl.col(f) - pl.col(f"{f}_theirs")).abs() / pl.max_horizontal(pl.col(f).abs(), 1.0) for f in FIGURES)
    # a figure that is lacking on one side differs, by as much as can be
    largest = {f: gap[f].fill_nan(None).fill_null(float("inf")).max() or 0.0 for f in FIGURES}
    return AgreementOfTests(both.height, alone, **largest, judged=judged)
