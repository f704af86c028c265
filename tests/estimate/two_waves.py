"""Two waves with known rows, for the tests of adjusted changes, and the same figures computed row by row."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.adjusted import Adjusted, adjusted_changes
from pipeline.estimate.asked import Asked
from pipeline.estimate.comparisons import wave_changes
from pipeline.estimate.estimates import estimate
from pipeline.instrument import Instrument
from tests.answers import moments_of, wide

EARLIER, LATER = ("AAA", "2022", "p"), ("AAA", "2024", "p")
GRADES, GENDERS = ("m", "s"), ("f", "m")
INSTRUMENT = Instrument.model_validate(
    {
        "instrument": "waves",
        "population": "p",
        "standardise_by": ["GRADE", "gender"],
        "scales": {
            "five": {
                "kind": "likert",
                "favourable": [4, 5],
                "unfavourable": [1, 2],
                "categories": [{"code": k, "score": 25 * (k - 1)} for k in range(1, 6)],
                "missing": [{"code": 9, "reason": "refused"}],
            },
            "grade": {"kind": "single", "categories": [{"code": c} for c in ("m", "s", "t")]},
            "gender": {"kind": "single", "categories": [{"code": c} for c in GENDERS]},
        },
        "items": [
            {"code": "Q", "scale": "five"},
            {"code": "GRADE", "scale": "grade", "role": "profile"},
            {"code": "GENDER", "concept": "gender", "scale": "gender", "role": "profile"},
        ],
    }
)


def wave(unit: tuple, n: int, managers: float, rng, gap=20.0, level=50.0, psus: int | None = None, weighted=False, strata=1):
    """n rows: `managers` of them think better by about `gap` points of 100."""
    grade = np.where(rng.random(n) < managers, "m", "s")
    latent = level + gap * (grade == "m") + rng.normal(0, 25, n)
    design = {
        "weight": rng.uniform(0.5, 2, n) if weighted else None,
        "stratum": rng.integers(0, strata, n).astype(str),
        "psu": rng.integers(0, psus, n).astype(str) if psus else None,
    }
    answers = {
        "Q": np.clip(np.round(latent / 25) + 1, 1, 5).astype(int),
        "GRADE": grade,
        "GENDER": rng.choice(GENDERS, n),
    }
    return wide(answers, *unit, **design)


def estimated(rows: pl.DataFrame, frames=None, instrument: Instrument = INSTRUMENT) -> tuple:
    """(moments, estimates, instrument of each unit)."""
    units = dict.fromkeys(rows.select("_member", "_wave", "_population").unique().rows(), instrument)
    moments = moments_of(rows, instrument, frames)
    return moments, estimate(moments, units), units


def adjusted(rows: pl.DataFrame, frames=None, hidden=(), hidden_blocks=(), instrument: Instrument = INSTRUMENT) -> Adjusted:
    """hidden: (unit, variable, category); hidden_blocks: (unit, variable, category, indicator)."""
    moments, estimates, units = estimated(rows, frames, instrument)
    names = ["member", "wave", "population", "domain_variable", "domain_category", "indicator"]
    groups = pl.DataFrame([(*u, *rest) for u, *rest in hidden], dict.fromkeys(names[:5], pl.String), orient="row")
    blocks = pl.DataFrame([(*u, *rest) for u, *rest in hidden_blocks], dict.fromkeys(names, pl.String), orient="row")
    return adjusted_changes(moments, wave_changes(estimates), Asked(units, frames or {}, groups, blocks))


def change(found: Adjusted, adjustment: str, measure: str = "mean_score") -> dict:
    rows = found.changes.filter(adjustment=adjustment, measure=measure)
    return rows.row(0, named=True) if rows.height else {}


def taken_apart(rows: pl.DataFrame) -> dict[str, np.ndarray]:
    """Scores, weights, groups and which wave, of those who answered."""
    kept = rows.filter(pl.col("Q") != "9")
    return {
        "y": (kept["Q"].cast(pl.Int64).to_numpy() - 1) * 25.0,
        "w": kept["_weight"].fill_null(1.0).to_numpy().astype(float),
        "group": (kept["GRADE"] + kept["GENDER"]).to_numpy(),
        "later": (kept["_wave"] == LATER[1]).to_numpy(),
        "wave": kept["_wave"].to_numpy(),
    }


def standardised_by_rows(w: np.ndarray, part: dict, share_of_later: float = 0.5) -> float:
    """Sum over groups of the reference share times the change in the group's mean."""
    total, y, later = 0.0, part["y"], part["later"]
    for group in np.unique(part["group"]):
        mine = part["group"] == group
        shares = [w[mine & wave].sum() / w[wave].sum() for wave in (~later, later)]
        means = [(w * y)[mine & wave].sum() / w[mine & wave].sum() for wave in (~later, later)]
        reference = (1 - share_of_later) * shares[0] + share_of_later * shares[1]
        total += reference * (means[1] - means[0])
    return total


def plain_by_rows(w: np.ndarray, part: dict) -> float:
    later = part["later"]
    return np.average(part["y"][later], weights=w[later]) - np.average(part["y"][~later], weights=w[~later])


def regressed_by_rows(w: np.ndarray, part: dict) -> float:
    """The wave's coefficient beside main effects of grade and gender, each wave weighing alike."""
    later = part["later"]
    even = w / np.where(later, w[later].sum(), w[~later].sum())
    names = part["group"].astype(str)
    x = np.column_stack(
        [later, np.ones(len(w)), [n[0] == "s" for n in names], [n[1] == "m" for n in names]]
    ).astype(float)
    return np.linalg.solve((x.T * even) @ x, x.T @ (even * part["y"]))[0]


def variance_by_rows(statistic, rows: pl.DataFrame, step: float = 1e-5) -> float:
    """Linearised variance with influences by numerical derivative in each respondent's weight; Binder (1983)."""
    part = taken_apart(rows)
    w, influence = part["w"], np.zeros(len(part["w"]))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i], down[i] = w[i] * (1 + step), w[i] * (1 - step)
        influence[i] = (statistic(up, part) - statistic(down, part)) / (2 * step)
    kept = rows.filter(pl.col("Q") != "9").with_columns(z=pl.Series(influence))
    everybody = rows.join(kept.select("_submission", "_row", "z"), on=["_submission", "_row"], how="left").with_columns(
        pl.col("z").fill_null(0), psu=pl.coalesce("_psu", pl.col("_row").cast(pl.String))
    )
    totals = everybody.group_by("_wave", "_stratum", "psu").agg(pl.col("z").sum())
    per_stratum = totals.group_by("_wave", "_stratum").agg(v=pl.col("z").var() * pl.len())
    return per_stratum["v"].sum()
