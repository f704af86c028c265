"""Targets: what was to be reached, what is, and whether it surely is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.programme import Target


def target_results(estimates: pl.DataFrame, targets: Sequence[Target]) -> pl.DataFrame:
    """One row per target. estimates: of the release.

    latest: the figure of the target's wave, or, while that is not there, of the
    latest wave before it (`wave` says which). value: latest minus target. A target is
    `met` where the whole 95 % interval lies at or above it (of an unfavourable
    share: at or below it), `missed` where it lies on the other side, else `cannot_tell`. Before its wave it is `not_due`; `no_figure` where either figure is hidden or was not asked.
    """
    if not targets:
        return pl.DataFrame()
    everybody = estimates.filter(pl.col("domain_variable") == "", pl.col("category") == "")
    known = {
        (r["member"], r["population"], r["indicator"], r["measure"], r["wave"]): r
        for r in everybody.iter_rows(named=True)
    }
    return pl.DataFrame([_row(t, known) for t in targets], orient="row", infer_schema_length=None)


def _row(target: Target, known: dict[tuple, dict]) -> dict:
    series = (target.member, target.population, target.indicator, target.measure)
    waves = sorted(key[4] for key in known if key[:4] == series and key[4] <= target.target_wave)
    baseline = _shown(known.get((*series, target.baseline_wave)))
    wave = waves[-1] if waves and waves[-1] > target.baseline_wave else ""
    latest = _shown(known.get((*series, wave)))
    verdict = _verdict(target, latest) if latest and baseline else "no_figure"
    return {
        "kind": "target",
        **dict(zip(("member", "population", "indicator", "measure"), series, strict=True)),
        "wave": wave or target.target_wave,
        "other_wave": target.baseline_wave,
        "statistic": target.target_wave,
        "baseline": baseline["estimate"] if baseline else None,
        "latest": latest["estimate"] if latest else None,
        "latest_low": latest["ci_low"] if latest else None,
        "latest_high": latest["ci_high"] if latest else None,
        "value": latest["estimate"] - target.target if latest else None,
        "target": target.target,
        "verdict": verdict if wave == target.target_wave or verdict == "no_figure" else "not_due",
        "status": "published",
    }


def _shown(row: dict | None) -> dict | None:
    return row if row and row["status"] == "published" and row["ci_low"] is not None else None


def _verdict(target: Target, latest: dict) -> str:
    sign = -1 if target.measure == "unfavourable" else 1
    low, high = sorted((sign * latest["ci_low"], sign * latest["ci_high"]))
    if low >= sign * target.target:
        return "met"
    return "missed" if high < sign * target.target else "cannot_tell"
