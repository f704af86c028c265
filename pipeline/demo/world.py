"""Who exists and what they think: the known truth, and respondents drawn from it.

Scored answers follow an ordered logit: a latent mean per member, wave and
factor, plus what managers think better. The truth of a unit is exact: the mixture of
its grades' category probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.instrument import Instrument, Item

CUTS = {4: [-1.4, -0.2, 1.2], 5: [-1.6, -0.6, 0.3, 1.7]}
GRADE_EFFECT = 0.8
DONT_KNOW, DONT_KNOW_SENSITIVE, STRAIGHT_LINERS, BRIBERY = 0.05, 0.10, 0.02, 0.06


@dataclass(frozen=True)
class Unit:
    """A member, wave and population to draw: managers is the share of the first category of `split`."""

    member: str
    wave: str
    instrument: Instrument
    size: int
    level: float
    managers: float = 0.3
    factor_effects: dict[str, float] = field(default_factory=dict)

    @property
    def split(self) -> Item:
        """The profile item whose first category thinks better of everything."""
        return next(i for i in self.instrument.items if i.code == self.instrument.standardise_by[0])


def probabilities(unit: Unit, item: Item, manager: bool) -> np.ndarray:
    """Category probabilities of a scored item, in the order of its scale."""
    mean = unit.level + unit.factor_effects.get(item.factor or "", 0.0) + GRADE_EFFECT * manager
    size = len(unit.instrument.scale_of(item).categories)
    cuts = np.array(CUTS.get(size, np.linspace(-1.5, 1.5, size - 1)))
    below = 1 / (1 + np.exp(-(cuts - mean)))
    p = np.diff(np.concatenate([[0.0], below, [1.0]]))
    return p if item.polarity == "positive" else p[::-1]


def true_score(unit: Unit, item: Item) -> float:
    """Expected score (0 to 100) of the item among those who answer it thoughtfully."""
    scores = np.array([unit.instrument.score(item, c) for c in unit.instrument.scale_of(item).categories])
    return float(
        scores
        @ (unit.managers * probabilities(unit, item, True) + (1 - unit.managers) * probabilities(unit, item, False))
    )


def draw(unit: Unit, rng: np.random.Generator, straight_liners: float = STRAIGHT_LINERS) -> dict[str, list[str | None]]:
    """Answers as codes: item code -> one per respondent."""
    manager = rng.random(unit.size) < unit.managers
    answers = {item.code: _answers(unit, item, manager, rng) for item in unit.instrument.questions}
    lazy = np.flatnonzero(rng.random(unit.size) < straight_liners)
    for item in unit.instrument.questions:
        if item.role == "perception":
            for row in lazy:
                answers[item.code][row] = unit.instrument.scale_of(item).categories[-2].code
    return answers


def _answers(unit: Unit, item: Item, manager: np.ndarray, rng: np.random.Generator) -> list[str | None]:
    scale = unit.instrument.scale_of(item)
    codes = np.array([c.code for c in scale.categories], dtype=object)
    if item.code == unit.split.code:
        return list(np.where(manager, codes[0], rng.choice(codes[1:], unit.size)))
    if scale.kind == "multiple":
        return ["|".join(sorted(c for c in codes[:-1] if rng.random() < 0.3)) or codes[-1] for _ in range(unit.size)]
    chosen = (
        _scored(unit, item, manager, codes, rng)
        if scale.scored
        else rng.choice(codes, unit.size, p=_shares(item, len(codes)))
    )
    if item.role == "profile" or not scale.missing:
        return list(chosen)
    missing = np.array([m.code for m in scale.missing], dtype=object)
    silent = rng.random(unit.size) < (DONT_KNOW_SENSITIVE if item.sensitive else DONT_KNOW)
    return list(np.where(silent, rng.choice(missing, unit.size), chosen))


def _scored(unit: Unit, item: Item, manager: np.ndarray, codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    u, chosen = rng.random(unit.size), np.empty(unit.size, dtype=object)
    for is_manager in (True, False):
        mine = manager == is_manager
        steps = np.cumsum(probabilities(unit, item, is_manager))
        chosen[mine] = codes[np.minimum(np.searchsorted(steps, u[mine]), len(codes) - 1)]
    return chosen


def _shares(item: Item, size: int) -> list[float]:
    if item.sensitive:
        return [BRIBERY, 1 - BRIBERY]
    weights = np.arange(size + 2, 2, -1.0)
    return list(weights / weights.sum())
