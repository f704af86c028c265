"""`cips run` gives R survey's figures for every design of the api data: weights, strata, districts, margins, finite populations."""

import csv
from pathlib import Path

import polars as pl
import pytest

from pipeline.estimate.intervals import SHARE_METHODS
from pipeline.estimate.raking import rake

ROWS = list(csv.DictReader((Path(__file__).parent / "api_reference.csv").open(encoding="utf-8")))
MEMBER = {
    "srs": "SRS",
    "strat": "STR",
    "strat_nofpc": "STN",
    "clus1": "CLU",
    "clus1_ps": "CPS",
}
# With unequal weights svyranktest's ranks of ties depend on the order of the rows. Mid-ranks of the weighted
# distribution, regressed on the group by R's svyglm (regTermTest for Kruskal-Wallis), give these instead:
# (difference or None, statistic, p). The reference's own figures differ by less than 1 in 1,000.
MID_RANKS = {
    ("strat", "wilcoxon"): (0.096098268115416566, 2.1205304674350307, 0.03521874430974533),
    ("strat_nofpc", "wilcoxon"): (0.096098268115416566, 2.0914930053368308, 0.037772399282714308),
    ("strat", "kruskalwallis"): (None, 3.3561900847547568, 0.036893562369616432),
    ("strat_nofpc", "kruskalwallis"): (None, 3.2175609225952346, 0.042188398417099052),
}
ITEMS = {"api00": ("api00", "mean"), "met": ("awards", "favourable")}


def rows(*stats: str) -> list[dict]:
    found = [r for r in ROWS if r["stat"].startswith(stats) and r["case"] in MEMBER]
    assert found
    return found


def name(r: dict) -> str:
    return f"{r['case']} {r['domain']} {r['stat']}"


def one(run: Path, table: str, r: dict, **keys) -> dict:
    return (
        pl.read_parquet(run / "release" / f"{table}.parquet")
        .filter(member=MEMBER[r["case"]], **keys)
        .row(0, named=True)
    )


def domain(r: dict) -> dict[str, str]:
    variable, _, category = r["domain"].partition("=")
    return {"domain_variable": "" if variable == "all" else variable, "domain_category": category}


def p_value(r: dict) -> float:
    return float(r["extra"].removeprefix("p="))


@pytest.mark.parametrize("r", rows("mean_"), ids=name)
def test_means_errors_and_intervals(api_run, r):
    indicator, measure = ITEMS[r["stat"].removeprefix("mean_")]
    got = one(api_run, "estimates", r, indicator=indicator, measure=measure, **domain(r))
    assert got["estimate"] == pytest.approx(float(r["est"]), rel=1e-8)
    assert got["se"] == pytest.approx(float(r["se"]), rel=1e-8)
    if measure == "mean" and r["lo"] != "NA":
        assert (got["ci_low"], got["ci_high"]) == pytest.approx((float(r["lo"]), float(r["hi"])), rel=1e-8)


@pytest.mark.parametrize("r", rows("ciprop_beta"), ids=name)
def test_korn_graubard_intervals(api_run, r):
    got = one(api_run, "estimates", r, indicator="awards", measure="favourable", **domain(r))
    assert (got["ci_low"], got["ci_high"]) == pytest.approx((float(r["lo"]), float(r["hi"])), rel=1e-8)


@pytest.mark.parametrize("r", rows("ciprop_"), ids=name)
def test_every_method_of_svyciprop(api_run, r):
    """From the released share, error and degrees of freedom; R writes the latter beside a domain's interval."""
    got = one(api_run, "estimates", r, indicator="awards", measure="favourable", **domain(r))
    assert r["extra"] in ("", f"df={got['df']:.0f}")
    interval = SHARE_METHODS[r["stat"].removeprefix("ciprop_")]
    low, high = interval(got["estimate"], got["se"] ** 2, got["df"], got["n"])
    assert (low, high) == pytest.approx((float(r["lo"]), float(r["hi"])), rel=1e-8)


def test_no_method_of_the_reference_is_left_out():
    assert {r["stat"].removeprefix("ciprop_") for r in rows("ciprop_")} == set(SHARE_METHODS)


@pytest.mark.parametrize("r", rows("ttest"), ids=name)
def test_t_tests(api_run, r):
    got = one(api_run, "comparisons", r, domain_variable="awards", indicator="api00", measure="mean", test="t")
    assert (got["difference"], got["statistic"]) == pytest.approx((float(r["est"]), float(r["lo"])), rel=1e-8)
    assert got["df"] == float(r["hi"])
    assert got["p_value"] == pytest.approx(p_value(r), rel=1e-6)


@pytest.mark.parametrize("r", rows("wilcoxon"), ids=name)
def test_wilcoxon(api_run, r):
    got = one(api_run, "comparisons", r, domain_variable="awards", indicator="api00", test="wilcoxon")
    expected = (float(r["est"]), float(r["lo"]), p_value(r))
    difference, statistic, p = MID_RANKS.get((r["case"], "wilcoxon"), expected)
    assert (got["difference"], got["statistic"]) == pytest.approx((difference, statistic), rel=1e-8)
    assert got["statistic"] == pytest.approx(expected[1], rel=1e-3)
    assert got["df"] == float(r["hi"])
    assert got["p_value"] == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("r", rows("kruskalwallis"), ids=name)
def test_kruskal_wallis(api_run, r):
    """R prints the numerator's df as `lo` and the chi-square (df x F) as `hi`."""
    got = one(api_run, "comparisons", r, domain_variable="stype", indicator="api00", test="kruskal_wallis")
    assert got["df_numerator"] == float(r["lo"])
    expected = (None, float(r["hi"]) / float(r["lo"]), p_value(r))
    _, statistic, p = MID_RANKS.get((r["case"], "kruskalwallis"), expected)
    assert got["statistic"] == pytest.approx(statistic, rel=1e-8)
    assert got["statistic"] == pytest.approx(expected[1], rel=1e-3)
    assert got["p_value"] == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("r", rows("raoscott"), ids=name)
def test_rao_scott(api_run, r):
    got = one(api_run, "comparisons", r, domain_variable="stype", indicator="awards", test="rao_scott_f")
    assert got["statistic"] == pytest.approx(float(r["est"]), rel=1e-8)
    assert (got["df_numerator"], got["df"]) == pytest.approx((float(r["lo"]), float(r["hi"])), rel=1e-8)
    assert got["p_value"] == pytest.approx(p_value(r), rel=1e-6)


def test_raking_to_convergence(api_run):
    """R's own figure (clus1_rake in the reference) stops where no cell moves by a whole school; run to
    convergence, rake(..., control=list(maxit=100, epsilon=1e-8)), R gives these."""
    found = pl.read_parquet(api_run / "release" / "estimates.parquet")
    got = found.filter(member="CRK", indicator="api00", measure="mean", domain_variable="").row(0, named=True)
    assert got["estimate"] == pytest.approx(641.2303209237291, rel=1e-9)
    assert got["se"] == pytest.approx(23.703616888938583, rel=1e-8)


def test_raking_stopped_where_r_stops_is_r_s_figure():
    reference = next(r for r in ROWS if r["case"] == "clus1_rake")
    path = Path(__file__).parents[1] / "workspaces" / "api" / "inbox" / "CRK" / "2000" / "schools.csv"
    schools = pl.read_csv(path)
    margins = [schools["stype"].to_list(), schools["sch.wide"].to_list()]
    targets = [{"E": 4421, "H": 755, "M": 1018}, {"No": 1072, "Yes": 5122}]
    start = [6194 / schools.height] * schools.height
    # the margins are then within 0.3 of a school
    weights = rake(pl.Series(start).to_numpy(), margins, targets, tolerance=0.3 / 6194) * start
    assert (weights * schools["api00"]).sum() / weights.sum() == pytest.approx(float(reference["est"]), rel=1e-8)
