"""Ranks that tell more than the rounded figures beside them are found, each in its place."""

import polars as pl
import pytest

from pipeline.audit import audit
from pipeline.audit.ranks import telling_ranks
from tests.audit.releases import Release, good_release

APART = 3.0
TABLE = ["recipient", "population", "indicator"]
KEN = (pl.col("recipient") == "KEN") & pl.col("own")


def with_ranks() -> Release:
    """The good release with ranks of the factor's rounded scores, worked out pair by pair."""
    release = good_release()
    scores = release.tables["peers"].filter(indicator="F01", measure="mean_score")
    parts = [_ranked(rows) for _, rows in scores.group_by(TABLE, maintain_order=True)]
    release.tables["ranks"] = pl.concat(parts).drop("estimate", "ci_low", "ci_high")
    return release


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    values = rows["estimate"].to_list()
    alike = [(i, j) for i, v in enumerate(values) for j, x in enumerate(values) if i <= j and abs(v - x) < APART]
    mean = sum(values) / len(values)
    return rows.with_columns(
        rank_low=pl.Series([1 + sum(x - v >= APART for x in values) for v in values]),
        rank_high=pl.Series([len(values) - sum(v - x >= APART for x in values) for v in values]),
        members=pl.lit(len(values), pl.Int64),
        apart=pl.lit(APART),
        group=pl.Series([" ".join(f"{i}{j}" for i, j in alike if k in (i, j)) for k in range(len(values))]),
        pooled=pl.Series([float(round(mean + 0.6 * (v - mean))) for v in values]),
        gain=pl.lit(0.9),
    )


def found(release: Release, folder) -> list[tuple[str, str]]:
    release.write(folder)
    return [(f.kind, f.where) for f in audit(folder / "release", attacks=[telling_ranks])]


def test_ranks_of_what_is_shown_are_no_finding(tmp_path):
    release = with_ranks()
    assert release.tables["ranks"]["rank_low"].n_unique() > 1, "else nothing is told apart"
    assert audit(*release.write(tmp_path)) == []


def a_rank_of_exact_figures(r: Release):
    r.put("ranks", KEN, rank_low=pl.col("rank_low") + 1)


def a_rank_among_more_than_are_shown(r: Release):
    r.put("ranks", KEN, members=pl.col("members") + 1)


def a_group_of_members_that_are_apart(r: Release):
    r.put("ranks", pl.col("recipient") == "KEN", group=pl.lit("z"))


def a_distance_for_one_pair(r: Release):
    r.put("ranks", KEN, apart=pl.lit(APART + 1))


def a_distance_with_a_decimal(r: Release):
    r.put("ranks", pl.col("recipient") == "KEN", apart=pl.lit(APART - 0.2))


def a_rank_of_a_hidden_figure(r: Release):
    r.put("peers", KEN & (pl.col("indicator") == "F01"), status="suppressed")
    r.put("peers", pl.col("status") == "suppressed", estimate=None, ci_low=None, ci_high=None)


def another_name_than_beside_the_figure(r: Release):
    r.put("ranks", (pl.col("recipient") == "KEN") & (pl.col("pseudonym") == "Member A"), pseudonym="Member Q")


def a_figure_drawn_by_its_own_error(r: Release):
    r.put("ranks", KEN, pooled=pl.col("pooled") + 9)


def a_pooled_figure_with_a_decimal(r: Release):
    r.put("ranks", KEN, pooled=pl.col("pooled") + 0.3)


PLANTED = [
    (a_rank_of_exact_figures, "rank-order"),
    (a_rank_among_more_than_are_shown, "rank-order"),
    (a_group_of_members_that_are_apart, "rank-order"),
    (a_distance_for_one_pair, "rank-distance"),
    (a_distance_with_a_decimal, "rank-distance"),
    (a_rank_of_a_hidden_figure, "rank-figure"),
    (another_name_than_beside_the_figure, "rank-figure"),
    (a_figure_drawn_by_its_own_error, "rank-pooled"),
    (a_pooled_figure_with_a_decimal, "rank-pooled"),
]


@pytest.mark.parametrize(("leak", "kind"), PLANTED, ids=lambda x: getattr(x, "__name__", x))
def test_a_planted_leak_is_found(leak, kind, tmp_path):
    release = with_ranks()
    leak(release)
    assert found(release, tmp_path) == [(kind, "ranks: table of KEN officials, F01")]
