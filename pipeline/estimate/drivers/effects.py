"""Average marginal effects and what each respondent contributes to their error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.estimate.drivers.ordinal import Fitted


@dataclass(frozen=True)
class Effects:
    """effects: one per column; influence: respondents x columns, of a unit of weight."""

    effects: np.ndarray
    influence: np.ndarray


def average_marginal_effects(
    fitted: Fitted, x: np.ndarray, w: np.ndarray, values: np.ndarray, groups: list[np.ndarray]
) -> Effects:
    """The mean over respondents of how far E(value of the answer) moves with each column, all else as it is.

    values: of each level (a score, or 1 for the levels whose share is meant);
    groups: per column the columns of its variable: a number moves by a unit (the
    derivative), a category of a variable is set against the variable's reference
    (Williams 2012). The influence is the delta method's, the sampling of those over
    whom the mean is taken included: (effect of i - mean) / sum of weights +
    gradient x influence of the parameters (Binder 1983; Graubard and Korn 1999).
    """
    drops = values[:-1] - values[1:]  # E = last value + sum over cuts of drop x P(below the cut)
    parts = [
        _of_category(fitted, x, drops, j, group) if len(group) else _of_number(fitted, x, drops, j)
        for j, group in enumerate(groups)
    ]
    total = w.sum()
    means = np.array([w @ each for each, _ in parts]) / total
    spread = np.stack([each for each, _ in parts], axis=1) - means
    gradients = np.stack([w @ gradient for _, gradient in parts], axis=1) / total
    return Effects(means, spread / total + fitted.influence @ gradients)


def _curve(fitted: Fitted, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per respondent and cut: P(below), its density and the density's slope."""
    f = 1 / (1 + np.exp(np.clip(eta[:, None] - fitted.cuts, -700, 700)))
    density = f * (1 - f)
    return f, density, density * (1 - 2 * f)


def _of_number(fitted: Fitted, x: np.ndarray, drops: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """(effect of each respondent, its gradient in the parameters)."""
    slope = fitted.slopes[j]
    _, density, bend = _curve(fitted, x @ fitted.slopes)
    gradient = np.hstack([slope * x * (bend @ drops)[:, None], -slope * bend * drops])
    gradient[:, j] -= density @ drops
    return -slope * (density @ drops), gradient


def _of_category(fitted: Fitted, x: np.ndarray, drops: np.ndarray, j: int, group: np.ndarray):
    """As _of_number, for a category of the variable whose columns are `group`."""
    base = x.copy()
    base[:, group] = 0.0
    moved = base.copy()
    moved[:, j] = 1.0
    there, density_there, _ = _curve(fitted, moved @ fitted.slopes)
    here, density_here, _ = _curve(fitted, base @ fitted.slopes)
    of_slopes = base * (density_here @ drops)[:, None] - moved * (density_there @ drops)[:, None]
    return (there - here) @ drops, np.hstack([of_slopes, (density_there - density_here) * drops])
