"""Answers of eight invented members, from which the good release is made."""

import numpy as np
import polars as pl

MEMBERS = {
    "EST": "Estonia",
    "FJI": "Fiji",
    "GHA": "Ghana",
    "KEN": "Kenya",
    "LAO": "Laos",
    "OMN": "Oman",
    "PER": "Peru",
    "TON": "Tonga",
}
LEVEL = {"EST": 4.3, "FJI": 3.2, "GHA": 2.4, "KEN": 3.7, "LAO": 2.8, "OMN": 3.9, "PER": 2.1, "TON": 4.0}
SIZES = {"EST": 151, "FJI": 143, "GHA": 162, "KEN": 140, "LAO": 133, "OMN": 128, "PER": 157, "TON": 148}
SCORED = ["Q1", "Q2", "Q3"]
PROFILE = {"P1": ["f", "m"], "P2": ["e", "n", "s", "w"], "P3": ["x", "y"]}
ZONE = {"n": "x", "s": "x", "e": "y", "w": "y"}


def answers(member: str, wave: str) -> pl.DataFrame:
    """One row per respondent: P1, P2, P3, Q1 to Q4; null where not answered. Zone P3 is a union of regions P2."""
    rng = np.random.default_rng([ord(c) for c in member + wave])
    n = 20 if (member, wave) == ("LAO", "2022") else SIZES[member] + (wave == "2022") * 17
    region = _regions(member, wave, n)
    scored = {q: np.clip(np.round(rng.normal(LEVEL[member], 1.1, n)), 1, 5).astype(int) for q in SCORED}
    saw = (np.arange(n) * 7 % 10 < 4).astype(int)  # four of ten everywhere
    if (member, wave) == ("FJI", "2022"):
        saw[:] = 0
        saw[5] = 1
    columns = {
        "P1": np.where(rng.random(n) < 0.45, "f", "m"),
        "P2": region,
        "P3": np.array([ZONE[r] for r in region]),
        **{q: v.astype(str) for q, v in scored.items()},
        "Q4": np.where(saw == 1, "1", "2"),
    }
    frame = pl.DataFrame({k: pl.Series(v, dtype=pl.String) for k, v in columns.items()})
    blank = {q: rng.random(n) < 0.04 for q in ("P1", *SCORED, "Q4")}
    return frame.with_columns(pl.when(~pl.Series(b)).then(pl.col(q)).alias(q) for q, b in blank.items())


def _regions(member: str, wave: str, n: int) -> np.ndarray:
    """In Kenya 2024 the west is six people; elsewhere regions are alike."""
    if (member, wave) == ("KEN", "2024"):
        return np.repeat(["n", "s", "e", "w"], [52, 50, 32, 6])
    return np.array(["n", "s", "e", "w"])[np.arange(n) * 13 % 4]
