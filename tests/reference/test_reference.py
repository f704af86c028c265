"""`cips run` on real surveys gives R's figures (survey 4.1, psych; reference file made by R)."""

import csv
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import english

ROWS = list(csv.DictReader((Path(__file__).parent / "likert_reference.csv").open(encoding="utf-8")))
FACTORS = {
    "agree": "agree",
    "conscientious": "consc",
    "extraversion": "extra",
    "neuroticism": "neuro",
    "openness": "open",
}
COUNTRIES = {"Australia": "AUS", "Norway": "NOR", "Sweden": "SWE", "USA": "USA"}
LABELS = {"Too Little": "1", "About Right": "2", "Too Much": "3"}


def rows(case: str, stat: str) -> list[dict]:
    found = [r for r in ROWS if r["case"] == case and r["stat"].startswith(stat)]
    assert found
    return found


def one(release: Path, table: str, **keys) -> dict:
    return pl.read_parquet(release / "release" / f"{table}.parquet").filter(**keys).row(0, named=True)


@pytest.mark.parametrize("r", rows("bfi", "score_mean"), ids=lambda r: r["domain"])
def test_factor_scores_and_errors(bfi_run, r):
    """R's scores run from 1 to 6, ours from 0 to 100: 20 of our points are one of R's."""
    factor, _, domain = r["domain"].partition("|")
    variable, _, category = domain.partition("=")
    got = one(
        bfi_run,
        "estimates",
        indicator=FACTORS[factor],
        measure="mean_score",
        domain_variable=variable,
        domain_category=category,
    )
    assert got["estimate"] == pytest.approx((float(r["est"]) - 1) * 20, rel=1e-9)
    assert got["se"] == pytest.approx(float(r["se"]) * 20, rel=1e-9)


@pytest.mark.parametrize("r", rows("bfi", "ttest"), ids=lambda r: r["domain"])
def test_gender_differences(bfi_run, r):
    got = one(
        bfi_run,
        "comparisons",
        kind="group_difference",
        indicator=FACTORS[r["domain"].split("|")[0]],
        measure="mean_score",
        domain_variable="gender",
    )
    assert (got["domain_category"], got["other_domain_category"]) == ("2", "1")
    assert got["difference"] == pytest.approx(float(r["est"]) * 20, rel=1e-9)
    assert got["statistic"] == pytest.approx(float(r["lo"]), rel=1e-9)
    assert got["df"] == float(r["hi"])
    assert got["p_value"] == pytest.approx(float(r["extra"].removeprefix("p=")), rel=1e-6)


@pytest.mark.parametrize("r", rows("wvs", "share_"), ids=lambda r: f"{r['domain']} {r['stat']}")
def test_shares_by_country(wvs_run, r):
    member, category = COUNTRIES[r["domain"].removeprefix("country=")], LABELS[r["stat"].removeprefix("share_")]
    got = one(
        wvs_run, "estimates", member=member, indicator="poverty", measure="share", category=category, domain_variable=""
    )
    assert got["estimate"] == pytest.approx(float(r["est"]), rel=1e-9)
    assert got["se"] == pytest.approx(float(r["se"]), rel=1e-9)


@pytest.mark.parametrize("r", rows("wvs", "share_"), ids=lambda r: f"{r['domain']} {r['stat']}")
def test_korn_graubard_with_n_effective_respondents_is_clopper_pearson(r):
    """R printed Clopper and Pearson's limits; Korn and Graubard's are the same at n* = n (under SRS n* is n - 1)."""
    from pipeline.estimate.intervals import share_interval

    extra = dict(part.split("=") for part in r["extra"].split(";"))
    n, p = int(extra["n"]), float(r["est"])
    low, high = share_interval([p], [p * (1 - p) / n], [n - 1], [n])
    assert [low[0], high[0]] == pytest.approx([float(extra["cp_lo"]), float(extra["cp_hi"])], rel=1e-9)


def test_a_release_without_suppression_says_so_everywhere(wvs_run):
    pages = english(wvs_run / "reports")
    assert pages and all("Suppression is switched off" in page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize(("stat", "tolerance"), [("alpha", 1e-9), ("omega", 1e-4)])
def test_reliability(bfi_run, stat, tolerance):
    """psych::alpha on complete cases; psych::fa(nfactors = 1, fm = "ml")."""
    for r in rows("bfi", stat):
        got = one(bfi_run, "reliability", indicator=FACTORS[r["domain"]], statistic=stat, item="")
        assert got["estimate"] == pytest.approx(float(r["est"]), rel=tolerance)
        assert stat != "alpha" or got["n"] == int(r["extra"].removeprefix("n="))
