"""The estimates by samplics, see task.py.

Its fastest way of those tried: whoever gave no answer is one domain more, so that nothing need be dropped and the
sample keeps its size, as ours does. Means are taken of y + 1, as it divides by them and fails on a mean of 0;
figures of 0 and 1 are given as proportions, where it knows better.

It gives no tests: it has none of ranks, and its CrossTabulation stops with the polars that svy needs; with an older one
it gives an F of 0 for every table whose matrices can be inverted, as its `else` stands under the wrong `try`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
import polars as pl

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that it is archived, on import
    from samplics import TaylorEstimator
from samplics.utils.types import PopParam
from task import Item, Unit, run

OUTSIDE, EVERYBODY, SHIFT = 0, 1, 1.0  # domains are numbered from 1


def estimate(unit: Unit) -> list[tuple]:
    """(domain variable, item, measure, samplics' estimator), as svy_peer.estimate."""
    everybody = np.full(unit.answers.height, EVERYBODY)
    domains = {"": everybody} | {v: unit.answers[v].fill_null(OUTSIDE).to_numpy() for v in unit.domains}
    found = []
    for item in unit.items:
        answered = unit.answers[item.measures[0][2]].is_not_null().to_numpy()
        inside = {variable: np.where(answered, domain, OUTSIDE) for variable, domain in domains.items()}
        for measure, parameter, y in _numbers(unit, item):
            for variable, domain in inside.items():
                estimator = TaylorEstimator(parameter)
                estimator.estimate(y, domain=domain)
                found.append((variable, item, measure, estimator))
    return found


def _numbers(unit: Unit, item: Item) -> Iterable[tuple]:
    """(measure, parameter, y without gaps)"""
    if item.coded:
        yield None, PopParam.prop, unit.answers[item.coded].fill_null(1).to_numpy()
    for measure in item.uncoded:
        y = unit.answers[measure[2]].fill_null(0.0)
        if measure[0].startswith("mean"):
            yield measure, PopParam.mean, y.to_numpy() + SHIFT
        else:
            yield measure, PopParam.prop, y.cast(pl.Int64).to_numpy()


def rows_of(unit: Unit, found: list[tuple]) -> Iterable[tuple]:
    for variable, item, measure, result in found:
        for domain in result.point_est:
            if domain != OUTSIDE:
                category = unit.domains[variable][int(domain)] if variable else ""
                for figures in _figures(item, measure, result.point_est[domain], result.stderror[domain]):
                    yield variable, category, item.name, *figures


def _figures(item: Item, measure: tuple | None, estimate, se) -> Iterable[tuple]:
    if measure is None:
        for level in estimate:
            yield "share", item.categories[int(level)], estimate[level], se[level]
    elif measure[0].startswith("mean"):
        yield *measure[:2], estimate - SHIFT, se
    elif 1 in estimate:
        yield *measure[:2], estimate[1], se[1]
    else:
        yield *measure[:2], 0.0, 0.0


if __name__ == "__main__":
    run("samplics", estimate, rows_of)
