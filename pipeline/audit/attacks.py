"""All attacks, and the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipeline.audit.answers import hidden_answers, tight_statements, unanimous_groups, unstated_answers
from pipeline.audit.bounds import hidden_bases
from pipeline.audit.comparisons import (
    comparisons_with_hidden_sides,
    tell_tale_q_values,
    tests_over_hidden_groups,
    unrounded_peer_differences,
)
from pipeline.audit.copies import unlike_descriptions, unlike_sdmx, unlike_workbook
from pipeline.audit.crossings import (
    crossed_profiles,
    forbidden_breakdowns,
    hidden_groups_in_adequacy,
    hidden_groups_in_weights,
)
from pipeline.audit.desk import Desk
from pipeline.audit.differencing import against_earlier
from pipeline.audit.finding import Finding
from pipeline.audit.findings import leaking_findings
from pipeline.audit.inversion import invertible_intervals, unlike_widths, unrounded_values
from pipeline.audit.linked import linked_bases
from pipeline.audit.pages import leaking_pages
from pipeline.audit.peers import (
    lasting_pseudonyms,
    means_of_few,
    members_that_do_not_share,
    real_names,
    telling_order,
    too_few_peers,
)
from pipeline.audit.public import public_matches
from pipeline.audit.ranks import telling_ranks
from pipeline.audit.sizes import small_bases, small_flags, small_units, unit_sizes
from pipeline.audit.structure import foreign_columns, foreign_files, secrets, suppressed_values, unlike_copies
from pipeline.audit.sums import missing_items, missing_shares, missing_sides
from pipeline.audit.trends import tell_tale_trends, trends_over_hidden_waves

Attack = Callable[[Desk], Iterable[Finding]]

# What must hold of any release, public data with suppression off included.
MECHANICAL: list[Attack] = [
    foreign_files,
    secrets,
    foreign_columns,
    unlike_copies,
    unlike_workbook,
    unlike_sdmx,
    unlike_descriptions,
    suppressed_values,
    leaking_findings,
    leaking_pages,  # last, as other processes work on it while this one tries the rest
]
DISCLOSURE: list[Attack] = [
    small_bases,
    small_units,
    unit_sizes,
    small_flags,
    crossed_profiles,
    forbidden_breakdowns,
    hidden_groups_in_adequacy,
    hidden_groups_in_weights,
    comparisons_with_hidden_sides,
    tests_over_hidden_groups,
    tell_tale_q_values,
    unrounded_peer_differences,
    trends_over_hidden_waves,
    tell_tale_trends,
    hidden_bases,
    linked_bases,
    missing_shares,
    missing_sides,
    missing_items,
    unanimous_groups,
    tight_statements,
    hidden_answers,
    unstated_answers,
    members_that_do_not_share,
    too_few_peers,
    means_of_few,
    real_names,
    lasting_pseudonyms,
    telling_order,
    unrounded_values,
    unlike_widths,
    invertible_intervals,
    telling_ranks,
    public_matches,
    against_earlier,
]


def audit(
    release: Path,
    reports: Path | None = None,
    earlier: Sequence[Path] = (),
    public: Path | None = None,
    rules: dict | None = None,
    attacks: Sequence[Attack] | None = None,
) -> list[Finding]:
    """Everything that can be worked out of a release and must not be, sorted by kind and place.

    reports: the folder of its rendered pages; earlier: folders of earlier releases; public: a CSV of publicly
    known figures (member, wave, population, statistic, value, and optionally indicator); rules: the operator's, if
    not those of the manifest; attacks: only these. Raises StageError where the release can't be read.
    """
    desk = Desk(Path(release), reports and Path(reports), [Path(f) for f in earlier], public and Path(public), rules)
    tried = attacks if attacks is not None else MECHANICAL if desk.off else [*DISCLOSURE, *MECHANICAL]
    begun = [attack(desk) for attack in tried]
    return sorted({finding for findings in begun for finding in findings})
