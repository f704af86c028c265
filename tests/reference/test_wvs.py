"""Intervals of shares that `cips run` publishes, on four countries: Korn and Graubard's, worked out anew.

R's file has Clopper and Pearson's limits, which need n respondents; under simple random sampling
Korn and Graubard's effective number is n - 1. So the limits are computed here from the rows.
"""

import csv
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from scipy import stats

INBOX = Path(__file__).parent.parent / "workspaces" / "wvs" / "inbox"
MEMBERS = ("AUS", "NOR", "SWE", "USA")
LABELS = {"1": "Too Little", "2": "About Right", "3": "Too Much"}
DOMAINS = [
    ("", ""),
    *product(("religion", "degree"), ("yes", "no")),
    ("gender", "female"),
    ("gender", "male"),
]
# R survey 4.1: svyciprop(~I(poverty == "Too Little"), method = "beta") for the USA, and on subset(degree == "yes")
R_BETA = {
    ("", ""): (0.403050108932461848, 0.377000126338414010, 0.429515039013315114, 0.013223281492018041),
    ("degree", "yes"): (0.371830985915492962, 0.321384859159720260, 0.424436207370129215, 0.025659879981338705),
}


def answers(member: str) -> list[dict]:
    with (INBOX / member / "1996" / "respondents.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def wanted(member: str, variable: str, category: str, labels: set[str]) -> tuple[int, list[float]]:
    """(n, [share, low, high, se]) of a domain; the design is the member's whole sample."""
    everyone = answers(member)
    inside = [r for r in everyone if not variable or r[variable] == category]
    size, n = len(everyone), len(inside)
    p = sum(r["poverty"] in labels for r in inside) / n
    variance = p * (1 - p) / n * size / (size - 1)
    effective = p * (1 - p) / variance * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, n - 1)) ** 2
    low = stats.beta.ppf(0.025, effective * p, effective * (1 - p) + 1)
    high = stats.beta.ppf(0.975, effective * p + 1, effective * (1 - p))
    return n, [p, low, high, variance**0.5]


@pytest.fixture(scope="session")
def estimates(wvs_run):
    return pl.read_parquet(wvs_run / "release" / "estimates.parquet").filter(indicator="poverty")


@pytest.mark.parametrize("domain", R_BETA, ids=lambda d: d[0] or "all")
def test_the_oracle_gives_rs_beta_interval(domain):
    assert wanted("USA", *domain, {"Too Little"})[1] == pytest.approx(R_BETA[domain], rel=1e-9)


@pytest.mark.parametrize(("variable", "category"), DOMAINS, ids=lambda text: text or "all")
@pytest.mark.parametrize("member", MEMBERS)
def test_shares_errors_and_intervals(estimates, member, variable, category):
    rows = estimates.filter(member=member, domain_variable=variable, domain_category=category)
    cases = [("share", code, {label}) for code, label in LABELS.items()]
    cases += [("favourable", "", {"Too Little"}), ("unfavourable", "", {"Too Much"})]
    for measure, code, labels in cases:
        got = rows.filter(measure=measure, category=code).row(0, named=True)
        n, figures = wanted(member, variable, category, labels)
        assert (got["n"], got["df"]) == (n, n - 1)
        assert [got[c] for c in ("estimate", "ci_low", "ci_high", "se")] == pytest.approx(figures, rel=1e-9), measure


@pytest.mark.parametrize("member", MEMBERS)
def test_the_mean_score_is_its_shares_weighted_by_their_scores(estimates, member):
    rows = estimates.filter(member=member, domain_variable="")
    share = {c: rows.filter(measure="share", category=c)["estimate"].item() for c in LABELS}
    score = rows.filter(measure="mean_score")["estimate"].item()
    assert sum(share.values()) == pytest.approx(1, rel=1e-12)
    assert score == pytest.approx(50 * share["2"] + 100 * share["3"], rel=1e-9)


def test_every_row_of_every_country_is_in_the_figures(estimates):
    n = estimates.filter(measure="mean_score", domain_variable="").select("member", "n")
    assert dict(n.iter_rows()) == {m: len(answers(m)) for m in MEMBERS}
    assert n["n"].sum() == 5381
