"""The arithmetic of the attacks, against small cases worked by hand."""

import polars as pl
import pytest

from pipeline.audit.inversion import pairs_left
from pipeline.audit.linked import find_unions
from pipeline.audit.markup import read_page
from pipeline.audit.numerals import numbers
from pipeline.audit.relations import cells, relations
from tests.audit.figures import ESTIMATES, KEYS


@pytest.mark.parametrize(
    ("printed", "fewest", "most"),
    [
        ((41.3, 10.9, 0.05, 0.05), 1, 1),  # one decimal, exact width: 31 of 75 and nothing else
        ((50.0, 25.0, 0.5, 0.5), 1, 9),
        ((41.0, 10.0, 5.0, 0.5), 10, 10**6),  # whole points and a width rounded to 5: any of many
    ],
)
def test_printed_pairs_leave_so_many_sizes_and_counts(printed, fewest, most):
    assert fewest <= pairs_left(*printed) <= most


def groups(**counts: list[int]) -> pl.DataFrame:
    """region_n=[...]: the counts of group n of region in figures 0, 1, ..."""
    rows = [
        (*name.split("_"), figure, count)
        for name, values in counts.items()
        for figure, count in enumerate(values)
        if count >= 0
    ]
    return pl.DataFrame(rows, ["domain_variable", "domain_category", "figure", "count"], orient="row")


NORTH, SOUTH, EAST = [30, 29, 28, 27, 26, 25], [41, 40, 39, 41, 38, 37], [22, 21, 20, 19, 22, 20]
BOTH = [a + b for a, b in zip(NORTH, SOUTH, strict=True)]


def test_a_zone_that_is_two_regions_is_recognised():
    found = find_unions(groups(region_n=NORTH, region_s=SOUTH, region_e=EAST, zone_x=BOTH, zone_y=EAST))
    assert found == [(("zone", "x"), (("region", "n"), ("region", "s")))]


def test_a_hidden_figure_does_not_hinder_and_one_that_differs_does():
    assert find_unions(groups(region_n=[-1, *NORTH[1:]], region_s=SOUTH, region_e=EAST, zone_x=BOTH))
    assert not find_unions(groups(region_n=NORTH, region_s=SOUTH, region_e=EAST, zone_x=[BOTH[0] + 1, *BOTH[1:]]))


def test_figures_that_are_always_the_same_prove_no_union():
    assert not find_unions(groups(region_n=[30] * 6, region_s=[40] * 6, region_e=[20] * 6, zone_x=[70] * 6))


def unit(*rows: tuple) -> pl.DataFrame:
    """Rows of (domain_variable, domain_category, indicator, measure, n or None, estimate) of one unweighted unit."""
    table = [
        ("AAA", "1", "p", v, c, i, "item", m, "", "", x, None, None, None, n, "published" if n else "suppressed")
        for v, c, i, m, n, x in rows
    ]
    kinds = dict.fromkeys(KEYS, pl.String) | dict.fromkeys(ESTIMATES[10:14], pl.Float64)
    frame = pl.DataFrame(table, kinds | {"n": pl.Int64, "status": pl.String}, orient="row")
    profile = pl.when(pl.col("indicator") == "G").then(pl.lit("profile")).otherwise(pl.lit("perception"))
    return frame.with_columns(shown=pl.col("status") != "suppressed", weighted=False, role=profile)


def test_the_rest_and_those_who_did_not_state_the_group_are_bounded():
    table = unit(
        ("", "", "Q", "mean_score", 95, 50.0),
        ("", "", "Q", "nonresponse", 100, 0.05),
        ("", "", "G", "nonresponse", 100, 0.08),
        ("G", "a", "Q", "mean_score", 60, 50.0),
        ("G", "b", "Q", "mean_score", None, None),
        ("G", "c", "Q", "mean_score", None, None),
    )
    known = cells(table)
    row = relations(table, known).filter(indicator="Q").row(0, named=True)
    # 95 answered, 60 of them in a; 8 of 100 did not state their group, at most 5 of whom did not answer
    assert (row["rest"], row["hidden"], row["unknown"], row["fewest"], row["most"]) == (35, 2, 2, 3, 8)


def test_a_base_beside_a_shown_silence_is_derived():
    table = unit(("G", "b", "Q", "mean_score", None, None), ("G", "b", "Q", "nonresponse", 20, 0.25))
    assert cells(table).filter(indicator="Q")["derived"].to_list() == [15]


def test_numbers_are_read_as_people_write_them():
    text = "1,207 answers, \u22123.5 to 4 %; XAA-2021, c-F01, v1.2.3, 2023-05-14, 12/7"
    assert [v for v, _ in numbers(text)] == [1207.0, -3.5, 4.0]


def test_what_eyes_do_not_see_is_read():
    page = read_page('<p hidden>seven <i>7</i></p><!-- eight --><td class="x suppressed">nine</td><br><b>ten</b>')
    assert page.hidden == ["seven ", "7"] and page.comments == [" eight "]
    assert page.suppressed == ["nine"] and page.text[-1] == "ten"
