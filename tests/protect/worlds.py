"""Small random surveys for the tests of disclosure control: skewed groups, offices inside regions, a rare answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.estimate.estimates import estimate
from pipeline.estimate.moments import Moments
from pipeline.instrument import Instrument
from pipeline.protect.blocks import allowed, roles
from pipeline.protect.suppression import Before, Hidden, decide
from pipeline.protect.tables import protect_estimates
from pipeline.workspace import Rules
from tests.answers import moments_of, wide

DEFAULTS = Rules()
FIVE = {
    "kind": "likert",
    "categories": [{"code": str(k), "score": 25 * k} for k in range(5)],
    "favourable": ["3", "4"],
    "unfavourable": ["0", "1"],
    "missing": [{"code": "9", "reason": "refused"}],
}
REGIONS, OFFICES = "abc", ["a1", "a2", "b1", "b2", "b3", "c1"]


def single(codes, **more) -> dict:
    return {"kind": "single", "categories": [{"code": c} for c in codes], **more}


INSTRUMENT = Instrument.model_validate(
    {
        "instrument": "world",
        "population": "p",
        "scales": {
            "five": FIVE,
            "yesno": single(["yes", "no"], favourable=["no"], missing=[{"code": "9", "reason": "refused"}]),
            "gender": single("fm"),
            "age": single("1234"),
            "region": single(REGIONS),
            "office": single(OFFICES),
        },
        "factors": [{"code": "F"}],
        "indices": [{"code": "I", "of": ["F"]}],
        "items": [
            *({"code": f"Q{k}", "scale": "five", "factor": "F"} for k in (1, 2, 3)),
            {"code": "S", "scale": "yesno", "sensitive": True, "role": "experience"},
            *({"code": c.upper(), "scale": c, "role": "profile"} for c in ("gender", "age", "region", "office")),
        ],
    }
)


def respondents(member: str, n: int, rng: np.random.Generator, blank: float = 0.0) -> pl.DataFrame:
    """One unit's answers as the store holds them; `blank`: share of profile questions left out."""
    office = rng.choice(OFFICES, n, p=rng.dirichlet(np.full(len(OFFICES), 1.2)))
    answers = {
        **{f"Q{k}": rng.choice(list("012349"), n, p=rng.dirichlet(np.ones(6))) for k in (1, 2, 3)},
        "S": rng.choice(["yes", "no", "9"], n, p=[p := rng.choice([0.0, 0.02, 0.06, 0.2, 0.5]), 0.9 - p, 0.1]),
        "GENDER": rng.choice(list("fm"), n, p=rng.dirichlet([1, 4])),
        "AGE": rng.choice(list("1234"), n, p=rng.dirichlet(np.ones(4))),
        "REGION": np.array([o[0] for o in office]),
        "OFFICE": office,
    }
    for item in ("GENDER", "AGE") if blank else ():
        answers[item] = np.where(rng.random(n) < blank, "", answers[item])
    return wide(answers, member)


@dataclass(frozen=True)
class World:
    """moments and estimates before protection; sizes: DOMAIN, respondents; units: unit -> instrument."""

    moments: Moments
    estimates: pl.DataFrame
    sizes: pl.DataFrame
    units: dict[tuple, Instrument]

    @property
    def roles(self) -> pl.DataFrame:
        return roles(self.units)


def world(rows: pl.DataFrame, instrument: Instrument = INSTRUMENT) -> World:
    moments = moments_of(rows, instrument)
    members = rows.select("_member", "_wave").unique(maintain_order=True).rows()
    units = {(member, wave, "p"): instrument for member, wave in members}
    keys = ["member", "wave", "population", "domain_variable", "domain_category"]
    base = moments.cells.filter(pl.col("measure") == "nonresponse", pl.col("category") == "")
    sizes = base.group_by([*keys, "indicator"]).agg(pl.col("n").sum()).group_by(keys).agg(respondents=pl.col("n").max())
    return World(moments, estimate(moments, units), sizes.sort(keys), units)


def random_world(seed: int, units: int, sizes: tuple[int, int] = (31, 400), blank: float = 0.0) -> World:
    rng = np.random.default_rng(seed)
    parts = [respondents(f"M{k:02}", int(rng.integers(*sizes)), rng, blank) for k in range(units)]
    return world(pl.concat(parts))


def protected(w: World, rules: Rules = DEFAULTS, before: Before | None = None) -> tuple[pl.DataFrame, Hidden]:
    """(estimates with status, what is hidden)."""
    hidden = decide(w.estimates, w.sizes, w.moments.largest, w.roles, rules, before)
    return protect_estimates(allowed(w.estimates, w.roles, rules), hidden, w.sizes), hidden
