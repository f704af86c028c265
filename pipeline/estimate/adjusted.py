"""Wave changes at the same composition, beside the plain ones, and the part that is composition alone."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.estimate import standardise as st
from pipeline.estimate.composition import Held, Unit, hold
from pipeline.estimate.design import UNIT, Frame
from pipeline.estimate.moments import Moments
from pipeline.instrument import Instrument

HALF = 0.5
SCHEMA = {
    **dict.fromkeys(["member", "population", "wave", "other_wave"], pl.String),
    **dict.fromkeys(
        ["held_fixed", "held_fixed_by_regression", "left_out", "reference", "reason", "variable"], pl.String
    ),
}


@dataclass(frozen=True)
class Adjusted:
    """changes: rows as of comparisons.wave_changes with `adjustment` (standardised, regression, composition).

    notes: member, population, wave, other_wave: which variables (links, joined by blanks) were held
    fixed by each method, which could not be, the reference composition (frame or pooled) and why not.
    """

    changes: pl.DataFrame
    notes: pl.DataFrame


@dataclass(frozen=True)
class Known:
    """What adjusting needs to know: instruments and frames by unit, and what must not be told apart.

    hidden_groups: UNIT, domain_variable, domain_category, not shown at all: they
    are taken together. hidden_blocks: the same and indicator: an indicator with one
    is not adjusted by that variable's groups, so not at all.
    """

    units: dict[Unit, Instrument]
    frames: dict[Unit, Frame]
    hidden_groups: pl.DataFrame
    hidden_blocks: pl.DataFrame

    def variables(self, unit: Unit) -> list[tuple[str, str]]:
        """(link, code) of the profile items held fixed, the most important first."""
        instrument = self.units[unit]
        return [(i.concept or f"{instrument.instrument}:{i.code}", i.code) for i in instrument.held_fixed]

    def merged(self, units: list[Unit]) -> set[tuple[str, str]]:
        """(link, category) of groups that are hidden in any of the waves."""
        hidden = self.hidden_groups.rows_by_key(UNIT)
        codes = {unit: {code: link for link, code in self.variables(unit)} for unit in units}
        return {
            (codes[unit][code], category)
            for unit in units
            for code, category in hidden.get(unit, [])
            if code in codes[unit]
        }

    def telling(self, units: list[Unit], links: tuple[str, ...]) -> pl.DataFrame:
        """UNIT, indicator of which a group of one of the variables is hidden, though the group itself is shown."""
        rows = [(*u, code) for u in units for link, code in self.variables(u) if link in links]
        used = pl.DataFrame(rows, dict.fromkeys([*UNIT, "domain_variable"], pl.String), orient="row")
        alone = self.hidden_blocks.join(self.hidden_groups, on=[*UNIT, "domain_variable", "domain_category"], how="anti")
        return alone.join(used, on=[*UNIT, "domain_variable"], how="semi").select(*UNIT, "indicator").unique()


def adjusted_changes(moments: Moments, plain: pl.DataFrame, known: Known) -> Adjusted:
    """Adjust every plain change of everybody (see comparisons.wave_changes) for who was asked.

    The reference composition is the later wave's where a frame fixes it, as its
    weighted composition is then the population's; else the mean of both waves'.
    Adjusted figures and their errors are computed on those who answered the
    variables that are held fixed.
    """
    everybody = plain.filter(pl.col("domain_variable") == "").join(
        moments.crossing_sizes.select(UNIT).unique(), on=UNIT, how="semi"
    )
    steps = everybody.select(*UNIT, "other_wave").unique().sort(*UNIT)
    found = [_step(moments, everybody, known, *row) for row in steps.iter_rows()]
    notes = pl.DataFrame([note for _, note in found], SCHEMA, orient="row")
    changes = [part for part, _ in found if part is not None]
    return Adjusted(pl.concat(changes, how="diagonal_relaxed") if changes else plain.clear(), notes)


def _step(moments: Moments, plain: pl.DataFrame, known: Known, member, wave, population, other_wave) -> tuple:
    """One pair of waves: (adjusted rows or None, note)."""
    later, earlier = (member, wave, population), (member, other_wave, population)
    if earlier not in known.units or later not in known.units:
        return None, (member, population, wave, other_wave, "", "", "", "", "not_here", "")
    held = hold([earlier, later], moments.crossing_sizes, {u: known.variables(u) for u in (earlier, later)}, known.merged([earlier, later]))
    fixed = _fixed_by_frame(later, held, known, moments)
    names = [" ".join(links) for links in (held.direct, held.regression, held.missing)]
    note = (member, population, wave, other_wave, *names, "frame" if fixed else "pooled", held.reason, held.where)
    if held.reason:
        return None, note
    rows = plain.filter(pl.struct(*UNIT, "other_wave") == {"member": member, "wave": wave, "population": population, "other_wave": other_wave})
    parts = [(earlier, -1.0, 0.0 if fixed else HALF), (later, 1.0, 1.0 if fixed else HALF)]
    sets = pl.DataFrame([(0, *unit, contrast, part) for unit, contrast, part in parts], _SETS, orient="row")
    kept = [_standardised(moments, rows, held, known, sets), _by_regression(moments, rows, held, known, sets)]
    return pl.concat([k for k in kept if k is not None], how="diagonal_relaxed"), note


_SETS = {"set": pl.Int64, **dict.fromkeys(UNIT, pl.String), "contrast": pl.Float64, "part": pl.Float64}


def _fixed_by_frame(unit: Unit, held: Held, known: Known, moments: Moments) -> bool:
    """Whether the unit's weights bring every variable held fixed to what the frame says."""
    codes = {code for link, code in known.variables(unit) if link in (held.direct or held.regression)}
    margins = set(known.frames[unit].margins) if unit in known.frames else set()
    return unit in moments.design.margins and bool(codes) and codes <= margins


def grouped(moments: Moments, indicators: pl.DataFrame, held: Held, groups: str, sets: pl.DataFrame, telling: pl.DataFrame) -> pl.DataFrame:
    """The crossed cells as `standardise.group_means` reads them. indicators: UNIT, indicator, WHAT; groups: a column of held.groups."""
    of_units = moments.crossed.join(sets.select(UNIT), on=UNIT, how="semi").join(telling, on=[*UNIT, "indicator"], how="anti")
    placed = held.groups.select(*UNIT, domain_category="crossing", group=groups).drop_nulls("group")
    return (
        of_units.join(placed, on=[*UNIT, "domain_category"])
        .join(indicators, on=[*UNIT, "indicator", "measure", "category"])
        .join(sets.select("set", *UNIT), on=UNIT)
        .group_by([*st.SET, *UNIT, "group", "place"], maintain_order=True)
        .agg(pl.col(st.SUMS).sum(), pl.col("centre").first())
        .sort(*st.SET, *UNIT, "group", "place")
    )


def _sides(rows: pl.DataFrame) -> pl.DataFrame:
    """The indicators of both waves: UNIT, indicator, WHAT."""
    other = rows.select("member", "population", *st.WHAT, wave="other_wave", indicator="other_indicator")
    return pl.concat([rows.select(*UNIT, "indicator", *st.WHAT), other.select(*UNIT, "indicator", *st.WHAT)])


def _standardised(moments: Moments, rows: pl.DataFrame, held: Held, known: Known, sets: pl.DataFrame) -> pl.DataFrame | None:
    if not held.direct:
        return None
    telling = known.telling(sets.select(UNIT).rows(), held.direct)
    cells = grouped(moments, _sides(rows), held, "direct", sets, telling)
    found = st.direct(st.group_means(cells, sets))
    effect = (pl.col("reference") * (pl.col("mean") + pl.col("centre"))).sum()
    size = (1 / (pl.col("reference") ** 2 / pl.col("kish")).sum()).alias("kish")
    alone = st.composition_alone(found)
    plain = (pl.col("share") * (pl.col("mean") + pl.col("centre"))).sum()
    return pl.concat(
        [
            _as_changes(moments, rows, cells, found, "standardised", effect, size),
            _as_changes(moments, rows, cells, alone, "composition", plain - effect, size),
        ],
        how="diagonal_relaxed",
    )


def _by_regression(moments: Moments, rows: pl.DataFrame, held: Held, known: Known, sets: pl.DataFrame) -> pl.DataFrame:
    telling = known.telling(sets.select(UNIT).rows(), held.regression)
    cells = grouped(moments, _sides(rows), held, "levels", sets, telling)
    found = st.regression(st.group_means(cells, sets))
    change = pl.col("coefficient").first() * pl.col("contrast").first().clip(0)
    size = (pl.col("sw").sum() ** 2 / (pl.col("sw") ** 2 / pl.col("kish")).sum()).alias("kish")
    return _as_changes(moments, rows, cells, found, "regression", change, size)


def _as_changes(moments: Moments, rows, cells, influence, adjustment: str, value: pl.Expr, size: pl.Expr) -> pl.DataFrame:
    """`rows` with each wave's figure, variance, df, n and effective size replaced by those of the adjusted change."""
    figures = influence.group_by([*st.SET, *UNIT], maintain_order=True).agg(value.alias("estimate"), size, pl.col("n").sum())
    per_wave = figures.join(st.contrast_variance(cells, influence, moments.design), on=[*st.SET, *UNIT]).drop("set")
    names = ["estimate", "variance", "df", "n", "kish"]
    earlier = per_wave.select("member", "population", *st.WHAT, other_wave="wave", **{f"{c}_other": c for c in names})
    keys = rows.drop(*names, *(f"{c}_other" for c in names), "difference", "variance_of_difference")
    v1, v2 = pl.col("variance"), pl.col("variance_other")
    return (
        keys.join(per_wave, on=[*UNIT, *st.WHAT])
        .join(earlier, on=["member", "population", "other_wave", *st.WHAT])
        .with_columns(
            adjustment=pl.lit(adjustment),
            difference=pl.col("estimate") - pl.col("estimate_other"),
            variance_of_difference=v1 + v2,
            df=(v1 + v2) ** 2 / (v1**2 / pl.col("df") + v2**2 / pl.col("df_other")),
        )
    )
