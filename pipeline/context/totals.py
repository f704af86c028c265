"""Totals that do not add up: pointed out, never mended.

Which breakdowns are the parts of which total is nowhere said in such tables, and
breakdowns may overlap (cases in all, those on corruption, those against officials). So a
sum is checked only where there is reason to believe in it:

1. A breakdown's name may hold another's: `women central` is `women` of `central`. What stands
   under no other breakdown stands under the total. The labels under one parent are a family.
2. A family is believed to make up its parent where context.yaml declares it (`parts`), or where
   it does so to the last unit in two places (periods or parents) of the same member's
   indicator at least (with two parts or more that are not 0), and at least as often as it does not.
3. A believed family is checked wherever all of it stands under a parent that is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.context.figure import Figure, plain
from pipeline.context.rules import ContextRules

TWICE = 2
SPACES = re.compile(r"[\s,;/×]+")
Family = frozenset[str]


@dataclass(frozen=True)
class Sum:
    """A total beside the sum of its parts; `more` is by how much the total is more than they are."""

    total: Figure
    parts: tuple[Figure, ...]

    @property
    def added(self) -> float:
        return sum(p.value for p in self.parts)

    @property
    def more(self) -> float:
        difference = self.total.value - self.added
        return 0.0 if abs(difference) <= 1e-9 * max(self.total.value, self.added) else difference


@dataclass(frozen=True)
class Place:
    """A parent and what stands under it: label -> figure."""

    total: Figure
    under: dict[str, Figure]

    def sum_of(self, family: Family) -> Sum:
        return Sum(self.total, tuple(f for label, f in self.under.items() if label in family))


def checked_sums(figures: Sequence[Figure], rules: ContextRules) -> list[Sum]:
    """Every sum that there is reason to check, whether it adds up or not."""
    found = []
    for _, rows in groupby(sorted(figures, key=_series), key=_series):
        mine = list(rows)
        declared = [parts for name, parts in rules.parts.items() if plain(name) == plain(mine[0].indicator)]
        found += _sums(list(_places(mine, rules)), [frozenset(map(plain, f)) for parts in declared for f in parts])
    return found


def _series(figure: Figure) -> tuple[str, str]:
    return figure.member, plain(figure.indicator)


def _sums(places: list[Place], declared: list[Family]) -> list[Sum]:
    families = {frozenset(place.under) for place in places} | set(declared)
    believed = [f for f in families if len(f) > 1 and (f in declared or _adds_up(f, places))]
    return [place.sum_of(f) for place in places for f in _largest(believed, place)]


def _adds_up(family: Family, places: list[Place]) -> bool:
    sums = [place.sum_of(family) for place in places if family <= set(place.under) and place.total.value > 0]
    exact = [s for s in sums if s.more == 0]
    telling = [s for s in exact if sum(p.value > 0 for p in s.parts) > 1]
    return len(telling) >= TWICE and 2 * len(exact) >= len(sums)


def _largest(families: list[Family], place: Place) -> list[Family]:
    """Those that stand under a parent, without those that are part of another: one fault is told once."""
    here = [f for f in families if f <= set(place.under)]
    return sorted((f for f in here if not any(f < other for other in here)), key=sorted)


def _places(figures: Sequence[Figure], rules: ContextRules) -> Iterator[Place]:
    """Every figure of one series under which others stand."""
    for _, rows in groupby(sorted(figures, key=lambda f: f.period), key=lambda f: f.period):
        alike = defaultdict(list)
        for figure in rows:
            alike[plain(figure.unit)].append(figure)
        for mine in alike.values():
            yield from _under(mine, rules)


def _under(figures: list[Figure], rules: ContextRules) -> Iterator[Place]:
    """Parents of one period and unit; a breakdown whose name holds another's stands under that one."""
    parts = [(f, _words(f)) for f in figures if not f.total(rules)]
    placed = {f: _labels(words, [(g, w) for g, w in parts if g is not f]) for f, words in parts}
    for total in figures:
        if total.total(rules):
            under = {" ".join(words): f for f, words in parts if not placed[f]}
        else:
            under = {label: f for f, _ in parts for parent, label in placed[f] if parent is total}
        if len(under) > 1:
            yield Place(total, under)


def _words(figure: Figure) -> tuple[str, ...]:
    return tuple(SPACES.split(plain(figure.breakdown)))


def _labels(words: tuple[str, ...], others: list[tuple[Figure, tuple[str, ...]]]) -> list[tuple[Figure, str]]:
    """(parent, what the name adds to the parent's) for each that the name starts or ends with."""
    found = []
    for other, held in others:
        more = len(words) - len(held)
        if more > 0 and words[more:] == held:
            found.append((other, " ".join(words[:more])))
        elif more > 0 and words[: len(held)] == held:
            found.append((other, " ".join(words[len(held) :])))
    return found
