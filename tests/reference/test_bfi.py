"""The contract's rule for factor scores (half of the items answered), on 2,800 real people.

R's figures count whoever answered any item. So the row-by-row calculation here is first
shown to equal R under R's rule, and the pipeline then has to equal it under the contract's.
"""

import csv
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from pipeline.instrument import load_instrument
from tests.conftest import once, run_cips

HERE = Path(__file__).parent
BFI = HERE.parent / "workspaces" / "bfi"
RULE = "score_needs: 0\n"
# R's name of the factor -> (ours, its items; a minus reverses one), as in the call that made R's figures
KEYS = {
    "agree": ("agree", "-A1 A2 A3 A4 A5"),
    "conscientious": ("consc", "C1 C2 C3 -C4 -C5"),
    "extraversion": ("extra", "-E1 -E2 E3 E4 E5"),
    "neuroticism": ("neuro", "N1 N2 N3 N4 N5"),
    "openness": ("open", "O1 -O2 O3 O4 -O5"),
}
LEFT_OUT = {"agree": 3, "conscientious": 4, "extraversion": 3, "neuroticism": 4, "openness": 4}
DOMAINS = [("", ""), *product(["gender"], "12"), *product(["education"], "12345")]


def r_rows(stat: str) -> list[dict]:
    with (HERE / "likert_reference.csv").open(encoding="utf-8") as file:
        found = [r for r in csv.DictReader(file) if r["case"] == "bfi" and r["stat"] == stat]
    assert found
    return found


def columns() -> dict[str, np.ndarray]:
    with (BFI / "inbox" / "XXA" / "2010" / "respondents.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(r[name] or "nan") for r in rows]) for name in rows[0]}


DATA = columns()


def scores(factor: str, needs: int) -> np.ndarray:
    """Each person's mean on R's scale of 1 to 6; NaN with fewer than `needs` answers."""
    answers = np.array([7 - DATA[i[1:]] if i[0] == "-" else DATA[i] for i in KEYS[factor][1].split()])
    answered = (~np.isnan(answers)).sum(axis=0)
    return np.where(answered >= needs, np.nansum(answers, axis=0) / np.maximum(answered, 1), np.nan)


def mean_of(y: np.ndarray, variable: str = "", category: str = "") -> tuple[float, float, int]:
    """(mean, variance, n) of a domain: residuals are 0 outside it, the design is all rows."""
    inside = ~np.isnan(y) & ((DATA[variable] == float(category)) if variable else True)
    n, mean = int(inside.sum()), y[inside].mean()
    return mean, ((y[inside] - mean) ** 2).sum() / n**2 * len(y) / (len(y) - 1), n


def difference_of(y: np.ndarray) -> tuple[float, float, int]:
    """(women minus men, standard error, degrees of freedom): the domains share no respondent."""
    (one, v1, n1), (two, v2, n2) = (mean_of(y, "gender", g) for g in "12")
    return two - one, np.sqrt(v1 + v2), n1 + n2 - 2


@pytest.fixture(scope="session")
def half_run(shared):
    """A run of the same workspace whose instrument leaves the rule to the contract."""

    def make(folder: Path) -> None:
        workspace = folder / "workspace"
        shutil.copytree(BFI, workspace)
        instrument = workspace / "instruments" / "bfi.yaml"
        text = instrument.read_text(encoding="utf-8")
        assert text.count(RULE) == 1
        instrument.write_text(text.replace(RULE, ""), encoding="utf-8")
        assert load_instrument(instrument).score_needs == 0.5
        done = run_cips("--workspace", workspace, "--out", folder / "out", "run")
        assert done.returncode == 0, done.stdout + done.stderr

    return once(shared / "bfi-half", make) / "out" / "release"


@pytest.fixture(scope="session")
def estimates(half_run):
    return pl.read_parquet(half_run / "estimates.parquet")


@pytest.mark.parametrize("r", r_rows("score_mean_available_items"), ids=lambda r: r["domain"])
def test_the_oracle_gives_r_under_rs_rule(r):
    factor, _, domain = r["domain"].partition("|")
    mean, variance, _ = mean_of(scores(factor, needs=1), *domain.split("=")) if domain else mean_of(scores(factor, 1))
    assert [mean, variance**0.5] == pytest.approx([float(r["est"]), float(r["se"])], rel=1e-12)


@pytest.mark.parametrize("r", r_rows("ttest"), ids=lambda r: r["domain"])
def test_the_oracles_difference_gives_r_under_rs_rule(r):
    difference, se, df = difference_of(scores(r["domain"].split("|")[0], needs=1))
    assert [difference, difference / se, df] == pytest.approx([float(r[c]) for c in ("est", "lo", "hi")], rel=1e-9)
    assert 2 * stats.t.sf(abs(difference / se), df) == pytest.approx(
        float(r["extra"].removeprefix("p=")), rel=1e-9, abs=0
    )


@pytest.mark.parametrize("factor", KEYS)
def test_who_answered_too_little_is_left_out(estimates, bfi_run, factor):
    """So the two rules do differ here: the test could fail."""
    everyone = pl.read_parquet(bfi_run / "release" / "estimates.parquet")
    keys = {"indicator": KEYS[factor][0], "measure": "mean_score", "domain_variable": ""}
    half, any_answer = (t.filter(**keys).row(0, named=True) for t in (estimates, everyone))
    assert any_answer["n"] - half["n"] == LEFT_OUT[factor] == np.isnan(scores(factor, needs=3)).sum()
    assert half["estimate"] != pytest.approx(any_answer["estimate"], rel=1e-9)


@pytest.mark.parametrize(("variable", "category"), DOMAINS, ids=lambda text: text or "all")
@pytest.mark.parametrize("factor", KEYS)
def test_factor_scores_under_the_contracts_rule(estimates, factor, variable, category):
    got = estimates.filter(
        indicator=KEYS[factor][0], measure="mean_score", domain_variable=variable, domain_category=category
    ).row(0, named=True)
    mean, variance, n = mean_of(scores(factor, needs=3), variable, category)
    score, se = (mean - 1) * 20, variance**0.5 * 20
    half = stats.t.ppf(0.975, n - 1) * se
    assert (got["indicator_kind"], got["status"], got["n"], got["df"]) == ("factor", "published", n, n - 1)
    assert [got[c] for c in ("estimate", "se", "ci_low", "ci_high")] == pytest.approx(
        [score, se, score - half, score + half], rel=1e-9
    )


@pytest.mark.parametrize("factor", KEYS)
def test_gender_differences_under_the_contracts_rule(half_run, factor):
    got = (
        pl.read_parquet(half_run / "comparisons.parquet")
        .filter(kind="group_difference", indicator=KEYS[factor][0], measure="mean_score", domain_variable="gender")
        .row(0, named=True)
    )
    difference, se, df = difference_of(scores(factor, needs=3))
    sign = 1 if got["domain_category"] == "2" else -1  # this side minus the other
    assert {got["domain_category"], got["other_domain_category"]} == {"1", "2"}
    assert [got[c] for c in ("difference", "se", "statistic", "df")] == pytest.approx(
        [sign * difference * 20, se * 20, sign * difference / se, df], rel=1e-9
    )
    assert got["p_value"] == pytest.approx(2 * stats.t.sf(abs(difference / se), df), rel=1e-9, abs=0)


@pytest.mark.parametrize("item", ["A1", "A2", "C5", "O2"])
def test_items_follow_their_polarity(estimates, item):
    reverse = any(f"-{item}" in items.split() for _, items in KEYS.values())
    x = DATA[item]
    aligned = 7 - x if reverse else x
    rows = estimates.filter(indicator=item, domain_variable="")
    wanted = {
        "mean_score": (aligned - 1) * 20,
        "favourable": np.where(np.isnan(x), np.nan, aligned >= 5),
        "unfavourable": np.where(np.isnan(x), np.nan, aligned <= 2),
    }
    for measure, y in wanted.items():
        mean, variance, n = mean_of(y)
        got = rows.filter(measure=measure).row(0, named=True)
        assert got["n"] == n
        assert [got["estimate"], got["se"]] == pytest.approx([mean, variance**0.5], rel=1e-9), measure
    for code in range(1, 7):  # a share is of the answer as given
        got = rows.filter(measure="share", category=str(code)).row(0, named=True)
        assert got["estimate"] == pytest.approx((x == code).sum() / (~np.isnan(x)).sum(), rel=1e-9)
