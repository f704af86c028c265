"""The estimates and tests by svy, see task.py.

Its fastest way of those tried: one narrow sample per unit and question, as each call copies the columns that it is
given; all categories of a domain variable in one call; and no strata for the units, as grouping by unit and domain
at once makes it work out the covariance of every pair of groups. Tests are of a domain, those who gave both answers: the
variance is then that of the unit's design, as ours and R's are, but the degrees of freedom of Rao and Scott's are the
domain's, where ours and R's are the unit's.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import svy
from task import Item, Unit, run

BELOW = -1e9  # any answer: whoever is outside of a domain still counts among those who share a rank


def estimate(unit: Unit) -> list[tuple]:
    """(item, its estimates, its tests)."""
    found = []
    for item in unit.items:
        columns = [column for _, _, column in item.uncoded] + ([item.coded] if item.coded else [])
        # a question may be its own domain, under one name
        sample = svy.Sample(unit.answers.select(*unit.domains, *columns, *_ranked(unit, item)), svy.Design())
        found.append((item, list(_estimates(sample, unit, item)), list(_tests(sample, unit, item))))
    return found


def _ranked(unit: Unit, item: Item) -> Iterable[pl.Expr]:
    """As `ranked.VARIABLE`, the place of the answer in their order, of whoever answered the profile question too."""
    for variable in unit.domains if item.ordered else ():
        yield pl.when(pl.col(variable).is_not_null()).then(item.ordered).fill_null(BELOW).alias(f"ranked.{variable}")


def _estimates(sample: svy.Sample, unit: Unit, item: Item) -> Iterable[tuple]:
    """(domain variable, measure, svy's estimate): the shares of the codes in one, every other measure by itself."""
    for variable in (None, *unit.domains):
        if item.coded:
            yield variable, None, sample.estimation.prop(item.coded, by=variable, drop_nulls=True)
        for measure in item.uncoded:
            yield variable, measure, sample.estimation.mean(measure[2], by=variable, drop_nulls=True)


def _tests(sample: svy.Sample, unit: Unit, item: Item) -> Iterable[tuple]:
    """(domain variable, test, svy's test)"""
    for variable in unit.domains:
        both = pl.col(variable).is_not_null() & pl.col(item.coded or item.ordered or variable).is_not_null()
        if variable != item.name and item.coded:
            yield variable, "rao_scott_f", sample.categorical.tabulate(item.coded, variable, where=both)
        if variable != item.name and item.ordered:
            yield variable, "kruskal_wallis", sample.categorical.ranktest(f"ranked.{variable}", group=variable, where=both)


def rows_of(unit: Unit, found: list[tuple]) -> Iterable[tuple]:
    for item, estimates, _ in found:
        for variable, measure, result in estimates:
            for e in result.estimates:
                category = unit.domains[variable][int(e.by_level[0])] if variable else ""
                yield variable or "", category, item.name, *_measure(item, measure, e.y_level), e.est, e.se


def _measure(item: Item, measure: tuple | None, level) -> tuple[str, str]:
    return ("share", item.categories[int(level)]) if measure is None else measure[:2]


def test_rows_of(unit: Unit, found: list[tuple]) -> Iterable[tuple]:
    for item, _, tests in found:
        for variable, test, result in tests:
            figures = _figures(getattr(result.stats, "f", result.stats))
            if figures[1] > 0:  # of one row or column it gives an F of 0 with no degrees of freedom
                yield variable, item.name, test, *figures


def _figures(found) -> tuple[float, float, float, float]:
    """F, its degrees of freedom and p; of two groups svy gives Student's t."""
    if hasattr(found, "df_num"):
        return found.value, found.df_num, found.df_den, found.p_value
    return found.value**2, 1.0, found.df, found.p_value


if __name__ == "__main__":
    run("svy", estimate, rows_of, test_rows_of)
