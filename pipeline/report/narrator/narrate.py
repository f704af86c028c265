"""The narrator: every rule offers findings, the weightiest are told."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.report.narrator.changes import changed
from pipeline.report.narrator.finding import Finding
from pipeline.report.narrator.gaps import apart
from pipeline.report.narrator.groups import between_groups
from pipeline.report.narrator.scores import extremes
from pipeline.report.narrator.sensitive import prevalence, rates, refusals

MOST = 7  # findings on a page


def narrate(n, profile: dict | None, changes: list[dict], gaps: list[dict]) -> list[Finding]:
    """At most MOST findings of one member and wave, the weightiest first: see `offered`."""
    return weightiest(offered(n, profile, changes, gaps))


def offered(n, profile: dict | None, changes: list[dict], gaps: list[dict]) -> list[Finding]:
    """All that could be said of one member and wave, rule by rule.

    n: a National; profile, changes, gaps: the parts of its page that hold the
    figures. A rule speaks only of figures that are shown and reliable, and of a difference
    only if it stands after allowing for the number of comparisons. Findings are
    ranked by the size that is sure (the nearer end of the 95 % interval, in units of 5
    points of 100), doubled on sensitive questions; warnings come first.
    """
    return [
        *changed(n, changes),
        *apart(n, gaps),
        *prevalence(n),
        *rates(n),
        *refusals(n),
        *between_groups(n),
        *extremes(n, profile),
    ]


def weightiest(findings: Iterable[Finding]) -> list[Finding]:
    """The MOST weightiest, one of each `about`; equals stay in their order."""
    told: dict[tuple, Finding] = {}
    for finding in sorted(findings, key=lambda f: -f.weight):
        told.setdefault(finding.about, finding)
    return list(told.values())[:MOST]
