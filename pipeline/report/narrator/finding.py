"""A finding, and what makes one weigh more than another."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

MATTERS = 5.0  # points of 100: a difference of this size counts 1 (as in verdicts.SAME_POINTS)
SENSITIVE = 2.0  # what is said of a sensitive question counts double
WARNING = 1e6  # that something must not be read as a change comes before everything else


@dataclass(frozen=True)
class Fact:
    """What a finding rests on: columns of one row of a table of the release."""

    table: str
    row: dict
    columns: tuple[str, ...]


def difference(row: dict) -> Fact:
    return Fact("comparisons", row, ("difference", "ci_low", "ci_high", "q_value"))


def figure(row: dict) -> Fact:
    return Fact("estimates", row, ("estimate", "ci_low", "ci_high"))


@dataclass(frozen=True)
class Finding:
    """One sentence with its evidence.

    about: what it is of (kind, population and the like): of findings about the
    same only the weightiest is told; evidence: the id of the part of the page that
    holds its figures; sure: the size in points of 100 that is sure (the end of the
    95 % interval that lies nearer to no difference), so that size and certainty count at once.
    population, verdict (of report.verdicts; empty: a description) and facts say the same to a machine, in no language.
    """

    text: Markup
    about: tuple
    evidence: str
    sure: float
    sensitive: bool = False
    population: str = ""
    verdict: str = ""
    facts: tuple[Fact, ...] = field(default=(), compare=False)

    @property
    def weight(self) -> float:
        """Sure size in units of what matters, doubled on sensitive questions."""
        return self.sure / MATTERS * (SENSITIVE if self.sensitive else 1.0)


def sure_size(low: float, high: float, points: float = 1.0) -> float:
    """How far from 0 the interval keeps, in points of 100 (`points`: points in one unit); 0 where it holds 0."""
    return 0.0 if low <= 0 <= high else min(abs(low), abs(high)) * points
