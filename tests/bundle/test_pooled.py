"""What comes of bundles is what comes of the answers themselves."""

import json

import numpy as np
import polars as pl
import pytest

from pipeline.columns import KEYS
from pipeline.estimate.design import UNIT
from pipeline.protect.peers import peers_table
from tests.bundle.worlds import AT_HOME, WEIGHTED, workspace

SAME = 1e-12
PAIRS = ("member_vs_peers", "wave_change", "population_gap")


def table(world, name: str, of: str) -> pl.DataFrame:
    return pl.read_parquet(world / f"out-{of}" / "release" / f"{name}.parquet")


def shown(world, name: str, of: str) -> pl.DataFrame:
    return table(world, name, of).filter(pl.col("status") != "suppressed")


def largest_difference(one: pl.DataFrame, other: pl.DataFrame, keys: list[str]) -> float:
    """The largest relative difference (absolute below 1) over all figures; the rows and all words must be the same."""
    one, other = one.sort(keys, nulls_last=True), other.sort(keys, nulls_last=True)
    numbers = [c for c, kind in one.schema.items() if kind.is_float() or kind.is_integer()]
    assert one.drop(numbers).equals(other.drop(numbers)) and one.height > 0
    worst = 0.0
    for column in numbers:
        assert one[column].is_null().equals(other[column].is_null()), column
        a, b = (f[column].drop_nulls().cast(pl.Float64).to_numpy() for f in (one, other))
        worst = max(worst, float(np.max(np.abs(a - b) / np.maximum(1, np.abs(a)), initial=0)))
    return worst


def test_estimates_are_the_same(bundle_world):
    pooled, bundled = (shown(bundle_world, "estimates", of) for of in ("pooled", "secretariat"))
    assert bundled.filter(pl.col("member").is_in(AT_HOME)).height > 10_000
    assert largest_difference(pooled, bundled, KEYS["estimates"]) <= SAME


@pytest.mark.parametrize("kind", PAIRS)
def test_comparisons_are_the_same(bundle_world, kind):
    """But for ranks and adjusted changes, which need answers, and for pairs one side of which is hidden at home."""
    pooled, bundled = (
        shown(bundle_world, "comparisons", of).filter(kind=kind, test="t", adjustment="none")
        for of in ("pooled", "secretariat")
    )
    assert set(AT_HOME) <= set(bundled["member"])
    made = pl.col("member").is_in(AT_HOME) & pl.col("bridge").is_in(["anchored", "recoded"]).fill_null(False)
    assert bundled.filter(made).is_empty() and pooled.filter(made).is_empty() == (kind != "wave_change")
    smaller = pl.col("family").is_in(pooled.filter(made)["family"].unique().implode())  # with fewer tests among the bundled
    pooled, bundled = (
        f.filter(~made).with_columns(pl.when(~smaller).then(pl.col("q_value", "p_holm"))) for f in (pooled, bundled)
    )
    assert largest_difference(pooled, bundled, KEYS["comparisons"]) <= SAME


def test_nothing_that_needs_answers_is_made_of_a_bundle(bundle_world):
    comparisons = shown(bundle_world, "comparisons", "secretariat").filter(pl.col("member").is_in(AT_HOME))
    assert set(comparisons["test"]) == {"t"} and set(comparisons["kind"]) == set(PAIRS)
    for name in ("reliability", "quality", "adequacy"):
        of_all = table(bundle_world, name, "secretariat")
        assert of_all.height > 0 and of_all.filter(pl.col("member").is_in(AT_HOME)).is_empty()


def test_members_see_each_other_as_before(bundle_world):
    """The release has another name, so pseudonyms differ: both tables are drawn once more under one name."""
    tables = []
    for of in ("pooled", "secretariat"):
        w = workspace(bundle_world, of)
        link = pl.when(pl.col("concept") != "").then("concept").otherwise("indicator")
        estimates = table(bundle_world, "estimates", of).with_columns(link=link)
        tables.append(peers_table(estimates, w.members, w.rules, b"0123456789abcdef", "release"))
    assert tables[0].filter(pl.col("own"))["recipient"].n_unique() == 7
    assert tables[0].equals(tables[1])
    for name in ("peers", "ranks"):
        published = [table(bundle_world, name, of).sort(pl.exclude("pseudonym")) for of in ("pooled", "secretariat")]
        assert published[0].drop("pseudonym").equals(published[1].drop("pseudonym")) and published[0].height > 0


def test_units_and_inputs_say_what_came_as_a_bundle(bundle_world):
    manifest = json.loads((bundle_world / "out-secretariat" / "release" / "manifest.json").read_text())
    bundles = {tuple(i[u] for u in UNIT) for i in manifest["inputs"] if i["status"] == "bundle"}
    units = table(bundle_world, "units", "secretariat")
    assert {m for m, _, _ in bundles} == set(AT_HOME) and len(bundles) == 8 and manifest["counts"]["bundles"] == 2
    assert units.equals(table(bundle_world, "units", "pooled"))
    assert set(units.filter("weighted")["member"]) == set(WEIGHTED)
    assert manifest["counts"]["respondents"] == units["n"].sum()


def test_a_member_that_keeps_its_answers_makes_its_report_at_home(bundle_world):
    reports = bundle_world / "out-secretariat" / "reports"
    assert not [p for p in reports.glob("national/*") if p.name.startswith(AT_HOME)]
    assert (reports / "cross-member" / "XAA.html").is_file() and (reports / "national" / "XAC-2025.html").is_file()
    assert (reports / "index.html").read_text().count("report made at home") == 4
