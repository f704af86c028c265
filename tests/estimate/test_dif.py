"""Questions that mean something else in one member are found, others are left alone."""

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.dif import differential_functioning

MEMBERS = [f"M{k}" for k in range(6)]


def rest_table(shift: float = 0.0, slope: float = 1.0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Six members with 500 answers to two questions; in the last, Q2 is easier by `shift` or follows the trait by `slope`."""
    rng, rows = np.random.default_rng(1), []
    for number, member in enumerate(MEMBERS):
        trait = rng.normal(0.3 * number, 1, 500)  # members differ in what they think, which is no DIF
        rest = np.clip(np.round((trait + rng.normal(0, 0.5, 500)) * 2) * 12.5 + 50, 0, 100)
        for item in ("Q1", "Q2"):
            odd = item == "Q2" and number == len(MEMBERS) - 1
            level = trait * (slope if odd else 1) + (shift if odd else 0) + rng.logistic(0, 0.6, 500)
            y = np.digitize(level, [-1.0, 0.0, 1.0, 2.0]) * 25.0
            rows += [(member, "2024", "p", "", "", "F", item, a, b, 1) for a, b in zip(y, rest, strict=True)]
    names = ["member", "wave", "population", "mode", "language", "factor", "item", "y", "rest", "n"]
    rest = pl.DataFrame(rows, names, orient="row").group_by(names[:-1]).agg(pl.col("n").sum())
    links = pl.DataFrame(
        [(m, "2024", "p", q, f"concept {q}") for m in MEMBERS for q in ("Q1", "Q2")],
        ["member", "wave", "population", "item", "link"],
        orient="row",
    )
    return rest, links


def flags(table: pl.DataFrame) -> dict[tuple, str]:
    return {(r["indicator"], r["kind"]): r["flag"] for r in table.iter_rows(named=True)}


def test_members_that_only_think_differently_are_not_flagged():
    found = differential_functioning(*rest_table(), MEMBERS)
    assert set(flags(found).values()) == {"none"} and found.height == 4


def test_a_question_that_is_easier_in_one_member_is_flagged_and_no_other():
    found = flags(differential_functioning(*rest_table(shift=3.0), MEMBERS))
    assert found["concept Q2", "uniform"] != "none"
    assert found["concept Q1", "uniform"] == found["concept Q1", "non_uniform"] == "none"


def test_a_question_that_follows_the_trait_otherwise_is_non_uniform():
    found = differential_functioning(*rest_table(slope=-1.0), MEMBERS)
    got = found.filter(indicator="concept Q2", kind="non_uniform").row(0, named=True)
    assert got["p_value"] < 1e-6 and got["effect_size"] > 0.01


def test_a_member_that_does_not_share_takes_no_part():
    found = differential_functioning(*rest_table(shift=3.0), MEMBERS[:-1])
    assert found["groups"].unique().to_list() == [5] and set(flags(found).values()) == {"none"}


@pytest.mark.parametrize("grouping", ["mode", "language"])
def test_a_question_that_is_easier_on_a_tablet_or_in_a_language_is_flagged_as_such(grouping):
    """One more member's answers come the other way, and Q2 is easier there."""
    rest, links = rest_table()
    shifted, _ = rest_table(shift=3.0)
    other = shifted.filter(member="M5")
    table = pl.concat(
        [rest.with_columns(pl.lit("one").alias(grouping)), other.with_columns(pl.lit("two").alias(grouping))]
    )
    found = differential_functioning(table.select(rest.columns), links, MEMBERS).filter(grouping=grouping)
    assert flags(found)["concept Q2", "uniform"] != "none" and flags(found)["concept Q1", "uniform"] == "none"


@pytest.mark.parametrize("grouping", ["mode", "language"])
def test_the_sample_is_tested_by_mode_and_language_and_nothing_is_found_that_is_not_there(sample_run, grouping):
    """The synthetic answers depend on neither: no flag, and p below 5 % no more often than chance has it."""
    table = pl.read_parquet(sample_run / "release" / "dif.parquet").filter(grouping=grouping, population="officials")
    found = table.filter(status="published")
    assert found["indicator"].n_unique() >= 29 and set(found["groups"]) == {2} and found["members"].min() >= 5
    assert set(found["flag"]) == {"none"}
    assert (found["p_value"] < 0.05).mean() < 0.05 + 4 * np.sqrt(0.05 * 0.95 / found.height)


def test_a_mode_that_goes_with_a_member_is_not_taken_for_the_mode():
    """M5 differs from the others and is the only one asked on a tablet: nothing can be said of tablets."""
    rest, links = rest_table(shift=3.0)
    alone = rest.with_columns(mode=pl.when(pl.col("member") == "M5").then(pl.lit("tablet")).otherwise(pl.lit("online")))
    assert differential_functioning(alone, links, MEMBERS).filter(grouping="mode").is_empty()


def test_the_release_names_no_member(sample_run):
    table = pl.read_parquet(sample_run / "release" / "dif.parquet")
    assert table.height > 50 and "member" not in table.columns
    assert not table["indicator"].str.contains("XA").any()
