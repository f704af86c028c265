"""Small tables as a release has them, for the tests of the results framework."""

from datetime import date

import polars as pl

from pipeline.estimate.outcomes import factor_results
from pipeline.programme import Initiative

STEP = {"member": "AAA", "population": "p", "wave": "2024", "other_wave": "2022"}


def change(factor: str = "F1", difference: float = 5.0, q: float = 0.01, adjustment: str = "none", status: str = "published", **step) -> dict:
    hidden = status == "suppressed"
    figures = {"difference": difference, "se": 1.0, "ci_low": difference - 2, "ci_high": difference + 2, "p_value": q / 2, "q_value": q}
    return {
        **STEP,
        "kind": "wave_change",
        "domain_variable": "",
        "test": "t",
        "indicator_kind": "factor",
        "indicator": factor,
        "measure": "mean_score",
        "adjustment": adjustment,
        "bridge": "same",
        **(dict.fromkeys(figures) if hidden else figures),
        "status": status,
        **step,
    }


def initiative(factor: str = "F1", member: str = "AAA", population: str = "", start=date(2023, 1, 1), end=None) -> Initiative:
    return Initiative(member, factor, population, start, end, "Training")


def results(changes: list[dict], shift: float | None = 0.02, initiatives=(), baseline: float = 50.0) -> pl.DataFrame:
    """shift: of the share of the profile question G, in every step; None where it was not asked twice."""
    steps = {(c["member"], c["population"], c["wave"], c["other_wave"]) for c in changes} if shift is not None else ()
    asked = [
        change("G", shift, indicator_kind="item", measure="share", **dict(zip(STEP, step, strict=True)))
        for step in sorted(steps)
    ]
    table = pl.DataFrame([*changes, *asked], infer_schema_length=None)
    sides = [
        {"member": c["member"], "population": c["population"], "wave": wave, "indicator": c["indicator"], "estimate": baseline + later * (c["difference"] or 0)}
        for c in changes
        for later, wave in ((0, c["other_wave"]), (1, c["wave"]))
    ]
    estimates = pl.DataFrame(sides).unique(["member", "population", "wave", "indicator"]).with_columns(
        domain_variable=pl.lit(""), measure=pl.lit("mean_score"), se=pl.lit(1.0), ci_low=pl.col("estimate") - 2, ci_high=pl.col("estimate") + 2
    )
    profile = table.select("member", "wave", "population", indicator=pl.lit("G")).unique()
    return factor_results(table, estimates, initiatives, profile)
