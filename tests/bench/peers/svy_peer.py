"""The estimates by svy, see task.py.

Its fastest way of those tried: one narrow sample per unit and question, as each call copies the columns that it is
given; all categories of a domain variable in one call; and no strata for the units, as grouping by unit and domain
at once makes it work out the covariance of every pair of groups.
"""

from __future__ import annotations

from collections.abc import Iterable

import svy
from task import Item, Unit, run


def estimate(unit: Unit) -> list[tuple]:
    """(domain variable, item, measures, svy's estimate): the shares of the codes in one, every other measure by itself."""
    found = []
    for item in unit.items:
        columns = [column for _, _, column in item.uncoded] + ([item.coded] if item.coded else [])
        # a question may be its own domain, under one name
        sample = svy.Sample(unit.answers.select(*unit.domains, *columns), svy.Design())
        for variable in (None, *unit.domains):
            if item.coded:
                found.append((variable, item, None, sample.estimation.prop(item.coded, by=variable, drop_nulls=True)))
            for measure in item.uncoded:
                found.append((variable, item, measure, sample.estimation.mean(measure[2], by=variable, drop_nulls=True)))
    return found


def rows_of(unit: Unit, found: list[tuple]) -> Iterable[tuple]:
    for variable, item, measure, result in found:
        for e in result.estimates:
            category = unit.domains[variable][int(e.by_level[0])] if variable else ""
            yield variable or "", category, item.name, *_measure(item, measure, e.y_level), e.est, e.se


def _measure(item: Item, measure: tuple | None, level) -> tuple[str, str]:
    return ("share", item.categories[int(level)]) if measure is None else measure[:2]


if __name__ == "__main__":
    run("svy", estimate, rows_of)
