"""How often intervals hold the truth, tests cry wolf, and marks are wrong."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.comparisons import FAMILY, compare, with_adjusted_p
from pipeline.estimate.intervals import SHARE_METHODS, t_test
from tests.simulation.samples import CHANGES, GROUPS, SHARE, WAVES, batches

FIGURES = ["measure", "estimate", "variance", "df", "n", "ci_low", "ci_high", "reliable"]


def share_coverage(design: str, n: int, share: float, draws: int, seed: int) -> dict[str, float]:
    """covered: share of intervals with the truth inside; shown: share of draws not called unreliable; covered_shown: among those;
    beta, logit, asin, mean: what each of SHARE_METHODS would have covered; no interval is a miss."""
    found = pl.concat(e.select(FIGURES) for _, e in batches(design, n, share, draws, seed, SHARE))
    found = found.filter(measure="favourable")
    held = (pl.col("ci_low") <= share) & (share <= pl.col("ci_high"))
    found = found.with_columns(held=held.fill_null(False))
    shown = found.filter("reliable")
    return {
        "covered": found["held"].mean(),
        "shown": shown.height / draws,
        "covered_shown": shown["held"].mean() if shown.height else None,
        **_by_method(found, share),
    }


def _by_method(found: pl.DataFrame, share: float) -> dict[str, float]:
    figures = [found[c].cast(pl.Float64).to_numpy() for c in ("estimate", "variance", "df", "n")]
    limits = {method: interval(*figures) for method, interval in SHARE_METHODS.items()}
    return {method: float(((low <= share) & (share <= high)).mean()) for method, (low, high) in limits.items()}


def false_positives(design: str, n: int, draws: int, seed: int) -> dict[str, tuple[float, float]]:
    """Per test: share of p < 0.05 where no group differs, and share of tests that are not called unreliable."""
    table = _compared(batches(design, n, 0.5, draws, seed, GROUPS))
    wanted = {
        "t": ("FIVE", "mean_score", "TWO"),
        "wilcoxon": ("FIVE", "rank", "TWO"),
        "kruskal_wallis": ("FIVE", "rank", "THREE"),
        "rao_scott_f": ("FIVE", "share", "THREE"),
    }
    return {
        test: _found(table.filter(indicator=item, measure=measure, domain_variable=variable, test=test))
        for test, (item, measure, variable) in wanted.items()
    }


def false_changes(design: str, n: int, draws: int, seed: int) -> dict[str, tuple[float, float]]:
    """The same for two waves of `n` each, between which nothing changes."""
    table = _compared(batches(design, n, 0.5, draws, seed, CHANGES, WAVES)).filter(kind="wave_change")
    assert table.height == 2 * draws, "one t and one Wilcoxon test of each sample"
    return {
        test: _found(table.filter(measure=measure, test=test))
        for test, measure in (("t", "mean_score"), ("wilcoxon", "rank"))
    }


def _compared(samples) -> pl.DataFrame:
    columns = ["kind", "indicator", "measure", "domain_variable", "test", "p_value", "reliable"]
    return pl.concat(compare(moments, estimates).select(columns) for moments, estimates in samples)


def _found(tests: pl.DataFrame) -> tuple[float, float]:
    return (tests["p_value"] < 0.05).mean(), tests["reliable"].mean()


def false_discoveries(n: int, draws: int, seed: int, effect: float = 0.5, tests: int = 10) -> float:
    """Mean share of wrong marks (q < 0.05) in families of ten tests of two groups, half of them with an effect."""
    rng = np.random.default_rng(seed)
    real = np.arange(tests) < tests // 2
    noise = rng.normal(size=(draws, tests, 2, n // 2))
    groups = noise.mean(axis=-1) + np.where(real, effect, 0)[:, None] * np.array([1, 0])
    error = np.sqrt(noise.var(axis=-1, ddof=1).sum(axis=-1) / (n // 2))
    _, p = t_test(groups[..., 0] - groups[..., 1], error, np.full(error.shape, n - 2.0))
    family = dict.fromkeys(FAMILY, "x") | {"member": np.repeat([f"{k:05}" for k in range(draws)], tests)}
    table = with_adjusted_p(
        pl.DataFrame({**family, "p_value": p.ravel(), "reliable": True, "real": np.tile(real, draws)})
    )
    marked = table.filter(pl.col("q_value") < 0.05)
    wrong = marked.group_by("member").agg((~pl.col("real")).mean())["real"]
    return wrong.sum() / draws
