"""Wave changes at the same composition, beside the plain ones, and the part that is composition alone."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate import standardise as st
from pipeline.estimate.asked import Asked, Unit
from pipeline.estimate.composition import Held, hold
from pipeline.estimate.design import UNIT
from pipeline.estimate.independent import independent
from pipeline.estimate.moments import Moments

HALF = 0.5
STEP = ["member", "population", "wave", "other_wave"]
SETS = {"set": pl.Int64, **dict.fromkeys(UNIT, pl.String), "contrast": pl.Float64, "part": pl.Float64}
NOTES = [*STEP, "held_fixed", "held_fixed_by_regression", "left_out", "reference", "reason", "variable"]
FIGURES = ["estimate", "variance", "df", "n", "kish"]


@dataclass(frozen=True)
class Adjusted:
    """changes: rows as of comparisons.wave_changes with `adjustment` (standardised, regression, composition).

    notes: per pair of waves which variables (links, joined by blanks) were held fixed by direct
    standardisation and by regression, and which could not be; the reference composition (frame or
    pooled); and, where nothing was adjusted, the reason and the variable that it lies in.
    """

    changes: pl.DataFrame
    notes: pl.DataFrame


@dataclass(frozen=True)
class Plan:
    """Waves that are adjusted together, as numbered sets.

    sets: SETS (see standardise.group_means); groups: set, UNIT, crossing, and the group of each method;
    telling: set, UNIT, indicator, method: what must not be adjusted.
    """

    sets: pl.DataFrame
    groups: pl.DataFrame
    telling: pl.DataFrame


def adjusted_changes(moments: Moments, plain: pl.DataFrame, asked: Asked) -> Adjusted:
    """Adjust every plain change of everybody (see comparisons.wave_changes) for who was asked.

    plain: changes of published figures, not of those made for comparing two
    questionnaires (see bridged.py): a recode or an anchored score is not adjusted.

    The reference composition is the later wave's where a frame fixes the most
    important variable, as the weighted composition is then the population's;
    else the mean of both waves'. Adjusted figures and their errors are of those who
    answered the variables that are held fixed.
    """
    everybody = plain.filter(pl.col("domain_variable") == "").join(
        asked.profile, on=[*UNIT, "indicator"], how="anti"
    )
    steps = everybody.select(STEP).unique().sort(STEP)
    held = {step: _held(step, moments, asked) for step in steps.rows()}
    framed = {step: _fixed_by_frame(step, h, moments, asked) for step, h in held.items()}
    notes = _texts([_note(step, h, framed[step]) for step, h in held.items()], NOTES)
    usable = {step: h for step, h in held.items() if not h.reason}
    if not usable:
        return Adjusted(everybody.clear().with_columns(adjustment=pl.lit("none")), notes)
    numbers = _texts(list(usable), STEP).with_row_index("set").cast({"set": pl.Int64})
    plan, plain = _plan(usable, framed, asked), everybody.join(numbers, on=STEP)
    parts = [*_standardised(moments, plain, plan), _regressed(moments, plain, plan)]
    return Adjusted(pl.concat(parts, how="diagonal_relaxed"), notes)


def _units(step: tuple) -> tuple[Unit, Unit]:
    """The earlier and the later wave."""
    member, population, wave, other_wave = step
    return (member, other_wave, population), (member, wave, population)


def _held(step: tuple, moments: Moments, asked: Asked) -> Held:
    units = list(_units(step))
    if not all(unit in asked.units for unit in units):
        return Held(reason="answers_elsewhere")
    variables = {unit: asked.variables(unit) for unit in units}
    return hold(units, moments.crossing_sizes, variables, asked.merged(units))


def _fixed_by_frame(step: tuple, held: Held, moments: Moments, asked: Asked) -> bool:
    """Whether the later wave's weights bring the most important variable to what the frame says."""
    _, later = _units(step)
    return later in moments.design.margins and asked.framed(later, held.direct or held.regression)


def _note(step: tuple, held: Held, framed: bool) -> tuple:
    names = (" ".join(links) for links in (held.direct, held.regression, held.missing))
    return (*step, *names, "frame" if framed else "pooled", held.reason, held.where)


def _plan(held: dict[tuple, Held], framed: dict[tuple, bool], asked: Asked) -> Plan:
    sets, groups, hidden = [], [], []
    for number, (step, h) in enumerate(held.items()):
        earlier, later = units = _units(step)
        share = 1.0 if framed[step] else HALF
        sets += [(number, *earlier, -1.0, 1 - share), (number, *later, 1.0, share)]
        groups.append(h.groups.with_columns(set=pl.lit(number, pl.Int64)))
        hidden += [
            telling(asked, list(units), links, number, method)
            for method, links in (("direct", h.direct), ("levels", h.regression))
        ]
    return Plan(pl.DataFrame(sets, SETS, orient="row"), pl.concat(groups), pl.concat(hidden))


def telling(asked: Asked, units: list[Unit], links: tuple[str, ...], number: int, method: str) -> pl.DataFrame:
    """One set's rows of Plan.telling."""
    rows = asked.telling(units, links)
    return rows.with_columns(set=pl.lit(number, pl.Int64), method=pl.lit(method))


def _texts(rows: list[tuple], columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")


def _indicators(plain: pl.DataFrame) -> pl.DataFrame:
    """UNIT, indicator and WHAT of both sides."""
    other = plain.select("member", "population", *st.WHAT, wave="other_wave", indicator="other_indicator")
    names = [*UNIT, "indicator", *st.WHAT]
    return pl.concat([plain.select(names), other.select(names)]).unique()


def crossed_cells(moments: Moments, indicators: pl.DataFrame, plan: Plan, method: str) -> pl.DataFrame:
    """The crossed cells as standardise.group_means reads them. indicators: UNIT, indicator, WHAT; `method`: a column of groups."""
    groups = plan.groups.select("set", *UNIT, domain_category="crossing", group=method).drop_nulls("group")
    return (
        moments.crossed.join(indicators, on=[*UNIT, "indicator", "measure", "category"])
        .join(groups, on=[*UNIT, "domain_category"])
        .join(plan.telling.filter(method=method), on=["set", *UNIT, "indicator"], how="anti")
        .group_by([*st.SET, *UNIT, "group", "place"])
        .agg(pl.col(st.SUMS).sum(), pl.col("centre").first())
        .sort(*st.SET, *UNIT, "group", "place")
    )


def _standardised(moments: Moments, plain: pl.DataFrame, plan: Plan) -> list[pl.DataFrame]:
    """Direct standardisation, and the part of the plain change that it takes away."""
    cells = crossed_cells(moments, _indicators(plain), plan, "direct")
    found = st.direct(st.group_means(cells, plan.sets))
    mean, reference = pl.col("mean") + pl.col("centre"), pl.col("reference")
    effect, size = (reference * mean).sum(), 1 / (reference**2 / pl.col("kish")).sum()
    rest = (pl.col("share") * mean).sum() - effect
    alone = st.composition_alone(found)
    return [
        _as_changes(moments, plain, cells, found.with_columns(adjustment=pl.lit("standardised")), effect, size),
        _as_changes(moments, plain, cells, alone.with_columns(adjustment=pl.lit("composition")), rest, size),
    ]


def _regressed(moments: Moments, plain: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    cells = crossed_cells(moments, _indicators(plain), plan, "levels")
    found = st.regression(st.group_means(cells, plan.sets)).with_columns(adjustment=pl.lit("regression"))
    change = pl.col("coefficient").first() * pl.col("contrast").first().clip(0)
    size = pl.col("sw").sum() ** 2 / (pl.col("sw") ** 2 / pl.col("kish")).sum()
    return _as_changes(moments, plain, cells, found, change, size)


def _as_changes(moments, plain, cells, influence, value: pl.Expr, size: pl.Expr) -> pl.DataFrame:
    """`plain` with each wave's FIGURES and the difference replaced by those of the adjusted change."""
    over = [*st.SET, *UNIT, "adjustment"]
    figures = influence.group_by(over, maintain_order=True).agg(estimate=value, kish=size, n=pl.col("n").sum())
    variances = st.contrast_variance(cells, influence, moments.design)
    per_wave = figures.join(variances, on=[*st.SET, *UNIT])
    earlier = per_wave.select(*st.SET, other_wave="wave", **{f"{c}_other": c for c in FIGURES})
    keys = plain.drop(*FIGURES, *(f"{c}_other" for c in FIGURES), "difference", "variance_of_difference")
    sides = keys.join(per_wave, on=[*st.SET, *UNIT]).join(earlier, on=[*st.SET, "other_wave"])
    return independent(sides.drop("set"))
