"""Wave estimates as `trends` takes them, for its tests."""

import numpy as np
import polars as pl

from pipeline.estimate.linear_trend import Series

NAMES = {
    "member": "AAA",
    "population": "p",
    "link": "factor:F1",
    "indicator_kind": "factor",
    "measure": "mean_score",
    "category": "",
    "adjustment": "none",
    "indicator": "F1",
    "concept": "",
}


def waves(estimates, variances, labels=None, df=200.0, status="published", **names) -> pl.DataFrame:
    """One series; from 2001 on, every year, where no labels are given."""
    k = len(estimates)
    figures = {
        c: pl.Series(v, dtype=pl.Float64, strict=False) for c, v in (("estimate", estimates), ("variance", variances))
    }
    labels = labels or [str(2001 + i) for i in range(k)]
    named = pl.DataFrame({"wave": labels, **figures, "df": [df] * k, "status": status})
    return named.with_columns(**{c: pl.lit(v) for c, v in (NAMES | names).items()})


def covariances(pairs: dict[tuple[str, str], float], **names) -> pl.DataFrame:
    """(wave, other wave) -> covariance, of one series."""
    rows = pl.DataFrame(
        [(*pair, value) for pair, value in pairs.items()], ["wave", "other_wave", "covariance"], orient="row"
    )
    keys = {c: v for c, v in (NAMES | names).items() if c not in ("indicator", "concept")}
    return rows.with_columns(**{c: pl.lit(v) for c, v in keys.items()})


def series(times, estimates, covariance, df=200.0) -> Series:
    """One series, as the formulas take it; `covariance` (k, k), or the variances (k,)."""
    matrix = np.asarray(covariance, float)
    matrix = np.diag(matrix) if matrix.ndim == 1 else matrix
    estimates = np.asarray(estimates, float)
    every = np.broadcast_to(np.asarray(df, float), estimates.shape)
    return Series(np.asarray(times, float), estimates[None], matrix[None], every[None].copy())
