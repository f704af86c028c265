"""Where a figure comes from, and nothing of what is hidden."""

from pathlib import Path

import pytest

from pipeline import open_release
from pipeline.analyst.explain import ITEM_WAY, SCORE_WAY, explain
from pipeline.errors import ConfigurationError
from tests.conftest import PROJECT, run_cips


@pytest.fixture(scope="module")
def release(sample_run):
    return open_release(sample_run)


def test_a_factor_is_told_with_its_questions_formula_and_sql(release):
    told = explain(release, "F03", "XAB", "2025", "officials")
    row = release.estimates.filter(member="XAB", wave="2025", population="officials", indicator="F03", domain_variable="").row(0, named=True)
    for part in (f"mean_score: {row['estimate']:.6g}", f"n {row['n']}", "Q07", "Strongly agree = 100 (favourable)", "at least 50%", "mean interval", "pipeline/estimate/spots.py"):
        assert part in told


def test_a_reversed_question_says_so(release):
    reversed_ = next(i["code"] for i in release.codebook["instruments"]["cips-officials-2024"]["items"] if i["polarity"] == "negative")
    assert "scores and sides are turned" in explain(release, reversed_, "XAB", "2025", "officials")


def test_of_what_is_hidden_only_that_is_told(release):
    hidden = release.estimates.filter(status="suppressed", indicator_kind="item").sort("member", "wave", "population", "indicator")
    row = hidden.filter(hidden["domain_variable"] != "").row(0, named=True)
    told = explain(release, row["indicator"], row["member"], row["wave"], row["population"], f"{row['domain_variable']}={row['domain_category']}")
    figures = told[told.index("Figures") : told.index("Made of")].splitlines()[1:]
    assert figures
    assert all(line.endswith(": suppressed") for line in figures if line)
    assert "for one of these reasons, which is not told" in told


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("F99", "XAB", "2025", "officials"), "no indicator of XAB 2025 officials. There are .*F01"),
        (("F01", "XAB", "2019", ""), "not in this release. It has .*XAB 2025"),
        (("F01", "XAB", "2025", ""), "of several populations; name one with --population .officials, private_sector"),
        (("F01", "XAB", "2025", "officials", "Q39=boss"), "no group .* Groups there: .*Q39=manager"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(release, asked, message):
    with pytest.raises(ConfigurationError, match=message):
        explain(release, *asked)


def test_the_files_that_it_names_are_there():
    assert all((PROJECT / name).is_file() for name in (*ITEM_WAY, *SCORE_WAY))
    assert Path(PROJECT / "docs" / "disclosure.md").is_file()


def test_every_indicator_of_every_small_workspace_is_explained(bfi_run):
    release = open_release(bfi_run)
    for unit in release.units.iter_rows(named=True):
        mine = release.estimates.filter(member=unit["member"], wave=unit["wave"], population=unit["population"])
        for indicator in mine["indicator"].unique().sort().to_list():
            assert explain(release, indicator, unit["member"], unit["wave"], unit["population"])


def test_the_command_prints_it(sample_run):
    done = run_cips("--workspace", PROJECT / "surveys" / "sample", "--out", sample_run, "explain", "F03", "XAB", "2025", "--population", "officials")
    assert done.returncode == 0
    assert done.stdout.startswith("F03: Transparency\nXAB 2025 officials")
