"""Small stores with known rows, for the tests of estimates."""

import numpy as np
import polars as pl

from pipeline.estimate.design import Frame
from pipeline.estimate.moments import Moments
from pipeline.instrument import Instrument
from tests import answers
from tests.answers import wide

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
    weight = rng.uniform(0.5, 3, n) if weighted else None
    stratum = rng.integers(0, strata, n).astype(str)
    psu = rng.integers(0, psus, n).astype(str) if psus else None
    given = {
        "Q1": rng.choice(["1", "2", "3", "9", ""], n),
        "Q2": rng.choice(["1", "2", "3"], n),
        "G": rng.choice(["a", "b"], n, p=[0.7, 0.3]),
        "H": rng.choice(["a", "b"], n),
    }
    return wide(given, weight=weight, stratum=stratum, psu=psu)


def moments_of(
    rows: pl.DataFrame, frame: Frame | None = None, cap: float | None = None, instrument: Instrument = INSTRUMENT
) -> Moments:
    return answers.moments_of(rows, instrument, {UNIT: frame} if frame else {}, cap)
