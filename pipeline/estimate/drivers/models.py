"""One regression: may it be fitted, what does it say, how sure is that."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from pipeline.estimate.covariance import UnitDesign, covariance
from pipeline.estimate.drivers.bootstrap import REPLICATES, generator, rao_wu
from pipeline.estimate.drivers.dominance import MOST_RESPONDENTS, Importance, general_dominance
from pipeline.estimate.drivers.effects import average_marginal_effects
from pipeline.estimate.drivers.ordinal import Fitted, fit_weighted
from pipeline.estimate.drivers.outcomes import BINARY, Outcome
from pipeline.estimate.drivers.sample import Sample
from pipeline.estimate.drivers.separation import separated, suspicious
from pipeline.estimate.drivers.terms import inflation

ALPHA = 0.05
EVENTS_PER_PARAMETER = 10  # Peduzzi and others (1996)


@dataclass(frozen=True)
class Joint:
    """An F test of several slopes at once."""

    statistic: float
    df: float
    p_value: float


@dataclass(frozen=True)
class Model:
    """A regression and its verdict: fitted, or why there is no figure.

    figures: statistic -> (estimate, standard error) of each column; together: see `joint_test`;
    importance: of the factors, where they stand together.
    """

    sample: Sample
    verdict: str
    fitted: Fitted | None = None
    df: int = 0
    figures: dict[str, tuple[np.ndarray, np.ndarray]] | None = None
    vif: np.ndarray | None = None
    together: Joint | None = None
    importance: Importance | None = None


def events_per_parameter(sample: Sample, outcome: Outcome) -> float:
    """How many answers of the rarer kind there are for each column.

    For answers in an order n - sum n_k³ / n² stands for them (Harrell 2015, 4.4);
    unequal weights make it fewer (Kish 1965). Under 10 there is no model (Peduzzi and others 1996).
    """
    counts = np.bincount(sample.y).astype(float)
    n = counts.sum()
    limiting = counts.min() if outcome.model == BINARY else n - (counts**3).sum() / n**2
    return float(limiting * sample.effective / n / max(1, sample.terms.x.shape[1]))


def estimate_model(
    sample: Sample, outcome: Outcome, designs: dict[tuple, UnitDesign], key: tuple[str, ...], importance: bool
) -> Model:
    """Fit, errors and effects of one regression; `key` names it, and seeds its bootstrap."""
    if len(sample.used) < 2 or not len(sample.terms.factors):
        return Model(sample, "no_variation")
    if events_per_parameter(sample, outcome) < EVENTS_PER_PARAMETER:
        return Model(sample, "too_few_events")
    x, w = sample.terms.x, sample.w
    fitted = fit_weighted(x, sample.y, w)
    if (fitted is None or suspicious(fitted.slopes, x)) and separated(x, sample.y):
        return Model(sample, "separated")
    if fitted is None:
        return Model(sample, "not_converged")
    df = _degrees_of_freedom(sample, designs)
    slopes = _covariance(sample, fitted.influence[:, : fitted.columns], designs)
    together = joint_test(fitted.slopes, slopes, sample.terms.factors, df)
    stands = importance and together is not None and together.p_value <= ALPHA
    found = _importance(sample, fitted, designs, key) if stands else None
    figures = {"coefficient": (fitted.slopes, _errors(slopes))} | _effects(sample, outcome, fitted, designs)
    return Model(sample, "fitted", fitted, df, figures, inflation(x, w), together, found)


def joint_test(slopes: np.ndarray, covariance: np.ndarray, of: np.ndarray, df: int) -> Joint | None:
    """Whether the slopes `of` are all 0: Wald's F, b' V⁻¹ b (df - k + 1) / (df k) on k and df - k + 1.

    Source: Korn and Graubard (1990). None where the design leaves no degree of freedom for it. Factors that do not stand together get no
    importance: there is nothing to share out.
    """
    k, left = len(of), df - len(of) + 1
    if left < 1 or np.linalg.matrix_rank(covariance[np.ix_(of, of)]) < k:
        return None
    wald = slopes[of] @ np.linalg.solve(covariance[np.ix_(of, of)], slopes[of])
    statistic = float(wald * left / (df * k))
    return Joint(statistic, float(left), float(special.fdtrc(k, left, statistic)))


def _effects(sample: Sample, outcome: Outcome, fitted: Fitted, designs: dict) -> dict:
    found = {}
    for statistic, values in outcome.effects.items():
        of_levels = np.array(values)[sample.used]
        effects = average_marginal_effects(fitted, sample.terms.x, sample.w, of_levels, sample.terms.groups)
        found[statistic] = (effects.effects, _errors(_covariance(sample, effects.influence, designs)))
    return found


def _errors(covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.clip(np.diag(covariance), 0, None))


def _covariance(sample: Sample, influence: np.ndarray, designs: dict[tuple, UnitDesign]) -> np.ndarray:
    """Design-based covariance of what has this influence; units are samples of their own."""
    total = np.zeros((influence.shape[1], influence.shape[1]))
    for k, unit in enumerate(sample.units):
        mine = sample.unit == k
        w = sample.weight[mine]
        scaled = influence[mine] * sample.scale[mine, None]
        total += covariance(designs[unit], sample.place[mine], w, w**2, scaled)
    return total


def _degrees_of_freedom(sample: Sample, designs: dict[tuple, UnitDesign]) -> int:
    """Sampling units with a complete case minus strata with one."""
    df = 0
    for k, unit in enumerate(sample.units):
        at = sample.place[sample.unit == k] - designs[unit].first
        units = len(np.unique(designs[unit].psu[at])) if designs[unit].clustered else len(at)
        df += units - len(np.unique(designs[unit].stratum[at]))
    return df


def _importance(sample: Sample, fitted: Fitted, designs: dict, key: tuple[str, ...]) -> Importance | None:
    rng = generator(*key)
    if sample.n <= MOST_RESPONDENTS:
        return _dominance(sample, np.arange(sample.n), fitted, designs, rng)
    some = np.sort(rng.choice(sample.n, MOST_RESPONDENTS, replace=False))
    theirs = fit_weighted(sample.terms.x[some], np.unique(sample.y[some], return_inverse=True)[1], sample.w[some])
    found = _dominance(sample, some, theirs, designs, rng) if theirs else None
    without = fit_weighted(np.delete(sample.terms.x, sample.terms.factors, axis=1), sample.y, sample.w)
    return replace(found, r_squared_without=without.r_squared) if found and without else None


def _dominance(sample: Sample, some: np.ndarray, fitted: Fitted, designs: dict, rng: np.random.Generator) -> Importance | None:
    """Of the respondents at the places `some`, whose model is `fitted`."""
    y = np.unique(sample.y[some], return_inverse=True)[1]
    replicates = np.empty((len(some), REPLICATES))
    for k, unit in enumerate(sample.units):
        mine = sample.unit[some] == k
        replicates[mine] = rao_wu(designs[unit], sample.place[some][mine], rng)
    terms = sample.terms
    return general_dominance(fitted, terms.x[some], y, sample.w[some], terms.factors, replicates, terms.effects)
