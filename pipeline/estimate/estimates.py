"""The estimates table: every indicator, measure and domain with its uncertainty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from pipeline.estimate.bridged import BETWEEN
from pipeline.estimate.bridges import PAIR
from pipeline.estimate.design import UNIT
from pipeline.estimate.indirect import GUARDED, RATE, rate_intervals
from pipeline.estimate.intervals import mean_interval, share_interval
from pipeline.estimate.moments import CELL, Moments
from pipeline.estimate.variance import domain_means
from pipeline.instrument import Instrument

FEWEST_EVENTS = 10
SHARES = ("share", "favourable", "unfavourable", "nonresponse")


def estimate(moments: Moments, units: dict[tuple, Instrument]) -> pl.DataFrame:
    """CELL, estimate, variance, se, ci_low, ci_high, df, n, deff, spread, link columns, reliable.

    `units`: (member, wave, population) -> the instrument it followed.
    """
    return completed(domain_means(moments), units)


def bridged_estimates(moments: Moments, units: dict[tuple, Instrument]) -> pl.DataFrame:
    """As `estimate`, of the figures that are made for comparing two questionnaires (see bridged.py), with PAIR.

    Their variance is that of any other mean: linearised, under the design.
    """
    means = domain_means(replace(moments, cells=moments.bridged, rates=moments.rates.none()))
    parts = pl.col("indicator").str.split(BETWEEN).list
    pair = {c: parts.get(k + 1, null_on_oob=True) for k, c in enumerate(PAIR)}
    return completed(means.with_columns(indicator=parts.get(0), **pair), units)


def completed(means: pl.DataFrame, units: dict[tuple, Instrument]) -> pl.DataFrame:
    """Means with their variance (see `variance.domain_means`), with everything else that `estimate` gives."""
    names = means.join(_links(units), on=[*UNIT, "indicator", "indicator_kind"], how="left").join(
        _domain_links(units), on=[*UNIT, "domain_variable"], how="left"
    )
    lacking = [pl.lit(None, kind).alias(c) for c, kind in (GUARDED | {"raw": pl.Float64}).items() if c not in names.columns]
    return _with_intervals(names.with_columns(lacking)).sort(CELL)


def _with_intervals(means: pl.DataFrame) -> pl.DataFrame:
    is_share = means["measure"].is_in(SHARES).to_numpy()
    share, variance, df, n = (
        means[c].cast(pl.Float64).fill_null(np.nan).to_numpy() for c in ("estimate", "variance", "df", "n")
    )
    low, high = np.empty_like(share), np.empty_like(share)
    low[~is_share], high[~is_share] = mean_interval(*(a[~is_share] for a in (share, variance, df)))
    low[is_share], high[is_share] = share_interval(*(a[is_share] for a in (np.clip(share, 0, 1), variance, df, n)))
    rate = ((means["indicator_kind"] == RATE) & (means["measure"] != "nonresponse")).to_numpy()
    low[rate], high[rate] = rate_intervals(means.filter(pl.Series(rate)))
    is_share = is_share | rate
    return means.with_columns(
        pl.Series("ci_low", low),
        pl.Series("ci_high", high),
        se=pl.col("variance").sqrt(),
    ).with_columns(
        pl.when(pl.col("n") > 1).then(pl.col("se")).alias("se"),
        pl.col("ci_low", "ci_high").fill_nan(None),
        reliable=pl.Series(_reliable(is_share, share, low, high, means["kish"].to_numpy(), df))
        & ~(pl.Series(is_share) & _few_events()),
    )


def _reliable(is_share, share, low, high, effective, df) -> np.ndarray:
    """NCHS presentation standards for proportions (Parker et al. 2017).

    At least 30 effective answers (Kish 1965: n, where all weigh alike); absolute
    width at most 0.30; above an absolute width of 0.05 also a width of at most
    130 % of the share (of its complement, if that is the smaller). Other
    measures need the 30 alone. All need 8 degrees of freedom: with fewer the
    variance itself is hardly known.
    """
    width = high - low
    smaller = np.minimum(share, 1 - share)
    narrow = (width <= 0.05) | ((width <= 0.30) & (width <= 1.3 * np.maximum(smaller, 1e-12)))
    return (effective > 30 - 1e-9) & (df >= 8) & (narrow | ~is_share)


def _few_events() -> pl.Expr:
    """Under unequal weights fewer than ten answers of either kind: `make simulate` finds 80 % coverage there, not 95 %.

    A rare answer's weights decide its share and its variance alike (Korn and Graubard 1999, 5.2).
    """
    unequal = pl.col("kish") < pl.col("n") * (1 - 1e-9)
    return unequal & (pl.min_horizontal("events", pl.col("n") - pl.col("events")) < FEWEST_EVENTS)


def _links(units: dict[tuple, Instrument]) -> pl.DataFrame:
    """`link`: what makes indicators of different versions and populations comparable (the concept)."""
    rows = []
    for unit, instrument in units.items():
        rows += [
            (*unit, i.code, "item", i.concept or "", i.concept or f"{instrument.instrument}:{i.code}")
            for i in instrument.estimated
        ]
        rows += [(*unit, f.code, "factor", "", f"factor:{f.code}") for f in instrument.factors]
        rows += [(*unit, x.code, "index", "", f"index:{x.code}") for x in instrument.indices]
        # by its kind too: what a list and a die find differs by more than what they ask
        rows += [
            (*unit, q.code, RATE, q.concept or "", f"rate:{q.kind}:{q.concept or f'{instrument.instrument}:{q.code}'}")
            for q in instrument.indirect
        ]
    schema = [*UNIT, "indicator", "indicator_kind", "concept", "link"]
    return pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")


def _domain_links(units: dict[tuple, Instrument]) -> pl.DataFrame:
    rows = [(*unit, "", "") for unit in units]
    for unit, instrument in units.items():
        rows += [(*unit, i.code, i.concept or f"{instrument.instrument}:{i.code}") for i in instrument.profile]
    return pl.DataFrame(rows, schema=dict.fromkeys([*UNIT, "domain_variable", "domain_link"], pl.String), orient="row")
