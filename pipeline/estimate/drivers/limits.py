"""What disclosure control lets a regression read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """Decided before anything is fitted, as coefficients can't be hidden one by one.

    shown: (member, wave, population, indicator) of items and factors that are shown for everybody;
    variables: (member, wave, population, item) of profile questions that may make groups;
    hidden: (member, wave, population, profile item, indicator or '' for all) -> categories that are hidden;
    held: units whose figures stand from an earlier release; sharing: members that may be pooled;
    respondents, unit, members: fewest in a group, in a regression, and in a pool;
    share: the most that one member may hold of a pool.
    """

    shown: frozenset[tuple]
    variables: frozenset[tuple]
    sharing: tuple[str, ...]
    hidden: dict[tuple, frozenset[str]] = field(default_factory=dict)
    held: frozenset[tuple] = frozenset()
    respondents: int = 1
    unit: int = 1
    members: int = 2
    share: float = 1.0

    def hidden_groups(self, unit: tuple, variable: str, outcome: str) -> set[str]:
        """Categories of a profile question that may not have a term in a model of the outcome."""
        return set().union(*(self.hidden.get((*unit, variable, what), ()) for what in ("", outcome)))
