"""Trends over three waves and more: how fast, how surely, whether in a straight line, or whether nothing moved."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.change_point import FEWEST_WAVES, change_points
from pipeline.estimate.comparisons import benjamini_hochberg
from pipeline.estimate.intervals import t_quantile, t_test
from pipeline.estimate.linear_trend import Series, change, departure, sameness, slope
from pipeline.estimate.moments import compared
from pipeline.waves import wave_time

SERIES = ["member", "population", "link", "indicator_kind", "measure", "category", "adjustment"]
# One family per question that a page answers: what moved, of one kind and measure, in one population.
FAMILY = ["member", "population", "indicator_kind", "measure", "adjustment"]
FEWEST_TIMES = 3
ALPHA = 0.05
POINTS = {"share": 0.01, "favourable": 0.01, "mean_score": 1.0}  # one point of 100, in the measure's own unit
_CHANGE_POINT = {"change_point": pl.String, "change_point_p_value": pl.Float64}
FIGURES = [
    *("slope", "se", "ci_low", "ci_high", "df", "statistic", "p_value"),
    *("departure_statistic", "departure_df", "departure_p_value"),
    *("change", "change_low", "change_high", "equivalence_p_value"),
]


def trends(
    waves: pl.DataFrame,
    covariances: pl.DataFrame | None = None,
    equivalence_points: float = 3.0,
    change_point: bool = False,
) -> pl.DataFrame:
    """The trend of every series of estimates at three times and more, by generalised least squares (Aitken 1935).

    The slope per year with its interval and t-test, its degrees of freedom as in `linear_trend.slope`; a test of the
    waves' departure from a straight line (Johansen 1980); the change from the first wave to the last; and whether no
    two waves differ by `equivalence_points` points of 100 or more (two one-sided tests of each pair of waves,
    Schuirmann 1987). A slope's error says nothing of a departure: read both. q-values (Benjamini and Hochberg 1995)
    within member, population, kind of indicator, measure and adjustment, of the published rows alone.

    The verdict is the first of these that holds: `rising` or `falling`, the slope's q-value is at most 0.05 and that of
    the departure is not; `no_change`, the p-value of sameness is at most 0.05; `not_linear`, the departure's q-value is
    at most 0.05; `cannot_tell`. So a trend that is surely there is told even where it is small.

    waves: one row per series and wave: SERIES (member, population, link, indicator_kind, measure, category,
    adjustment), indicator, concept, wave, estimate, variance, df, status. The link says what is the same in all waves
    (see `estimates.completed`); adjustment is "none", or how estimates were brought to one composition of respondents.
    Shares are 0 to 1, scores 0 to 100. A series with two rows of one wave is left out: nobody knows which it is.
    covariances: SERIES, wave, other_wave, covariance: of estimates that are not independent, such as those adjusted to
    a composition that was itself estimated. Each pair once, either way round; pairs that are not there have none, and
    rows with wave = other_wave are not read, as variances stand in `waves`.

    Gives one row per series: SERIES, indicator and concept (the last wave's), first_wave, last_wave, waves (how many),
    the columns of FIGURES, q_value, departure_q_value, verdict, change_point, change_point_p_value, status. A series
    with a suppressed wave is suppressed and nothing of it is computed; with an unreliable one, or with a variance that
    is 0 or unknown, it is unreliable. change_point (see `change_point.change_points`): the wave of the step, where its
    q-value is at most 0.05, "none" or "too_few_waves"; null where it was not asked for.
    """
    series = _series(waves)
    computed = [series.filter(pl.col("status") == "suppressed")]
    for _, mine in series.filter(pl.col("status") != "suppressed").group_by("pattern", maintain_order=True):
        computed.append(_computed(mine, waves, covariances, equivalence_points, change_point))
    schema = dict.fromkeys(FIGURES, pl.Float64) | _CHANGE_POINT
    table = pl.concat(
        [series.clear().with_columns(pl.lit(None, t).alias(c) for c, t in schema.items()), *computed],
        how="diagonal_relaxed",
    )
    uncertain = pl.col("slope").is_null() & (pl.col("status") == "published")
    table = table.with_columns(status=pl.when(uncertain).then(pl.lit("unreliable")).otherwise("status"))
    return _judged(table).drop("pattern").sort(SERIES)


def estimates_by_wave(estimates: pl.DataFrame) -> pl.DataFrame:
    """What `trends` takes, of a release's estimates with their `link`: everybody's, as published, not adjusted."""
    everybody = estimates.filter(pl.col("domain_variable") == "", pl.col("link").is_not_null())
    figures = everybody.filter(compared()).with_columns(variance=pl.col("se") ** 2, adjustment=pl.lit("none"))
    return figures.select(*SERIES, "indicator", "concept", "wave", "estimate", "variance", "df", "status")


def beside_adjusted(
    plain: pl.DataFrame, adjusted: pl.DataFrame, covariances: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(waves, covariances) for `trends`: plain estimates (see `estimates_by_wave`) and those of adjusted_waves.adjusted_waves.

    An adjusted estimate is as reliable as the plain one.
    """
    keys = [c for c in SERIES if c not in ("indicator_kind", "adjustment")]
    kind = plain.select(*keys, "wave", "indicator_kind", "indicator", "concept", "status")
    standardised = pl.lit("standardised").alias("adjustment")
    figures = adjusted.join(kind, on=[*keys, "wave"]).with_columns(standardised)
    together = covariances.join(kind.select(*keys, "wave", "indicator_kind"), on=[*keys, "wave"])
    columns = [*SERIES, "wave", "other_wave", "covariance"]
    return pl.concat([plain, figures.select(plain.columns)], how="vertical_relaxed"), together.with_columns(standardised).select(columns)


def _series(waves: pl.DataFrame) -> pl.DataFrame:
    """One row per series at enough times, with `pattern`, its waves."""
    ordered = waves.sort(*SERIES, "wave")
    weakest = [pl.when((pl.col("status") == s).any()).then(pl.lit(s)) for s in ("suppressed", "unreliable")]
    times = pl.col("wave").map_elements(wave_time, return_dtype=pl.Float64)
    return (
        ordered.with_columns(time=times)
        .group_by(SERIES, maintain_order=True)
        .agg(
            pl.col("indicator", "concept").last(),
            first_wave=pl.col("wave").first(),
            last_wave=pl.col("wave").last(),
            waves=pl.len().cast(pl.Int64),
            different=pl.col("wave").n_unique(),
            times=pl.col("time").n_unique(),
            pattern=pl.col("wave").str.join(" "),
            status=pl.coalesce(*weakest, pl.lit("published")),
        )
        .filter(pl.col("times") >= FEWEST_TIMES, pl.col("different") == pl.col("waves"))
        .drop("times", "different")
    )


def _computed(mine: pl.DataFrame, waves: pl.DataFrame, covariances, points: float, asked: bool) -> pl.DataFrame:
    """Series of the same waves with their figures."""
    labels = mine["pattern"][0].split(" ")
    every = _arrays(mine.with_row_index("place"), waves, covariances, labels)
    sound = every.sound()
    unit = np.array([POINTS.get(m, np.nan) for m in mine["measure"]])
    found = {name: np.full(mine.height, np.nan) for name in FIGURES}
    for name, values in _figures(every.of(sound), unit[sound] * points).items():
        found[name][sound] = values
    table = mine.with_columns(pl.Series(name, values).fill_nan(None) for name, values in found.items())
    return table.with_columns(_steps(every, sound, labels)) if asked else table


def _figures(series: Series, margin: np.ndarray) -> dict[str, np.ndarray]:
    if not len(series.estimates):
        return {}
    per_year, se, df = slope(series)
    statistic, p = t_test(per_year, se, df)
    moved, moved_se, moved_df = change(series)
    half, moved_half = t_quantile(df) * se, t_quantile(moved_df) * moved_se
    f, rank, departs = departure(series)
    values = [per_year, se, per_year - half, per_year + half, df, statistic, p, f, rank, departs]
    values += [moved, moved - moved_half, moved + moved_half, sameness(series, margin)]
    return dict(zip(FIGURES, values, strict=True))


def _steps(series: Series, sound: np.ndarray, labels: list[str]) -> list[pl.Series]:
    """change_point (the likeliest, judged later) and its p-value."""
    names: list[str | None] = ["too_few_waves"] * len(sound)
    p = np.full(len(sound), np.nan)
    if len(labels) >= FEWEST_WAVES:
        places, p[sound] = change_points(series.of(sound))
        names = [None] * len(sound)
        for row, place in zip(np.flatnonzero(sound), places, strict=True):
            names[row] = "none" if place < 0 else labels[place]
    return [pl.Series("change_point", names, pl.String), pl.Series("change_point_p_value", p).fill_nan(None)]


def _arrays(mine: pl.DataFrame, waves: pl.DataFrame, covariances, labels: list[str]) -> Series:
    m, k = mine.height, len(labels)
    rows = waves.join(mine.select(*SERIES, "place"), on=SERIES).sort("place", "wave")
    estimates, variances, df = (
        rows[c].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(m, k) for c in ("estimate", "variance", "df")
    )
    matrices = np.zeros((m, k, k))
    matrices[:, np.arange(k), np.arange(k)] = variances
    if covariances is not None:
        position = {label: i for i, label in enumerate(labels)}
        known = pl.col("wave").is_in(labels) & pl.col("other_wave").is_in(labels)
        pairs = covariances.filter(known).join(mine.select(*SERIES, "place"), on=SERIES)
        for place, one, other, covariance in pairs.select("place", "wave", "other_wave", "covariance").iter_rows():
            i, j = position[one], position[other]
            if i != j:
                matrices[place, i, j] = matrices[place, j, i] = covariance
    return Series(np.array([wave_time(label) for label in labels]), estimates, matrices, df)


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    """With q-values and verdict."""
    family = pl.concat_str([pl.col(c).fill_null("") for c in FAMILY], separator="|")
    table = table.with_columns(family=family)
    for p in ("change_point_p_value", "departure_p_value", "p_value"):
        table = _adjusted(table, p)
    rises = pl.when(pl.col("slope") > 0).then(pl.lit("rising")).otherwise(pl.lit("falling"))
    trend, bend = pl.col("q_value") <= ALPHA, pl.col("departure_q_value") <= ALPHA
    verdict = (
        pl.when(trend & ~bend)
        .then(rises)
        .when((pl.col("equivalence_p_value") <= ALPHA) & (pl.col("status") == "published"))
        .then(pl.lit("no_change"))
        .when(bend)
        .then(pl.lit("not_linear"))
        .otherwise(pl.lit("cannot_tell"))
    )
    named = pl.col("change_point_p_value").is_null() | (pl.col("change_point_q_value") <= ALPHA).fill_null(False)
    step = pl.when(named).then("change_point").otherwise(pl.lit("none"))
    return table.with_columns(verdict=verdict, change_point=step).drop("family", "change_point_q_value")


def _adjusted(table: pl.DataFrame, p: str) -> pl.DataFrame:
    """With the q-values of the p-values `p`, among the published rows."""
    q = p.replace("p_value", "q_value")
    adjusted = benjamini_hochberg(table.select("family", "status", p_value=p), among=pl.col("status") == "published")
    return table.with_columns(adjusted["q_value"].alias(q))
