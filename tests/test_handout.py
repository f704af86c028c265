"""What a member may hand on: less than its release, never more, and of itself alone."""

import json
import re

import polars as pl
import pytest

from pipeline.audit import audit
from pipeline.protect.tiers import PUBLIC, TIERS, WORKSHOP, tier_of
from tests.conftest import PROJECT, run_cips

KEYS = ["wave", "population", "domain_variable", "domain_category", "indicator", "measure", "category"]


@pytest.fixture(scope="module")
def release(sample_run):
    tables = {p.stem: pl.read_parquet(p) for p in (sample_run / "release").glob("*.parquet")}
    return tables, json.loads((sample_run / "release" / "codebook.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=[WORKSHOP, PUBLIC], ids=lambda t: t.name)
def made(request, release):
    return request.param, tier_of(*release, "XAB", request.param)


def test_no_figure_is_made_anew(release, made):
    """Each figure is that of the release, to the point."""
    tier, tables = made
    both = tables["estimates"].join(release[0]["estimates"].filter(member="XAB"), on=KEYS, suffix="_before", nulls_equal=True)
    assert both.height == tables["estimates"].height > 100
    shown = both.filter(pl.col("status") != "suppressed")
    step = pl.when(pl.col("measure").is_in(["mean_score", "mean"])).then(1.0).otherwise(0.01)
    apart = shown.select(((pl.col("estimate") - pl.col("estimate_before")).abs() / step).max()).item()
    assert 0.1 < apart <= 0.5 + 1e-6
    assert shown.select((pl.col("estimate") / step - (pl.col("estimate") / step).round()).abs().max()).item() < 1e-6


def test_what_tells_sizes_is_gone(made):
    tier, tables = made
    for column in ("se", "df", "deff", "n_effective", "shrunk"):
        assert tables["estimates"][column].null_count() == tables["estimates"].height
    for column in ("se", "df", "statistic", "p_value", "effect_size"):
        assert tables["comparisons"][column].null_count() == tables["comparisons"].height
    assert set(tables["comparisons"]["q_value"].drop_nulls()) <= {0.01, 0.05, 0.1, 1.0}
    for name in ("peers", "ranks", "drivers", "quality", "reliability", "dif", "trends"):
        assert tables[name].is_empty(), name


def test_no_other_member_is_in_it(made):
    _, tables = made
    assert all(set(t["member"]) <= {"XAB"} for t in tables.values() if "member" in t.columns)


def test_groups_and_sensitive_questions_are_told_as_the_tier_says(release, made):
    tier, tables = made
    followed = dict(tables["units"].select("population", "instrument").iter_rows())
    sensitive = {(p, i["code"]) for p, name in followed.items() for i in release[1]["instruments"][name]["items"] if i["sensitive"]}
    estimates = tables["estimates"]
    groups = estimates.filter(pl.col("domain_variable") != "")
    assert (groups.height > 0) == tier.groups
    assert not set(groups.select("population", "indicator").rows()) & sensitive
    assert bool(set(estimates.select("population", "indicator").rows()) & sensitive) == tier.sensitive
    assert (estimates["n"].null_count() < estimates.height) == tier.bases


@pytest.mark.parametrize("tier", TIERS)
def test_the_folder_can_be_handed_on(sample_run, tier):
    words = ("--workspace", PROJECT / "surveys" / "sample", "--out", sample_run, "handout", "XAB", "--tier", tier)
    done = run_cips(*words)
    folder = sample_run / tier / "XAB"
    assert (done.returncode, done.stdout.strip()) == (0, str(folder / "reports" / "index.html"))
    assert not (folder / "reports" / "pages.json").exists()
    assert audit(folder / "release", folder / "reports") == []
    codebook = json.loads((folder / "release" / "codebook.json").read_text(encoding="utf-8"))
    assert list(codebook["members"]) == ["XAB"]
    pages = sorted((folder / "reports").rglob("*.html"))
    assert {p.parent.name for p in pages} == {"reports", "items", "national", "summary", "workshop"}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert f'data-tier="{tier}"' in text
        assert not re.search(r"\bXA[AC-H]\b|Sample member [AC-H]", text), page.name
        assert 'href="cross-member' not in text


def test_what_there_is_not_is_said_with_what_there_is(sample_run):
    words = ("--workspace", PROJECT / "surveys" / "sample", "--out", sample_run, "handout")
    for more, message in ((("ZZZ",), "no member of this release. It has XAA"), (("XAB", "--tier", "secret"), "There are workshop, public")):
        done = run_cips(*words, *more)
        assert (done.returncode, message in done.stderr) == (2, True)


def test_the_page_of_tiers_says_what_each_leaves_out(sample_run):
    text = (sample_run / "reports" / "tiers.html").read_text(encoding="utf-8")
    rows = {r[0]: r[1:] for r in re.findall(r'<tr><th scope="row">([^<]+)</th><td>([^<]+)</td><td>([^<]+)</td><td>([^<]+)</td>', text)}
    assert rows["Groups of respondents"] == ("told", "told, rounded", "left out") == ("told", "told, rounded" if WORKSHOP.groups else "left out", "left out")
    assert rows["Sensitive questions"][2] == ("left out" if not PUBLIC.sensitive else "told, rounded")
    assert rows["On how many answers a figure rests"] == ("told", "told", "left out")
