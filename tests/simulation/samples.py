"""Samples with a known truth, many at a time: every draw is a member of one store."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.estimates import estimate
from pipeline.instrument import Instrument
from tests.answers import moments_of, wide

DESIGNS = ("srs", "stratified", "clustered")
BATCH = 200  # samples that are held in memory together
ICC, CLUSTER = 0.05, 5  # of answers within a sampling unit of that many
STRATA = ((0.8, 1.0), (0.2, 4.0))  # share of the sample, weight: half of the population each
SHIFT = 0.5  # of the strata's logits, either way
YESNO = {"kind": "single", "categories": [{"code": "0"}, {"code": "1"}], "favourable": ["1"]}
FIVE = {"kind": "likert", "categories": [{"code": str(k), "score": 25 * k} for k in range(5)]}
SCALES = {"yesno": YESNO, "five": FIVE, "abc": {"kind": "single", "categories": [{"code": c} for c in "abc"]}}
SHARE = [{"code": "YES", "scale": "yesno"}]
GROUPS = [
    {"code": "FIVE", "scale": "five"},
    {"code": "TWO", "role": "profile", "scale": "yesno"},
    {"code": "THREE", "role": "profile", "scale": "abc"},
]
CHANGES = [{"code": "FIVE", "scale": "five"}]
WAVE = "2024"
WAVES = ("2023", WAVE)


def instrument(items: list[dict]) -> Instrument:
    return Instrument.model_validate({"instrument": "drawn", "population": "p", "scales": SCALES, "items": items})


def expit(x):
    return 1 / (1 + np.exp(-x))


def stratum_shares(share: float) -> np.ndarray:
    """The two strata's shares, SHIFT apart from each other on either side, whose mean is `share`."""
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        mean = expit(np.array([middle - SHIFT, middle + SHIFT])).mean()
        low, high = (middle, high) if mean < share else (low, middle)
    return expit(np.array([middle - SHIFT, middle + SHIFT]))


def draw(design: str, n: int, share: float, draws: int, rng: np.random.Generator, wave: str = WAVE) -> pl.DataFrame:
    """`draws` samples of `n` as one wide table; one wave of each; the share of YES is `share`, nothing else depends on anything."""
    stratum, psu, weight = np.zeros((draws, n), int), None, None
    chance = np.full((draws, n), share)
    if design == "stratified":
        stratum = np.broadcast_to((np.arange(n) >= round(STRATA[0][0] * n)).astype(int), (draws, n))
        chance, weight = stratum_shares(share)[stratum], np.array([w for _, w in STRATA])[stratum]
    if design == "clustered":
        psu = np.broadcast_to(np.arange(n) // CLUSTER, (draws, n))
        spread = 1 / ICC - 1
        chance = np.take_along_axis(rng.beta(share * spread, (1 - share) * spread, (draws, psu.max() + 1)), psu, 1)
    trait = rng.normal(size=(draws, n))
    if psu is not None:
        trait = np.sqrt(1 - ICC) * trait + np.sqrt(ICC) * np.take_along_axis(
            rng.normal(size=(draws, psu.max() + 1)), psu, 1
        )
    answers = {
        "YES": (rng.random((draws, n)) < chance).astype(int),
        "FIVE": np.digitize(trait, [-1.0, -0.2, 0.4, 1.2]),
        "TWO": rng.integers(0, 2, (draws, n)),
        "THREE": np.array(list("abc"))[rng.integers(0, 3, (draws, n))],
    }
    return wide(
        {item: codes.ravel() for item, codes in answers.items()},
        np.repeat([f"{k:05}" for k in range(draws)], n),
        wave,
        row=np.tile(np.arange(n), draws),
        weight=None if weight is None else weight.ravel(),
        stratum=stratum.ravel().astype(str),
        psu=None if psu is None else psu.ravel().astype(str),
    )


def batches(
    design: str, n: int, share: float, draws: int, seed: int, items: list[dict], waves: tuple[str, ...] = (WAVE,)
):
    """(moments, estimates) of `draws` samples in each of the waves, independent of each other, at most BATCH at a time."""
    rng, asked = np.random.default_rng(seed), instrument(items)
    for start in range(0, draws, BATCH):
        rows = pl.concat(draw(design, n, share, min(BATCH, draws - start), rng, wave) for wave in waves)
        kept = [c for c in rows.columns if c.startswith("_") or c in {i["code"] for i in items}]
        moments = moments_of(rows.select(kept), asked)
        members = moments.design.places["member"].unique()
        yield moments, estimate(moments, {(member, wave, "p"): asked for member in members for wave in waves})
