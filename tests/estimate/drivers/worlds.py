"""A small survey of several members with known associations, for the tests of regressions."""

import numpy as np
import polars as pl

from pipeline.estimate.drivers.limits import Limits
from pipeline.estimate.moments import Moments
from pipeline.instrument import Instrument
from tests.answers import moments_of as known_moments
from tests.answers import wide

FIVE = [{"code": k, "score": 25 * (k - 1)} for k in range(1, 6)]
INSTRUMENT = Instrument.model_validate(
    {
        "instrument": "drivers",
        "population": "p",
        "scales": {
            "five": {"kind": "likert", "categories": FIVE, "missing": [{"code": 9, "reason": "refused"}]},
            "likely": {
                "kind": "likert",
                "categories": [{"code": 1, "score": 0}, {"code": 2, "score": 50}, {"code": 3, "score": 100}],
                "favourable": [3],
                "unfavourable": [1],
            },
            "yesno": {
                "kind": "single",
                "categories": [{"code": "y"}, {"code": "n"}],
                "favourable": ["n"],
                "unfavourable": ["y"],
            },
            "group": {"kind": "single", "categories": [{"code": c} for c in "abcd"]},
            "three": {"kind": "single", "categories": [{"code": c} for c in "abc"]},
        },
        "factors": [{"code": "F"}, {"code": "H"}],
        "items": [
            *[{"code": f"F{k}", "scale": "five", "factor": "F"} for k in range(4)],
            *[{"code": f"H{k}", "scale": "five", "factor": "H"} for k in range(4)],
            {"code": "REPORT", "role": "behaviour", "scale": "likely", "concept": "would_report"},
            {"code": "BRIBE", "role": "experience", "scale": "yesno", "sensitive": True, "concept": "bribe"},
            {"code": "MISSION", "role": "behaviour", "scale": "three"},
            {"code": "G", "role": "profile", "scale": "group", "concept": "grade"},
        ],
    }
)
SLOPE_F, SLOPE_GROUP = 0.5, 0.8  # log odds: of REPORT per ten points of F; of group a


def answers(seed: int, n: int, member: str = "AAA", groups=(0.4, 0.3, 0.2, 0.1), silent: float = 0.0) -> pl.DataFrame:
    """REPORT goes with F and with group a; BRIBE with nothing; `silent`: share that answers no item of H."""
    rng = np.random.default_rng(seed)
    f, h = rng.integers(1, 6, (4, n)), rng.integers(1, 6, (4, n))
    group = rng.choice(list("abcd"), n, p=groups)
    eta = SLOPE_F * (25 * (f - 1)).mean(axis=0) / 10 + SLOPE_GROUP * (group == "a")
    latent = eta + rng.logistic(size=n)
    hidden = rng.random(n) < silent
    given = {
        **{f"F{k}": f[k] for k in range(4)},
        **{f"H{k}": np.where(hidden, "9", h[k].astype(str)) for k in range(4)},
        "REPORT": np.where(latent < 2, "1", np.where(latent < 3, "2", "3")),
        "BRIBE": np.where(rng.random(n) < 0.3, "y", "n"),
        "MISSION": rng.choice(list("abc"), n),
        "G": group,
    }
    return wide(given, member)


def moments_of(rows: pl.DataFrame, instrument: Instrument = INSTRUMENT) -> Moments:
    return known_moments(rows, instrument)


def limits(moments: Moments, **more) -> Limits:
    """Everything may be shown, unless `more` says otherwise."""
    units = moments.design.places.select("member", "wave", "population").unique().rows()
    shown = frozenset((*u, i) for u in units for i in ("F", "H", "REPORT", "BRIBE", "MISSION"))
    given = {"shown": shown, "variables": frozenset((*u, "G") for u in units), "sharing": tuple(u[0] for u in units)}
    return Limits(**given | {"respondents": 10, "unit": 30, "members": 6, "share": 0.5} | more)
