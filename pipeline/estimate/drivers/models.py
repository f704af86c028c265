"""One regression: may it be fitted, what does it say, how sure is that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.estimate.covariance import UnitDesign, covariance
from pipeline.estimate.drivers.bootstrap import REPLICATES, generator, rao_wu
from pipeline.estimate.drivers.dominance import Importance, general_dominance
from pipeline.estimate.drivers.effects import average_marginal_effects
from pipeline.estimate.drivers.ordinal import Fitted, fit_weighted
from pipeline.estimate.drivers.outcomes import BINARY, Outcome
from pipeline.estimate.drivers.sample import Sample
from pipeline.estimate.drivers.separation import separated, suspicious
from pipeline.estimate.drivers.terms import inflation

EVENTS_PER_PARAMETER = 10  # Peduzzi and others (1996)


@dataclass(frozen=True)
class Model:
    """A regression and its verdict: fitted, or why there is no figure.

    figures: statistic -> (estimate, standard error) of each column; importance: of the factors.
    """

    sample: Sample
    verdict: str
    fitted: Fitted | None = None
    df: int = 0
    figures: dict[str, tuple[np.ndarray, np.ndarray]] | None = None
    vif: np.ndarray | None = None
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
    found = _importance(sample, fitted, designs, key) if importance else None
    figures = _figures(sample, outcome, fitted, designs)
    return Model(
        sample, "fitted", fitted, _degrees_of_freedom(sample, designs), figures, inflation(x, w), found
    )


def _figures(sample: Sample, outcome: Outcome, fitted: Fitted, designs: dict) -> dict:
    slopes = fitted.influence[:, : fitted.columns]
    found = {"coefficient": (fitted.slopes, _errors(sample, slopes, designs))}
    for statistic, values in outcome.effects.items():
        of_levels = np.array(values)[sample.used]
        effects = average_marginal_effects(fitted, sample.terms.x, sample.w, of_levels, sample.terms.groups)
        found[statistic] = (effects.effects, _errors(sample, effects.influence, designs))
    return found


def _errors(sample: Sample, influence: np.ndarray, designs: dict[tuple, UnitDesign]) -> np.ndarray:
    """Design-based standard errors of what has this influence; units are samples of their own."""
    total = 0.0
    for k, unit in enumerate(sample.units):
        mine = sample.unit == k
        w = sample.weight[mine]
        scaled = influence[mine] * sample.scale[mine, None]
        total = total + covariance(designs[unit], sample.place[mine], w, w**2, scaled)
    return np.sqrt(np.clip(np.diag(total), 0, None))


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
    replicates = np.empty((sample.n, REPLICATES))
    for k, unit in enumerate(sample.units):
        mine = sample.unit == k
        replicates[mine] = rao_wu(designs[unit], sample.place[mine], rng)
    return general_dominance(fitted, sample.terms.x, sample.y, sample.w, sample.terms.factors, replicates)
