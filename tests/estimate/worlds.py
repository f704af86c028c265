"""Small stores with known rows, for the tests of estimates."""

import numpy as np
import polars as pl

from pipeline.estimate.design import Frame
from pipeline.estimate.moments import Moments, compute_moments
from pipeline.instrument import Instrument
from pipeline.store import Store

UNIT = ("AAA", "2024", "p")
INSTRUMENT = Instrument.model_validate(
    {
        "instrument": "small",
        "population": "p",
        "scales": {
            "three": {
                "kind": "likert",
                "favourable": [3],
                "unfavourable": [1],
                "categories": [{"code": 1, "score": 0}, {"code": 2, "score": 50}, {"code": 3, "score": 100}],
                "missing": [{"code": 9, "reason": "refused"}],
            },
            "two": {"kind": "single", "categories": [{"code": "a"}, {"code": "b"}]},
        },
        "factors": [{"code": "F"}],
        "items": [
            {"code": "Q1", "scale": "three", "factor": "F"},
            {"code": "Q2", "scale": "three", "factor": "F", "polarity": "negative"},
            {"code": "G", "scale": "two", "role": "profile"},
            {"code": "H", "scale": "two", "role": "profile"},
        ],
    }
)


def random_rows(seed: int, n: int, strata: int = 1, psus: int | None = None, weighted: bool = False) -> pl.DataFrame:
    """A wide answers table as the store holds it."""
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "_submission": ["s"] * n,
            "_member": ["AAA"] * n,
            "_wave": ["2024"] * n,
            "_population": ["p"] * n,
            "_row": np.arange(n),
            "_weight": rng.uniform(0.5, 3, n) if weighted else [None] * n,
            "_stratum": rng.integers(0, strata, n).astype(str).tolist(),
            "_psu": rng.integers(0, psus, n).astype(str).tolist() if psus else [None] * n,
            "_duration": [None] * n,
            **{f"_{name}": [None] * n for name in ("interviewer", "device", "mode", "language")},
            "Q1": rng.choice(["1", "2", "3", "9", ""], n).tolist(),
            "Q2": rng.choice(["1", "2", "3"], n).tolist(),
            "G": rng.choice(["a", "b"], n, p=[0.7, 0.3]).tolist(),
            "H": rng.choice(["a", "b"], n).tolist(),
        },
        schema_overrides={"_weight": pl.Float64, "_psu": pl.String, "_duration": pl.Float64}
        | dict.fromkeys(["_interviewer", "_device", "_mode", "_language"], pl.String),
    ).with_columns(pl.col("Q1").replace("", None))


def moments_of(
    rows: pl.DataFrame, frame: Frame | None = None, cap: float | None = None, instrument: Instrument = INSTRUMENT
) -> Moments:
    store = Store(":memory:")
    try:
        store.write("answers_small", rows)
        return compute_moments(store, {"answers_small": instrument}, {UNIT: frame} if frame else {}, cap)
    finally:
        store.close()
