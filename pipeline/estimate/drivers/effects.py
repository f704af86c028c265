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
    eta, total = x @ fitted.slopes, w.sum()
    curve = _curve(fitted, eta)
    variables = {group[0]: group for group in groups if len(group)}
    bases = {first: _base(fitted, eta, x, group) for first, group in variables.items()}
    parts = [
        _of_category(fitted, bases[group[0]], x, w, drops, j, group) if len(group) else _of_number(fitted, curve, x, w, drops, j)
        for j, group in enumerate(groups)
    ]
    means = np.array([w @ each for each, _ in parts]) / total
    spread = np.stack([each for each, _ in parts], axis=1) - means
    gradients = np.stack([gradient for _, gradient in parts], axis=1) / total
    return Effects(means, spread / total + fitted.influence @ gradients)


def _curve(fitted: Fitted, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per respondent and cut: P(below), its density and the density's slope."""
    f = _below(fitted, eta)
    density = f * (1 - f)
    return f, density, density * (1 - 2 * f)


def _below(fitted: Fitted, eta: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(np.clip(eta[:, None] - fitted.cuts, -700, 700)))


def _base(fitted: Fitted, eta: np.ndarray, x: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per respondent, were they of the reference of the variable whose columns are `group`: eta, P(below), its density."""
    base = eta - x[:, group] @ fitted.slopes[group]
    f = _below(fitted, base)
    return base, f, f * (1 - f)


def _of_number(fitted: Fitted, curve: tuple, x: np.ndarray, w: np.ndarray, drops: np.ndarray, j: int):
    """(effect of each respondent, the weighted sum of their gradients in the parameters)."""
    slope, (_, density, bend) = fitted.slopes[j], curve
    of_slopes = slope * ((w * (bend @ drops)) @ x)
    of_slopes[j] -= w @ (density @ drops)
    return -slope * (density @ drops), np.concatenate([of_slopes, -slope * (w @ bend) * drops])


def _of_category(fitted: Fitted, base: tuple, x: np.ndarray, w: np.ndarray, drops: np.ndarray, j: int, group: np.ndarray):
    """As _of_number, for a category of the variable whose columns are `group`: 0 all of them (see `_base`), but for `j` there."""
    eta, here, density_here = base
    there = _below(fitted, eta + fitted.slopes[j])
    density_there = there * (1 - there)
    moved = w * (density_there @ drops)
    of_slopes = (w * (density_here @ drops) - moved) @ x
    of_slopes[group] = 0.0
    of_slopes[j] = -moved.sum()
    return (there - here) @ drops, np.concatenate([of_slopes, (w @ (density_there - density_here)) * drops])
