"""Weighted logits, their design-based errors and average marginal effects: R's figures."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.covariance import covariance, unit_designs
from pipeline.estimate.design import PLACE
from pipeline.estimate.drivers.effects import average_marginal_effects
from pipeline.estimate.drivers.ordinal import fit_weighted
from pipeline.results import estimate_all
from pipeline.workspace import load_workspace

WORKSPACES = Path(__file__).parents[1] / "workspaces"
TERMS = ["religion", "degree", "Norway", "Sweden", "USA", "age", "gender"]

# data(WVS, package = "carData"); WVS$wt <- rep(c(0.5, 1, 2.5), length.out = nrow(WVS))
# f <- MASS::polr(poverty ~ religion + degree + country + age + gender, WVS, Hess = TRUE, control = list(reltol = 1e-14, maxit = 1000))
# coef(f); 1 - logLik(f) / logLik(MASS::polr(poverty ~ 1, WVS)); coef and zeta of the same with weights = wt, reltol = 1e-15
COEFFICIENTS = [0.1797334143128051, 0.1409177802037681, -0.3223520131129463, -0.6032998292983730, 0.6177776553303512]
COEFFICIENTS += [0.0111409835034252, 0.1763698614389481]
R_SQUARED = 0.0314499326990928
WEIGHTED = [0.1214345759649944, 0.1661225944504775, -0.3117118947331289, -0.5503634672434372, 0.6031455103060002]
WEIGHTED += [0.0103526507572692, 0.1891289981319739, 0.6731916413280191, 2.4818921037685704]
# sqrt(diag(vcov(survey::svyolr(the same formula, svydesign(~1, weights = ~wt, data = WVS)))))
ERRORS = [0.0968636, 0.0772052, 0.0810060, 0.0890513, 0.0933950, 0.00186267, 0.0638896, 0.1263776, 0.1322543]
# E <- function(d) predict(f, d, type = "probs") %*% c(0, 50, 100); S <- function(d) predict(f, d, type = "probs")[, 1]
# age: mean((E(age + h) - E(age - h)) / 2h), h = 1e-4; else mean(E(all at the level) - E(all at the reference))
EFFECTS = {
    (0, 50, 100): [3.20664338476, 2.57554746345, -5.76969566465, -10.3439281639, 12.1140349976, 0.201887539942]
    + [3.19865149091],
    (1, 0, 0): [-0.0423471091444, -0.0332423917159, 0.0791424499648, 0.145529742063, -0.147043552629]
    + [-0.00263132671310, -0.0416997517256],
}


@pytest.fixture(scope="module")
def wvs():
    """(x, y, weights of the weighted call)."""
    parts = [pl.read_csv(f) for f in sorted((WORKSPACES / "wvs" / "inbox").rglob("respondents.csv"))]
    data = pl.concat(parts).sort("id")
    columns = [(pl.col(c) == v).cast(float).alias(c) for c, v in (("religion", "yes"), ("degree", "yes"))]
    columns += [(pl.col("country") == c).cast(float).alias(c) for c in TERMS[2:5]]
    columns += [pl.col("age").cast(float), (pl.col("gender") == "male").cast(float)]
    y = data["poverty"].replace_strict({"Too Little": 0, "About Right": 1, "Too Much": 2})
    return data.select(columns).to_numpy(), y.to_numpy(), np.resize([0.5, 1.0, 2.5], data.height)


def test_coefficients_of_the_ordinal_model_are_polr_s(wvs):
    x, y, _ = wvs
    fitted = fit_weighted(x, y, np.ones(len(y)))
    assert fitted.slopes.tolist() == pytest.approx(COEFFICIENTS, rel=1e-4)
    assert fitted.r_squared == pytest.approx(R_SQUARED, rel=1e-6)


def test_weighted_coefficients_and_cuts_are_polr_s_and_errors_those_of_svyolr(wvs):
    x, y, w = wvs
    fitted = fit_weighted(x, y, w)
    assert fitted.theta.tolist() == pytest.approx(WEIGHTED, rel=1e-4)
    n = len(y)
    z = fitted.influence * w[:, None]
    errors = np.sqrt(np.diag((z - z.mean(axis=0)).T @ z) * n / (n - 1))
    assert errors.tolist() == pytest.approx(ERRORS, rel=1e-3)  # R's own fit stops 1e-4 before its maximum


@pytest.mark.parametrize("values", EFFECTS, ids=["expected score", "share of one answer"])
def test_average_marginal_effects_are_r_s_by_numerical_derivative(wvs, values):
    x, y, _ = wvs
    w = np.ones(len(y))
    country = np.array([2, 3, 4])
    groups = [np.array([j]) if j != 5 else np.array([], int) for j in range(7)]
    groups[2:5] = [country] * 3
    found = average_marginal_effects(fit_weighted(x, y, w), x, w, np.array(values, float), groups)
    assert found.effects.tolist() == pytest.approx(EFFECTS[values], rel=1e-4)


# svyglm(I(awards == "Yes") ~ api00 + stype, design, family = quasibinomial(), control = list(epsilon = 1e-14, maxit = 100))
# on the api data; columns api00, stypeH, stypeM, (Intercept): estimates, standard errors. Designs:
# STR svydesign(~1, strata = ~stratum, weights = ~pw, fpc = ~fpc), STN without fpc, CLU svydesign(~dnum, weights = ~pw,
# fpc = 757), CPS postStratify(CLU, ~stype, data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)))
SVYGLM = {
    "STR": (
        [2.46289859215713e-03, -1.66282785927141, -1.00437491508200, -0.645039069816017],
        [1.45131014467001e-03, 0.371188419637857, 0.355787515259071, 0.961158778142849],
    ),
    "STN": (
        [2.46289859215713e-03, -1.66282785927141, -1.00437491508200, -0.645039069816017],
        [1.470910116774375e-03, 0.380910553248802, 0.362846766925602, 0.974110216825277],
    ),
    "CLU": (
        [2.07100692521991e-03, -1.45383253613008, -1.10895284270101, -0.117836987779525],
        [1.65498747181786e-03, 0.520410850328213, 0.556362154642270, 1.04838673729409],
    ),
    "CPS": (
        [1.93890083590169e-03, -1.45586605423900, -1.10976465550806, -0.0337115336786439],
        [1.68789618536138e-03, 0.518062017613615, 0.555964798766167, 1.07201709277160],
    ),
}


@pytest.fixture(scope="module")
def designs(api_run):
    return estimate_all(load_workspace(WORKSPACES / "api", api_run)).moments.design


@pytest.mark.parametrize("member", SVYGLM)
def test_binary_logits_and_their_errors_are_svyglm_s(designs, member):
    """Strata, finite populations, sampled districts and post-strata alike."""
    unit = (member, "2000", "schools")
    rows = placed(designs, unit)
    x = rows.select("api00", *((pl.col("stype") == s).cast(float).alias(s) for s in "HM")).to_numpy().astype(float)
    y, w = (rows["awards"] == "Yes").cast(int).to_numpy(), rows["weight"].to_numpy()
    fitted = fit_weighted(x, y, w / w.mean())
    influence = fitted.influence / w.mean()
    errors = np.sqrt(np.diag(covariance(unit_designs(designs)[unit], rows["place"].to_numpy(), w, w**2, influence)))
    estimates, standard_errors = SVYGLM[member]
    assert [*fitted.slopes, -fitted.cuts[0]] == pytest.approx(estimates, rel=1e-6)
    assert errors.tolist() == pytest.approx(standard_errors, rel=1e-6)


def placed(designs, unit) -> pl.DataFrame:
    """The schools of one design with their place in it and the weight of that place."""
    path = WORKSPACES / "api" / "inbox" / unit[0] / unit[1] / "schools.csv"
    rows = pl.read_csv(path, schema_overrides={"stratum": pl.String, "dnum": pl.String})
    places = designs.places.filter(member=unit[0]).with_columns(weight=pl.col("sw") / pl.col("n"))
    levels = {"stratum": "stratum", "psu": "dnum", "cell": "stype"}
    own = {p: pl.col(c) if places[p].n_unique() > 1 else pl.lit("") for p, c in levels.items()}
    return rows.with_columns(**own).join(places, on=PLACE)
