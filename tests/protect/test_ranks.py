"""What members see of ranks: nothing but what follows from rounded figures and one distance for all."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.columns import COLUMNS, KEYS
from pipeline.protect.peers import PEERS, peers_seen, peers_table
from pipeline.protect.ranks import Compared, distance, ranks_table
from pipeline.release import publishable
from pipeline.workspace import Rules
from tests.protect.test_peers import SECRET, estimates, members

SHOWN = ["rank_low", "rank_high", "members", "apart", "group", "pooled", "gain", "status"]
OFF = Rules(minimum_respondents=1)


def figures(values: list[float], errors: list[float], **more) -> pl.DataFrame:
    """One score a member: M0, M1, ... with these standard errors."""
    table = estimates([2.0] * len(values), **more)
    numbers = {"estimate": values, "se": errors, "ci_low": [v - 2 for v in values], "ci_high": [v + 2 for v in values]}
    return table.with_columns(*(pl.Series(c, v) for c, v in numbers.items()), df=pl.lit(200.0))


def ranked(table: pl.DataFrame, *sharing: str, rules: Rules | None = None) -> pl.DataFrame:
    sharing = sharing or ("anonymised",) * table["member"].n_unique()
    seen = peers_seen(table, members(*sharing), rules or Rules(), SECRET, "r1")
    return publishable(ranks_table(seen, table, rules or Rules()), "ranks")


def beside(table: pl.DataFrame, *sharing: str, recipient: str = "") -> pl.DataFrame:
    """The ranks with the figures that stand beside them, highest first."""
    sharing = sharing or ("anonymised",) * table["member"].n_unique()
    peers = peers_table(table, members(*sharing), Rules(), SECRET, "r1").drop("status")
    rows = ranked(table, *sharing).join(peers, on=KEYS["ranks"], nulls_equal=True)
    return rows.filter(recipient=recipient).sort("estimate", "rank_low", descending=[True, False])


SIX = [72.0, 66.0, 61.0, 60.0, 59.0, 45.0]


def test_a_rank_is_an_interval_among_the_members_shown():
    got = beside(figures(SIX, [1.7] * 6))
    assert got["apart"].unique().to_list() == [8.0]
    assert got.select("rank_low", "rank_high").rows() == [(1, 2), (1, 5), (2, 5), (2, 5), (2, 5), (6, 6)]
    assert got["group"].to_list() == ["a", "a b", "b", "b", "b", "c"] and got["members"].unique().to_list() == [6]


def test_names_are_those_of_the_figures_beside():
    table = figures(SIX, [1.2] * 6)
    got = ranked(table)
    peers = peers_table(table, members(*["anonymised"] * 6), Rules(), SECRET, "r1")
    assert got.select(KEYS["ranks"]).equals(peers.select(KEYS["ranks"]).sort(KEYS["ranks"]))
    mine = got.filter(recipient="M3")
    assert mine.filter("own")["pseudonym"].to_list() == ["M3"]
    assert sorted(mine.filter(~pl.col("own"))["pseudonym"]) == [f"Member {c}" for c in "ABCDE"]
    assert not got.filter(~pl.col("own"))["pseudonym"].str.starts_with("M0").any()


def test_no_column_bears_a_size_an_error_a_wave_or_a_member():
    got = ranked(figures(SIX, [1.2] * 6))
    assert got.columns == COLUMNS["ranks"] and not {"member", "link", "se", "df", "n", "exact", "wave"} & set(got.columns)
    assert set(KEYS["ranks"]) == set(PEERS) - {"estimate", "ci_low", "ci_high", "status"}


def test_who_shares_nothing_has_no_rank_and_counts_for_nobody():
    table = figures([99.0, *SIX], [1.7] * 7)
    got = ranked(table, "none", *["anonymised"] * 6)
    assert "M0" not in got["recipient"] and got["members"].unique().to_list() == [6]
    assert got.filter(recipient="", rank_low=1).height == 2


def test_too_few_members_are_not_ranked():
    assert ranked(figures(SIX[:4], [1.0] * 4)).is_empty()


def test_a_hidden_figure_has_no_rank():
    weak = pl.when(member="M0").then(pl.lit("unreliable")).otherwise(pl.lit("published"))
    both = pl.concat([figures([1.0, *SIX], [1.2] * 7, indicator="G"), figures([1.0, *SIX], [1.2] * 7).with_columns(status=weak)])
    got = ranked(both).filter(recipient="", indicator="F")
    hidden = got.filter(status="suppressed")
    assert hidden.height == 1 and hidden.select(SHOWN[:-1]).null_count().row(0) == (1,) * 7
    assert got.filter(status="published")["members"].unique().to_list() == [6]


def test_ranks_are_of_the_scores_that_pages_compare():
    """Not of items beside factors; of items' favourable shares where there are no factors."""
    item = estimates([20.0] * 6, indicator="Q", measure="favourable").with_columns(
        indicator_kind=pl.lit("item"), se=pl.lit(0.03), df=pl.lit(99.0)
    )
    scores = figures(SIX, [1.2] * 6).select(item.columns)
    assert ranked(pl.concat([scores, item]))["indicator"].unique().to_list() == ["F"]
    alone = ranked(item)
    assert alone["indicator"].unique().to_list() == ["Q"]
    assert alone["apart"].unique().to_list() == pytest.approx([0.13], abs=1e-9)


def test_pooled_figures_stand_on_the_step_and_keep_the_order():
    got = beside(figures(SIX, [3.0] * 6))
    assert got["pooled"].is_sorted(descending=True) and (got["pooled"] % 1 == 0).all()
    assert got["pooled"][0] < 72 and got["pooled"][5] > 45 and got["gain"].n_unique() == 1


decimals = st.lists(st.floats(-0.49, 0.49), min_size=6, max_size=6)
errors = st.lists(st.floats(0.3, 4), min_size=6, max_size=6)


@settings(deadline=None, max_examples=15)
@given(decimals, errors)
def test_what_rounding_took_moves_nothing(rest, se):
    """Exact figures that are printed alike are ranked alike, whatever their order."""
    moved = [round(v + r, 3) for v, r in zip(SIX, rest, strict=True)]
    assert ranked(figures(moved, se)).equals(ranked(figures(SIX, se)))


@settings(deadline=None, max_examples=15)
@given(errors, st.permutations(range(6)))
def test_nobody_can_tell_whose_error_is_whose(se, order):
    """Let members swap their sample sizes: not a character of the table changes."""
    assert ranked(figures(SIX, [se[i] for i in order])).equals(ranked(figures(SIX, se)))


@settings(deadline=None, max_examples=15)
@given(errors)
def test_all_recipients_tell_members_apart_by_the_same_distance(se):
    got = ranked(figures(SIX, se))
    assert got["apart"].n_unique() == 1 and (got["apart"] % 1 == 0).all() and got["recipient"].n_unique() == 7


def test_a_figure_that_rounding_moves_is_not_told_apart_by_it():
    """Exact figures 4.1 apart may be printed 5 apart: the distance is cleared of half a step, however small the errors."""
    tiny = Compared(np.array([50.0, 55, 60]), np.full(3, 0.01), np.full(3, 99.0), 1.0)
    assert distance(tiny) == 2.0
    assert distance(Compared(tiny.values, tiny.se, tiny.df, 5.0)) == 10.0


def test_without_suppression_exact_figures_and_errors_are_used():
    got = ranked(figures([50.0, 50.4, 60.0], [0.1, 0.1, 0.5]), rules=OFF).filter(recipient="")
    assert got["apart"].n_unique() == 1 and 0.5 < got["apart"][0] < 1.5 and got["apart"][0] % 1 != 0
    assert ranked(figures([50.0, 50.4], [0.01, 0.01]), rules=OFF).filter(recipient="")["rank_low"].to_list() != [1, 1]
    assert ranked(figures([50.0], [0.1]), rules=OFF)["status"].unique().to_list() == ["suppressed"]
