"""Who exists and what they think: the known truth, and respondents drawn from it.

Scored answers follow an ordered logit: a latent mean per member, wave and
factor, plus what managers think better and a trait of the respondent's own. The truth of a
unit is exact: the mixture of its grades' category probabilities, averaged over the trait.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.instrument import Instrument, Item

CUTS = {4: [-1.4, -0.2, 1.2], 5: [-1.6, -0.6, 0.3, 1.7]}
GRADE_EFFECT = 0.8
TRAIT = (
    1.6  # standard deviation of what a respondent thinks of everything; a factor's items then agree (alpha about 0.7)
)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
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
    below = _below(unit, item, manager, TRAIT * NODES).T @ (WEIGHTS / WEIGHTS.sum())
    p = np.diff(np.concatenate([[0.0], below, [1.0]]))
    return p if item.polarity == "positive" else p[::-1]


def _below(unit: Unit, item: Item, manager, trait: np.ndarray) -> np.ndarray:
    """Per respondent (their traits) and cut of the scale: the probability of an answer below it."""
    mean = unit.level + unit.factor_effects.get(item.factor or "", 0.0) + GRADE_EFFECT * manager + trait
    size = len(unit.instrument.scale_of(item).categories)
    cuts = np.array(CUTS.get(size, np.linspace(-1.5, 1.5, size - 1)))
    return 1 / (1 + np.exp(mean[:, None] - cuts))


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
    trait = rng.normal(0, TRAIT, unit.size)
    answers = {item.code: _answers(unit, item, manager, trait, rng) for item in unit.instrument.questions}
    lazy = np.flatnonzero(rng.random(unit.size) < straight_liners)
    for item in unit.instrument.questions:
        if item.role == "perception":
            for row in lazy:
                answers[item.code][row] = unit.instrument.scale_of(item).categories[-2].code
    return answers


def _answers(
    unit: Unit, item: Item, manager: np.ndarray, trait: np.ndarray, rng: np.random.Generator
) -> list[str | None]:
    scale = unit.instrument.scale_of(item)
    codes = np.array([c.code for c in scale.categories], dtype=object)
    if item.code == unit.split.code:
        return list(np.where(manager, codes[0], rng.choice(codes[1:], unit.size)))
    if scale.kind == "multiple":
        return ["|".join(sorted(c for c in codes[:-1] if rng.random() < 0.3)) or codes[-1] for _ in range(unit.size)]
    chosen = (
        _scored(unit, item, manager, trait, codes, rng)
        if scale.scored
        else rng.choice(codes, unit.size, p=_shares(item, len(codes)))
    )
    if item.role == "profile" or not scale.missing:
        return list(chosen)
    missing = np.array([m.code for m in scale.missing], dtype=object)
    silent = rng.random(unit.size) < (DONT_KNOW_SENSITIVE if item.sensitive else DONT_KNOW)
    return list(np.where(silent, rng.choice(missing, unit.size), chosen))


def _scored(unit: Unit, item: Item, manager, trait, codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    level = (rng.random((unit.size, 1)) > _below(unit, item, manager, trait)).sum(axis=1)
    return codes[level if item.polarity == "positive" else len(codes) - 1 - level]


def _shares(item: Item, size: int) -> list[float]:
    if item.sensitive:
        return [BRIBERY, 1 - BRIBERY]
    weights = np.arange(size + 2, 2, -1.0)
    return list(weights / weights.sum())
