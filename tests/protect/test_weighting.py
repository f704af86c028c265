"""How far weights differ is a group's size to whoever knows the population: it is not told where that group is hidden."""

import polars as pl
import pytest

from pipeline.estimate.design import UNIT
from pipeline.protect.suppression import Hidden
from pipeline.protect.tables import OF_WEIGHTS, protect_weighting

SHARE, RESPONDENTS = {"f": 0.2, "m": 0.8}, {"f": 4, "m": 96}  # of the population, who answered


def weighted_unit(margins: str | None) -> pl.DataFrame:
    n = sum(RESPONDENTS.values())
    weights = {g: SHARE[g] / (RESPONDENTS[g] / n) for g in SHARE}
    effect = sum(RESPONDENTS[g] * weights[g] ** 2 for g in SHARE) / n
    values = ("AAA", "2024", "staff", n, margins, 4, 0.0, max(weights.values()), effect)
    return pl.DataFrame(
        [values], [*UNIT, "n", "margins", *OF_WEIGHTS], orient="row", schema_overrides={"margins": pl.String}
    )


def hidden(variable: str) -> Hidden:
    group = pl.DataFrame(
        [("AAA", "2024", "staff", variable, "f")], [*UNIT, "domain_variable", "domain_category"], orient="row"
    )
    return Hidden(group.clear(), group)


def test_with_the_population_s_counts_the_largest_weight_is_a_group_s_size():
    unit = weighted_unit("GENDER").row(0, named=True)
    assert unit["n"] * SHARE["f"] / unit["largest_weight"] == pytest.approx(RESPONDENTS["f"])


@pytest.mark.parametrize("margins", ["GENDER", "AGE, GENDER"])
def test_it_is_not_told_where_the_group_is_hidden(margins):
    (row,) = protect_weighting(weighted_unit(margins), hidden("GENDER")).iter_rows(named=True)
    assert [row[c] for c in OF_WEIGHTS] == [None] * len(OF_WEIGHTS)
    assert (row["n"], row["margins"]) == (100, margins)


@pytest.mark.parametrize("margins", ["AGE", "", None])
def test_it_is_told_where_the_hidden_group_is_none_of_the_margins(margins):
    before = weighted_unit(margins)
    assert protect_weighting(before, hidden("GENDER")).equals(before)
