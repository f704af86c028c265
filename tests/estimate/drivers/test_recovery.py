"""In repeated clustered samples, 95 % intervals of coefficients and marginal effects hold the truth."""

import numpy as np
import pytest

from pipeline.estimate.covariance import UnitDesign
from pipeline.estimate.drivers.models import estimate_model
from pipeline.estimate.drivers.outcomes import BINARY, ORDINAL, Outcome
from pipeline.estimate.drivers.sample import Sample
from pipeline.estimate.drivers.terms import FACTOR, PROFILE, Terms, Variable
from pipeline.estimate.intervals import t_quantile

CLUSTERS, SIZE, DRAWS = 60, 12, 300
UNIT = ("AAA", "2024", "p")
SLOPES = np.array([0.6, -0.5])
OUTCOMES = {
    ORDINAL: (Outcome("O", "O", ORDINAL, ("1", "2", "3"), (0.0, 50.0, 100.0), (False, False, True)), [-0.5, 1.0]),
    BINARY: (Outcome("B", "B", BINARY, ("n", "y"), answer="y"), [0.5]),
}


def draw(rng: np.random.Generator, cuts: list[float], clusters: int = CLUSTERS):
    """Respondents whose answers hang together within clusters: x is alike there, and so are latent answers.

    The shared part keeps the marginal distribution logistic, so that the planted slopes are the population's.
    """
    n = clusters * SIZE
    cluster = np.repeat(np.arange(clusters), SIZE)
    x = np.column_stack([rng.normal(size=clusters)[cluster] + rng.normal(size=n), rng.random(n) < 0.4]).astype(float)
    # a uniform of the cluster's own for two in five of its people, one of each one's own for the others
    shared = rng.random(n) < 0.4
    u = np.where(shared, rng.random(clusters)[cluster], rng.random(n))
    latent = x @ SLOPES + np.log(u / (1 - u))
    return x, np.searchsorted(cuts, latent), cluster, rng.choice([0.5, 1.0, 2.0], n)


def sampled(x, y, cluster, w) -> tuple[Sample, dict]:
    n = len(y)
    variables = [Variable(FACTOR, "F", x[:, :1]), Variable(PROFILE, "G", x[:, 1:], ("b",), "a")]
    places = np.unique(cluster)
    size = np.bincount(cluster).astype(float)
    sums = np.bincount(cluster, w), np.bincount(cluster, w**2)
    ones = np.zeros(len(places), int)
    count = np.array([float(len(places))])
    design = UnitDesign(0, ones, places, size, *sums, True, count, np.array([1.0]), [])
    zeros = np.zeros(n, int)
    return Sample([UNIT], n, Terms(variables, {}), y, np.unique(y), cluster, w, np.full(n, 1 / w.mean()), zeros), {
        UNIT: design
    }


@pytest.mark.parametrize("kind", OUTCOMES)
def test_intervals_hold_the_truth_95_times_in_100(kind):
    outcome, cuts = OUTCOMES[kind]
    statistic = "ame_score" if kind == ORDINAL else "ame_share"
    truth = {"coefficient": SLOPES, statistic: true_effects(outcome, cuts, statistic)}
    held = {s: np.zeros(2) for s in truth}
    rng = np.random.default_rng(20)
    for _ in range(DRAWS):
        sample, designs = sampled(*draw(rng, cuts))
        model = estimate_model(sample, outcome, designs, ("t",), False)
        assert model.verdict == "fitted" and model.df == CLUSTERS - 1
        for s, true in truth.items():
            estimate, se = model.figures[s]
            held[s] += np.abs(estimate - true) <= t_quantile(np.array(model.df)) * se
    slack = 4 * np.sqrt(0.95 * 0.05 / DRAWS)
    for s, count in held.items():
        assert (np.abs(count / DRAWS - 0.95) < slack).all(), (s, count / DRAWS)


def true_effects(outcome: Outcome, cuts: list[float], statistic: str) -> np.ndarray:
    """Over a population of a million: the mean derivative, and the mean difference between the two groups."""
    rng = np.random.default_rng(1)
    n = 1_000_000
    x = np.column_stack([rng.normal(scale=np.sqrt(2), size=n), rng.random(n) < 0.4]).astype(float)
    values = np.array(outcome.effects[statistic])

    def mean(eta):
        below = 1 / (1 + np.exp(eta[:, None] - np.array(cuts)))
        return values[-1] + below @ (values[:-1] - values[1:])

    eta, h = x @ SLOPES, 1e-4
    slope = (mean(eta + h) - mean(eta - h)).mean() / (2 * h) * SLOPES[0]
    base = x[:, 0] * SLOPES[0]
    return np.array([slope, (mean(base + SLOPES[1]) - mean(base)).mean()])


def test_ignoring_the_clusters_would_not_hold_it():
    """The same samples with each respondent as a sampling unit: the first slope's errors are much too small."""
    outcome, cuts = OUTCOMES[BINARY]
    rng = np.random.default_rng(21)
    ratios = []
    for _ in range(20):
        x, y, cluster, w = draw(rng, cuts)
        clustered, designs = sampled(x, y, cluster, w)
        alone, alone_designs = sampled(x, y, np.arange(len(y)), w)
        errors = [
            estimate_model(s, outcome, d, ("t",), False).figures["coefficient"][1][0]
            for s, d in ((clustered, designs), (alone, alone_designs))
        ]
        ratios.append(errors[0] / errors[1])
    assert np.mean(ratios) > 1.15
