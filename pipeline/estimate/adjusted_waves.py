"""Estimates of three waves and more at one composition, with their covariances, for trends."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from pipeline.estimate import standardise as st
from pipeline.estimate.adjusted import SETS, Plan, crossed_cells, telling
from pipeline.estimate.asked import Asked, Unit
from pipeline.estimate.composition import Held, hold
from pipeline.estimate.design import UNIT
from pipeline.estimate.moments import Moments

FEWEST_WAVES = 3
SERIES = ["member", "population", *st.WHAT]


def adjusted_waves(moments: Moments, estimates: pl.DataFrame, asked: Asked) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(estimates, covariances) of everybody, each wave as if it had asked the same kinds of respondents.

    By direct standardisation (see standardise.direct) over all waves of a member and
    population, of what every wave asked. The reference composition is the latest
    wave's where a frame fixes it, else the mean of all: an estimated one makes the
    waves' estimates depend on each other. estimates: UNIT, indicator and WHAT of
    what is shown. Gives SERIES, wave, estimate, variance, df; and SERIES, wave, other_wave, covariance.
    """
    everybody = estimates.filter(pl.col("domain_variable") == "").join(
        asked.profile, on=[*UNIT, "indicator"], how="anti"
    )
    indicators = everybody.select(*UNIT, "indicator", *st.WHAT)
    held = _held(moments, indicators, asked)
    if not held:
        return _nothing("estimate", "variance", "df"), _nothing("covariance", text=("other_wave",))
    plan, names = _plan(held, moments, asked)
    cells = crossed_cells(moments, indicators, plan, "direct")
    found = st.direct(st.group_means(cells, plan.sets))
    variances = st.contrast_variance(cells, found, moments.design)
    return _estimates(found, variances, names), _covariances(variances, names)


def _nothing(*numbers: str, text: tuple[str, ...] = ()) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys([*SERIES, "wave", *text], pl.String) | dict.fromkeys(numbers, pl.Float64))


def _held(moments: Moments, indicators: pl.DataFrame, asked: Asked) -> dict[tuple[Unit, ...], Held]:
    """Per series of waves (in their order) what can be held fixed in all of them."""
    here = indicators.join(moments.crossing_sizes, on=UNIT, how="semi").select(UNIT).unique().sort(UNIT)
    waves: dict[tuple[str, str], list[Unit]] = {}
    for unit in here.rows():
        waves.setdefault((unit[0], unit[2]), []).append(unit)
    found = {}
    for units in (tuple(u) for u in waves.values() if len(u) >= FEWEST_WAVES):
        variables = {unit: asked.variables(unit) for unit in units}
        held = hold(list(units), moments.crossing_sizes, variables, asked.merged(list(units)))
        if held.direct:
            found[units] = held
    return found


def _plan(held: dict[tuple[Unit, ...], Held], moments: Moments, asked: Asked) -> tuple[Plan, pl.DataFrame]:
    """One set for each wave and each pair of waves; and set, wave, other_wave (empty for one wave alone)."""
    sets, names, groups, hidden = [], [], [], []
    for units, h in held.items():
        framed = units[-1] in moments.design.margins and asked.framed(units[-1], h.direct)
        parts = [float(u == units[-1]) if framed else 1 / len(units) for u in units]
        for chosen in [(u,) for u in units] + list(combinations(units, 2)):
            number = len(names)
            names.append((number, chosen[0][1], chosen[1][1] if len(chosen) > 1 else ""))
            sets += [(number, *u, float(u in chosen), part) for u, part in zip(units, parts, strict=True)]
            groups.append(h.groups.with_columns(set=pl.lit(number, pl.Int64)))
            hidden.append(telling(asked, list(units), h.direct, number, "direct"))
    waves = pl.DataFrame(names, {"set": pl.Int64, "wave": pl.String, "other_wave": pl.String}, orient="row")
    return Plan(pl.DataFrame(sets, SETS, orient="row"), pl.concat(groups), pl.concat(hidden)), waves


def _estimates(found: pl.DataFrame, variances: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The sets of one wave alone."""
    alone = names.filter(pl.col("other_wave") == "").select("set", "wave")
    value = (pl.col("contrast") * pl.col("reference") * (pl.col("mean") + pl.col("centre"))).sum()
    means = found.group_by(["set", "member", "population", *st.WHAT], maintain_order=True).agg(estimate=value)
    spread = variances.group_by(["set", *st.WHAT], maintain_order=True).agg(
        variance=pl.col("variance").sum(),
        df=pl.col("variance").sum() ** 2 / (pl.col("variance") ** 2 / pl.col("df")).sum(),
    )
    return means.join(spread, on=["set", *st.WHAT]).join(alone, on="set").drop("set").select(*SERIES, "wave", "estimate", "variance", "df")


def _covariances(variances: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Of each pair: half of what the variance of the sum is more than the two variances."""
    total = variances.group_by([*SERIES, "set"]).agg(pl.col("variance").sum()).join(names, on="set").drop("set")
    alone = total.filter(pl.col("other_wave") == "").drop("other_wave")
    pairs = total.filter(pl.col("other_wave") != "")
    sides = pairs.join(alone, on=[*SERIES, "wave"], suffix="_one").join(
        alone, left_on=[*SERIES, "other_wave"], right_on=[*SERIES, "wave"], suffix="_other"
    )
    covariance = (pl.col("variance") - pl.col("variance_one") - pl.col("variance_other")) / 2
    return sides.select(*SERIES, "wave", "other_wave", covariance=covariance).sort(*SERIES, "wave", "other_wave")
