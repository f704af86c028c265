"""What the results framework says when nothing changed, and when initiatives went to the lowest scores."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.comparisons import benjamini_hochberg
from pipeline.estimate.intervals import t_test
from pipeline.estimate.outcomes import member_results
from pipeline.estimate.outcomes.factors import ALPHA, verdict

FACTORS, SUPPORTED = 10, 4
SPREAD = 4.0  # points of 100: standard deviation of true scores between a member's factors
PERSON = 22.0  # points: standard deviation of respondents' scores on a factor
TOGETHER = 0.5  # correlation of one respondent's scores on two factors
MEMBERS = (6, 12, 20)
HOW = ("drawn by lot", "lowest scores")


def factors(members: int, n: int, how: str, draws: int, seed: int, effect: float = 0.0) -> pl.DataFrame:
    """Rows as of factor_results of `draws` programmes (each its own population), in which supported factors gain `effect`."""
    rng = np.random.default_rng(seed)
    shape = (draws, members, FACTORS)
    truth, se = rng.normal(60, SPREAD, shape), PERSON / np.sqrt(n)
    before, after = truth + _errors(shape, se, rng), truth + _errors(shape, se, rng)
    order = before if how == HOW[1] else rng.random(shape)
    supported = np.argsort(np.argsort(order)) < SUPPORTED
    change = after - before + effect * supported
    _, p = t_test(change.ravel(), np.full(change.size, np.sqrt(2) * se), np.full(change.size, 2.0 * n - 2))
    index = np.indices(shape).reshape(3, -1)
    table = pl.DataFrame(
        {
            "population": np.char.mod("%05d", index[0]),
            "member": np.char.mod("%03d", index[1]),
            "indicator": np.char.mod("F%02d", index[2]),
            "supported": np.where(supported.ravel(), "yes", "no"),
            "value": change.ravel(),
            "p_value": p,
            "baseline": before.ravel(),
        }
    ).with_columns(wave=pl.lit("2024"), baseline_se=pl.lit(se), status=pl.lit("published"), shifted=False, adjustment=pl.lit("none"))
    families = table.with_columns(family=pl.concat_str("population", "member"))
    return benjamini_hochberg(families).with_columns(verdict=verdict())


def _errors(shape: tuple, se: float, rng) -> np.ndarray:
    """Sampling errors of one wave: the same respondents rate all factors."""
    shared = rng.normal(size=(*shape[:2], 1))
    return se * (np.sqrt(TOGETHER) * shared + np.sqrt(1 - TOGETHER) * rng.normal(size=shape))


def rates(members: int, n: int, how: str, draws: int, seed: int, effect: float = 0.0) -> dict[str, float]:
    """wrong: share of factors called improved or worsened; any: of members with one such; did, permutation: programmes whose
    difference in differences is called; mean and corrected: its mean, in points; held: corrected intervals with the true effect or below it."""
    table = factors(members, n, how, draws, seed, effect)
    wrong = pl.col("verdict") != "no_detectable_change"
    found = member_results(table, table["member"].unique().to_list(), 2)
    did, corrected = (found.filter(statistic=f"difference_in_differences{s}") for s in ("", "_corrected"))
    return {
        "wrong": table.select(wrong.mean()).item(),
        "any": table.group_by("population", "member").agg(wrong.any())["verdict"].mean(),
        "did": ((did["ci_low"] > 0) | (did["ci_high"] < 0)).mean(),
        "permutation": (did["p_value"] <= ALPHA).mean(),
        "mean": did["value"].mean(),
        "corrected": corrected["value"].mean(),
        "corrected_above": (corrected["ci_low"] > effect).mean(),
    }


def section(draws: int, seed: int) -> list[str]:
    """Of docs/simulation.md."""
    lines = [
        "## Did the measures work: what is said when nothing changed",
        "",
        f"Programmes of {FACTORS} factors a member, {SUPPORTED} of them with initiatives that do nothing; scores differ truly between a member's factors by {SPREAD:.0f} points (standard deviation), "
        f"and the same people rate all of them (correlation {TOGETHER}). *Wrong*: factors called improved or worsened; *members*: with at least one such. "
        "*Difference in differences* (DiD) and *permutation*: programmes in which initiatives seem to have worked or harmed (5 % are expected). "
        "Where initiatives go to the lowest scores, regression to the mean alone makes them look good; *corrected*: with all taken away that chance can explain, which is too much as the same people rate all factors, so that the truth lies between.",
        "",
        "| initiatives | members | n a wave | wrong | members | DiD called | permutation | mean DiD, points | corrected | corrected called too high |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for how in HOW:
        for k, members in enumerate(MEMBERS):
            for n in (100, 300):
                r = rates(members, n, how, draws, seed + 10 * k + n + len(how))
                shares = [f"{r[x]:.1%}" for x in ("wrong", "any", "did", "permutation")]
                cells = [how, members, n, *shares, f"{r['mean']:.2f}", f"{r['corrected']:.2f}", f"{r['corrected_above']:.1%}"]
                lines.append("| " + " | ".join(map(str, cells)) + " |")
    return [*lines, ""]
