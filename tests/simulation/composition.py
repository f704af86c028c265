"""Two waves that asked different people: how often plain and adjusted changes are called changes.

85 % managers in the one wave, 23 % in the next; managers are 20 points of 100 more positive.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from scipy.stats import norm

from pipeline.estimate.adjusted import adjusted_changes
from pipeline.estimate.asked import Asked
from pipeline.estimate.comparisons import compare, wave_changes
from pipeline.estimate.estimates import estimate
from pipeline.estimate.moments import compared
from pipeline.instrument import Instrument
from tests.answers import moments_of, wide

DESIGNS = ("srs", "clustered")
WAVES = ("2022", "2024")
MANAGERS = dict(zip(WAVES, (0.85, 0.23), strict=True))
GAP, SPREAD, LEVEL, MOVED = 20.0, 25.0, 50.0, 8.0
CLUSTER, ICC = 5, 0.05
BATCH = 100
CODES = np.arange(1, 6)
INSTRUMENT = Instrument.model_validate(
    {
        "instrument": "asked",
        "population": "p",
        "standardise_by": ["GRADE"],
        "scales": {
            "five": {"kind": "likert", "categories": [{"code": int(k), "score": 25 * (int(k) - 1)} for k in CODES]},
            "grade": {"kind": "single", "categories": [{"code": "m"}, {"code": "s"}]},
        },
        "items": [{"code": "Q", "scale": "five"}, {"code": "GRADE", "scale": "grade", "role": "profile"}],
    }
)


def true_score(latent: float) -> float:
    """Expected score of answers that round a normal opinion to five of them."""
    cuts = [-np.inf, *(25 * (k - 0.5) for k in CODES[:-1]), np.inf]
    return sum(25 * (k - 1) * (norm.cdf(b, latent, SPREAD) - norm.cdf(a, latent, SPREAD)) for k, (a, b) in zip(CODES, pairwise(cuts), strict=True))


def true_change(moved: float) -> float:
    """At the mean of both waves' compositions."""
    managers = np.mean(list(MANAGERS.values()))
    change = {gap: true_score(LEVEL + gap + moved) - true_score(LEVEL + gap) for gap in (0.0, GAP)}
    return managers * change[GAP] + (1 - managers) * change[0.0]


def rates(design: str, n: int, moved: float, draws: int, seed: int) -> dict[str, dict[str, float]]:
    """adjustment -> called (share of p < 0.05), covered (share of intervals with the true adjusted change) and mean (difference)."""
    rng, found = np.random.default_rng(seed), []
    for start in range(0, draws, BATCH):
        found.append(_changes(_rows(design, n, moved, min(BATCH, draws - start), rng)))
    truth, table = float(true_change(moved)), pl.concat(found)
    covered = (pl.col("ci_low") <= truth) & (truth <= pl.col("ci_high"))
    summary = table.group_by("adjustment").agg(
        called=(pl.col("p_value") < 0.05).mean(), covered=covered.mean(), mean=pl.col("difference").mean(), draws=pl.len()
    )
    assert summary["draws"].n_unique() == 1, "every draw has every adjustment"
    return {row["adjustment"]: row for row in summary.iter_rows(named=True)}


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    moments = moments_of(rows, INSTRUMENT)
    units = dict.fromkeys(rows.select("_member", "_wave", "_population").unique().rows(), INSTRUMENT)
    known = estimate(moments, units).filter(compared(), pl.col("indicator") == "Q", pl.col("domain_variable") == "")
    nothing = pl.DataFrame(schema=dict.fromkeys(["member", "wave", "population", "domain_variable", "domain_category", "indicator"], pl.String))
    who = Asked(units, {}, nothing.drop("indicator"), nothing)
    table = compare(moments, known, adjusted=adjusted_changes(moments, wave_changes(known), who).changes)
    return table.filter(kind="wave_change", test="t", measure="mean_score").select("adjustment", "difference", "ci_low", "ci_high", "p_value")


def _rows(design: str, n: int, moved: float, draws: int, rng) -> pl.DataFrame:
    return pl.concat(_wave(design, wave, n, LEVEL + moved * (wave == WAVES[1]), draws, rng) for wave in WAVES)


def _wave(design: str, wave: str, n: int, level: float, draws: int, rng) -> pl.DataFrame:
    manager, noise = rng.random((draws, n)) < MANAGERS[wave], rng.normal(size=(draws, n))
    psu = np.broadcast_to(np.arange(n) // CLUSTER, (draws, n))
    if design == "clustered":
        shared = np.take_along_axis(rng.normal(size=(draws, psu.max() + 1)), psu, 1)
        noise = np.sqrt(1 - ICC) * noise + np.sqrt(ICC) * shared
    answer = np.clip(np.round((level + GAP * manager + SPREAD * noise) / 25) + 1, 1, 5).astype(int)
    return wide(
        {"Q": answer.ravel(), "GRADE": np.where(manager, "m", "s").ravel()},
        np.repeat([f"{k:05}" for k in range(draws)], n),
        wave,
        row=np.tile(np.arange(n), draws),
        stratum="",
        psu=psu.ravel().astype(str) if design == "clustered" else None,
    )


def section(draws: int, seed: int) -> list[str]:
    """Of docs/simulation.md."""
    lines = [
        "## Change between waves when the people who were asked changed",
        "",
        f"Officials of whom {MANAGERS[WAVES[0]]:.0%} are managers in one wave and {MANAGERS[WAVES[1]]:.0%} in the next; managers are "
        f"{GAP:.0f} points of 100 more positive. *Called*: changes with p < 0.05. First nobody's opinion changes, then everybody's moves by "
        f"{MOVED:.0f} points ({true_change(MOVED):.1f} on the five answers); *covered*: intervals that hold the true change.",
        "",
        "| design | n a wave | nothing moved, called: plain | standardised | regression | moved, called: standardised | regression | covered: plain | standardised | regression |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for design in DESIGNS:
        for k, n in enumerate((150, 400, 1000)):
            nothing, moved = (rates(design, n, m, draws, seed + 100 * k + int(m)) for m in (0.0, MOVED))
            called = [nothing[a]["called"] for a in ("none", "standardised", "regression")]
            called += [moved[a]["called"] for a in ("standardised", "regression")]
            covered = [moved[a]["covered"] for a in ("none", "standardised", "regression")]
            lines.append("| " + " | ".join([design, str(n), *(f"{x:.1%}" for x in (*called, *covered))]) + " |")
    return [*lines, ""]
