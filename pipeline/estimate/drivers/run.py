"""Every regression of a run: of each unit, and of members pooled."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np
import polars as pl

from pipeline.estimate.covariance import UnitDesign, unit_designs
from pipeline.estimate.design import Design
from pipeline.estimate.drivers.limits import Limits
from pipeline.estimate.drivers.marks import mark_of_model
from pipeline.estimate.drivers.models import estimate_model
from pipeline.estimate.drivers.outcomes import NO_ORDER, Outcome, outcomes
from pipeline.estimate.drivers.rows import Respondents
from pipeline.estimate.drivers.sample import Part, Sample, national, parts, pooled
from pipeline.estimate.drivers.table import as_table, hidden_model, model_rows, model_without_figures
from pipeline.estimate.kept import KeptRows

POOLED = "all"  # stands for the member and the wave of a pooled model


def drivers(rows: Iterable[Respondents], design: Design, limits: Limits, kept: KeptRows | None = None) -> pl.DataFrame:
    """What goes with each behaviour and experience: coefficients, average marginal effects, importance.

    One regression for each member, wave, population and outcome, and one for each population and
    outcome over the members that share, with an effect for each member and wave: the proportional-odds
    logit (McCullagh 1980) for answers in an order, the logit for two answers; explained
    by factor scores (a unit is ten points of 100) and the profile's categories against the
    most frequent one. Of more than 10,000 respondents (pooled 20,000) so many, drawn at random. Complete cases; the statistic complete_cases says how many of those asked.
    No figure where there are fewer than 10 events for each column, answers are separated or the fit does not converge:
    the row `model` has the verdict. Importance is computed for each member's latest wave and for pooled models.
    They are associations: nothing here says what brings about what. `kept`: those of earlier runs, which are not fitted again.
    """
    kept = kept or KeptRows(None)
    found, designs = parts(rows, design), unit_designs(design)
    designs = _of_infinite(designs, _thinned(found, designs))
    latest = {(p.unit[0], p.unit[2]): p.unit for p in found}  # units are sorted: the last one stands
    wanted = [
        partial(_national, part, outcome, designs, limits, kept, newest=latest[part.unit[0], part.unit[2]] == part.unit)
        for part in found
        for outcome in outcomes(part.instrument)
    ]
    for population in sorted({p.unit[2] for p in found}):
        here = [p for p in found if p.unit[2] == population and p.unit not in limits.held]
        mine = [p for p in here if p.unit[0] in limits.sharing]
        members = sorted(mine, key=lambda p: p.unit[1::-1])
        wanted += [partial(_pooled, population, members, outcome, designs, limits, kept) for outcome in _links(members)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # a regression is arithmetic on large arrays, for which threads need not wait
        found = as_table(list(chain.from_iterable(threads.map(lambda fit: fit(), wanted))))
    kept.forget()
    return found


def _thinned(found: list[Part], designs: dict[tuple, UnitDesign]) -> set[tuple]:
    """The units of which some respondents stand for all."""
    return {p.unit for p in found if len(p.place) < designs[p.unit].size.sum()}


def _of_infinite(designs: dict[tuple, UnitDesign], units: Iterable[tuple]) -> dict[tuple, UnitDesign]:
    """The designs; of these units as if of endless populations: where some stand for all, none was asked in full."""
    return designs | {unit: replace(designs[unit], open=np.ones_like(designs[unit].open)) for unit in units}


def _national(part: Part, outcome: Outcome, designs: dict, limits: Limits, kept: KeptRows, newest: bool) -> list[dict]:
    key, name = part.unit, outcome.item
    if (part.levels(outcome) < 0).all():
        return []  # not asked of anybody here
    if (*key, outcome.item) not in limits.shown:
        return [hidden_model(key, name, outcome)]
    if outcome.model == NO_ORDER:
        return [model_without_figures(key, name, outcome, NO_ORDER)]
    sample = national(part, outcome, limits)
    if sample is None:
        return [model_without_figures(key, name, outcome, "too_few_complete")]
    return _fitted(key, name, sample, outcome, designs, kept, newest)


def _pooled(population: str, members: list[Part], outcome: Outcome, designs: dict, limits: Limits, kept: KeptRows) -> list[dict]:
    """A model of what enough members share; `members` by wave, the newest last."""
    key = (POOLED, POOLED, population)
    mine = [p for p in members if _usable(p, outcome, limits)]
    if len({p.unit[0] for p in mine}) < limits.members:
        return []
    sample = pooled(mine, outcome, limits)
    if sample is None:
        return []
    if sample.asked < sum(len(p.place) for p in mine):
        designs = _of_infinite(designs, sample.units)
    return _fitted(key, outcome.link, sample, outcome, designs, kept, importance=True)


def _fitted(key: tuple[str, str, str], name: str, sample: Sample, outcome: Outcome, designs: dict, kept: KeptRows, importance: bool) -> list[dict]:
    asked = (sample, outcome, designs, (*key, name), importance)
    return kept.rows(mark_of_model(*asked), lambda: model_rows(key, name, outcome, estimate_model(*asked)))


def _links(members: list[Part]) -> list[Outcome]:
    """The outcomes of all instruments; of versions of one, the newest."""
    found = {o.link: o for p in members for o in outcomes(p.instrument)}
    return [o for o in found.values() if o.model != NO_ORDER]


def _usable(part: Part, outcome: Outcome, limits: Limits) -> bool:
    """Whether a unit asked the same with the same answers, may show it and every factor, and enough gave one."""
    mine = part.outcome(outcome.link)
    if mine is None or (mine.model, mine.levels, mine.answer) != (outcome.model, outcome.levels, outcome.answer):
        return False
    shown = all((*part.unit, code) in limits.shown for code in (mine.item, *part.scores))
    return shown and (part.levels(mine) >= 0).sum() >= limits.unit
