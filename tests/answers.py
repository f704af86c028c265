"""Answers as the store holds them, and their moments, for tests that need no files."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.kept import KeptCounts
from pipeline.estimate.moments import Moments, compute_moments
from pipeline.instrument import Instrument
from pipeline.load import DESIGN
from pipeline.store import Store


def wide(answers: dict, member="AAA", wave: str = "2024", population: str = "p", row=None, **design) -> pl.DataFrame:
    """A wide answers table; blank answers are ''.

    member: one, or one for each row; row: the rows' numbers, from 0 if left out;
    design: of load.DESIGN (weight, stratum, psu and so on), one value or one for each row.
    """
    n = len(next(iter(answers.values())))
    members = np.broadcast_to(member, n)
    return pl.DataFrame(
        {
            "_submission": np.char.add(members, wave),
            "_member": members,
            "_wave": [wave] * n,
            "_population": [population] * n,
            "_row": np.arange(n) if row is None else row,
            **{f"_{name}": design.pop(name, None) for name in DESIGN},
            **{item: pl.Series(np.asarray(codes).astype(str)).replace("", None) for item, codes in answers.items()},
        },
        schema_overrides={f"_{name}": kind for name, kind in DESIGN.items()},
    )


def moments_of(
    rows: pl.DataFrame, instrument: Instrument, frames: dict | None = None, cap: float | None = None, kept: KeptCounts | None = None, together: bool = True
) -> Moments:
    """Of answers to one questionnaire, in a store in memory; frames: unit -> Frame; kept: sums of earlier calls; together: see Terms."""
    store = Store(":memory:", threads=1)
    try:
        store.write("answers_known", rows)
        return compute_moments(store, {"answers_known": instrument}, frames or {}, cap, kept=kept, together=together)
    finally:
        store.close()
