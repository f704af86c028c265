"""Rates by indirect questioning: textbook figures, R's figures, what chance does to them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import optimize, stats

from pipeline.estimate.indirect import randomised_share
from pipeline.estimate.item_count import Lists, difference_in_means, maximum_likelihood
from tests.estimate.indirect_worlds import (
    DIE,
    FORCED,
    LIST,
    UNRELATED,
    WARNER,
    answers,
    estimates_of,
    figure,
    instrument,
    moments_of,
)

DATA = Path(__file__).parents[1] / "reference"
# 1991 National Race and Politics Survey, as printed by Blair and Imai (2012), table 2: answers 0 to 3, and 0 to 4
RACE = Lists(np.array([8.0, 132, 222, 227]), np.array([19.0, 123, 229, 219, 34]))


def lists(control, treatment) -> dict:
    """SHORT and LONG of respondents who counted so many; the other list is blank."""
    short, long = ([str(k) for k, n in enumerate(counts) for _ in range(int(n))] for counts in (control, treatment))
    return {"SHORT": short + [""] * len(long), "LONG": [""] * len(short) + long}


def die(yes: int, no: int) -> dict:
    return {"DIE": ["yes"] * yes + ["no"] * no}


@pytest.fixture(scope="module")
def race():
    rows = answers(**lists(RACE.control, RACE.treatment))
    return moments_of(rows, instrument(LIST)), estimates_of(rows, instrument(LIST))


def test_the_difference_in_means_is_the_published_one(race):
    row = figure(race[1], "share", "LISTED")
    assert (row["estimate"], row["se"]) == pytest.approx((0.0677974402507497, 0.0495579232494964), rel=1e-12)
    assert (row["ci_low"], row["ci_high"], row["df"]) == pytest.approx((-0.0294314807076, 0.165026361209, 1211), rel=1e-9)
    assert row["n"] == 1213  # R: svyglm(y ~ treatment), confint(ddf = degf(design) - 1)


def test_the_share_by_maximum_likelihood_is_that_of_another_maximiser(race):
    def against(at):
        p, h = stats.logistic.cdf(at)
        short, long = stats.binom.pmf(range(4), 3, h), stats.binom.pmf(range(5), 3, h)
        mixed = p * np.append(0, short) + (1 - p) * long
        return -(RACE.control @ np.log(short) + RACE.treatment @ np.log(mixed))

    there = stats.logistic.cdf(optimize.minimize(against, [-2, 0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10}).x)
    row = figure(race[1], "share_ml", "LISTED")
    assert row["estimate"] == pytest.approx(there[0], abs=1e-6)
    assert row["estimate"] == pytest.approx(0.153859327, abs=1e-6)  # R: optim() of the same likelihood
    assert 0 < row["ci_low"] < row["estimate"] < row["ci_high"] < 1


def test_the_test_for_a_design_effect_is_that_of_the_published_program(race):
    found = dict(race[0].quality.filter(indicator="LISTED").select("check", "value").iter_rows())
    assert found["list_design_effect"] == pytest.approx(0.15386, abs=0.005)  # list::ict.test(gms = FALSE); by drawing, both
    assert (found["list_floor"], found["list_ceiling"]) == pytest.approx((8 / 589, 227 / 589))


def test_a_list_that_changes_the_answers_is_found_out():
    honest, moved = [60, 140, 140, 60], [150, 150, 90, 10, 0]  # nobody can have had more truths taken away
    found = moments_of(answers(**lists(honest, moved)), instrument(LIST)).quality
    assert found.filter(check="list_design_effect")["value"].item() < 0.001


def test_weights_strata_and_clusters_count_as_in_r():
    data = pl.read_csv(DATA / "list_experiment.csv")
    treated, counts = data["treat"].to_numpy() == 1, data["y"].cast(pl.String).to_numpy()
    rows = answers(
        weight=data["w"], stratum=data["s"].cast(pl.String), psu=data["p"].cast(pl.String),
        SHORT=np.where(treated, "", counts), LONG=np.where(treated, counts, ""),
    )
    row = figure(estimates_of(rows, instrument(LIST)), "share", "LISTED")
    found = [row[c] for c in ("estimate", "se", "ci_low", "ci_high")]
    # svyglm(y ~ treat, svydesign(~p, strata = ~s, weights = ~w)), confint(ddf = degf(design) - 1)
    assert found == pytest.approx([0.3787423230605503, 0.0858709664844659, 0.2044149931939166, 0.5530696529271839], rel=1e-9)


@pytest.mark.parametrize(
    ("question", "share", "slope"),
    [
        (WARNER, (0.4 - 0.3) / 0.4, 0.4),  # Warner (1965), eq. 3: (share of yes - (1 - p)) / (2 p - 1)
        (FORCED, (0.4 - 1 / 6) / (2 / 3), 2 / 3),  # Blair, Imai and Zhou (2015), section 2: a die; 1 is no, 6 is yes
        (UNRELATED, (0.4 - 0.3 * 0.4) / 0.7, 0.7),  # Greenberg and others (1969), the unrelated share known
    ],
)
def test_randomised_responses_are_turned_back(question, share, slope):
    row = figure(estimates_of(answers(**die(200, 300)), instrument(question)), "share", "RANDOM")
    assert row["estimate"] == pytest.approx(share)
    assert row["se"] == pytest.approx(np.sqrt(0.4 * 0.6 / 499) / slope)


def test_warner_s_variance_is_sampling_and_chance_added_up():
    n, p = 500, 0.7
    row = figure(estimates_of(answers(**die(200, 300)), instrument(WARNER)), "share", "RANDOM")
    share = row["estimate"]
    written = share * (1 - share) / n + p * (1 - p) / (n * (2 * p - 1) ** 2)  # Warner (1965), eq. 5
    assert row["se"] ** 2 == pytest.approx(written * n / (n - 1))
    assert row["n_effective"] == pytest.approx(n * share * (1 - share) / n / written, rel=0.01)


def test_a_randomised_share_below_nothing_is_nothing_by_maximum_likelihood():
    table = estimates_of(answers(**die(100, 400)), instrument(WARNER))
    assert figure(table, "share", "RANDOM")["estimate"] == pytest.approx(-0.25)
    assert figure(table, "share_ml", "RANDOM")["estimate"] == 0


def test_certain_answers_are_direct_ones():
    direct = DIE | {"design": "forced", "p": 1, "forced_yes": 0}
    table = estimates_of(answers(**die(50, 150), Q=["yes"] * 50 + ["no"] * 150), instrument(direct))
    indirect, asked = figure(table, "share_ml", "RANDOM"), figure(table, "share", "Q", "yes")
    for column in ("estimate", "se", "ci_low", "ci_high", "df", "n", "deff"):
        assert indirect[column] == pytest.approx(asked[column])


def test_who_gave_no_answer_is_counted_once():
    rows = answers(SHORT=["1", "2", "9", "", ""], LONG=["", "", "", "4", ""])
    table = estimates_of(rows, instrument(LIST))
    silent = {c: figure(table, "nonresponse", "LISTED", c)["estimate"] for c in ("", "refused", "blank")}
    assert silent == pytest.approx({"": 0.4, "refused": 0.2, "blank": 0.2})
    assert figure(table, "nonresponse", "LISTED")["n"] == 5


def test_what_an_indirect_question_is_made_of_has_no_figures_of_its_own(race):
    assert set(race[1]["indicator"]) & {"SHORT", "LONG"} == set()


def test_one_list_alone_gives_no_rate():
    table = estimates_of(answers(**lists([5, 5, 5, 5], [])), instrument(LIST))
    assert table.filter(pl.col("indicator") == "LISTED", pl.col("measure") != "nonresponse").is_empty()


def test_rates_are_estimated_in_every_group():
    control, treatment = [20, 40, 30, 10], [10, 30, 40, 15, 5]
    both = lists(control + np.array([0, 5, 5, 0]), treatment)
    n = len(both["SHORT"])
    group = np.where(np.arange(n) % 2, "a", "b")
    table = estimates_of(answers(**both, G=group), instrument(LIST))
    for code in ("a", "b"):
        picked = [[int(v) for v in np.array(both[arm])[group == code] if v] for arm in ("SHORT", "LONG")]
        row = figure(table, "share", "LISTED", group=code)
        assert row["estimate"] == pytest.approx(np.mean(picked[1]) - np.mean(picked[0]))
        assert row["se"] == pytest.approx(np.sqrt(sum(np.var(p, ddof=1) / len(p) for p in picked)), rel=0.01)


def draws(count: int, world):
    rng = np.random.default_rng(20)
    return np.array([world(rng) for _ in range(count)])


def within_four_errors(hits: np.ndarray, expected: float) -> bool:
    return abs(hits.mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / len(hits))


def listed(rng, share=0.35, n=400) -> Lists:
    control = rng.binomial(3, 0.45, n)
    treatment = rng.binomial(3, 0.45, n) + (rng.random(n) < share)
    return Lists(np.bincount(control, minlength=4).astype(float), np.bincount(treatment, minlength=5).astype(float))


@pytest.mark.parametrize("estimator", [difference_in_means, maximum_likelihood])
def test_list_experiments_find_the_share_on_average_and_say_how_surely(estimator):
    def world(rng):
        sample = listed(rng)
        share, of_control, of_treatment = estimator(sample)
        parts = ((sample.control, of_control), (sample.treatment, of_treatment))
        variance = 400 / 399 * sum(w @ u**2 for w, u in parts)
        return share, np.sqrt(variance)

    shares, errors = draws(800, world).T
    assert abs(shares.mean() - 0.35) < 4 * shares.std() / np.sqrt(len(shares))
    assert errors.mean() == pytest.approx(shares.std(), rel=0.08)
    assert within_four_errors(np.abs(shares - 0.35) < stats.t.ppf(0.975, 798) * errors, 0.95)


@pytest.mark.parametrize("question", [WARNER, FORCED, UNRELATED])
def test_randomised_responses_cover_the_share(question):
    intercept, slope = instrument(question).indirect[0].mix
    true, n = 0.15, 600

    def world(rng):
        raw = rng.binomial(n, intercept + slope * true) / n
        share, of_answers = randomised_share(raw, intercept, slope)
        variance = (raw * of_answers[1.0] ** 2 + (1 - raw) * of_answers[0.0] ** 2) / (n - 1)
        return abs(share - true) < stats.t.ppf(0.975, n - 1) * np.sqrt(variance)

    assert within_four_errors(draws(3000, world), 0.95)
