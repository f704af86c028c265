"""What a letter is about: a submission, what was found in it, and what it is set beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipeline.frames import Margins, margins_of_units
from pipeline.ingest.submission import Submission
from pipeline.instrument import Instrument, Item
from pipeline.letters.answers import valid_answers
from pipeline.validate.suite import Finding, by_submission
from pipeline.workspace import Export, Rules, WeightingRules, Workspace


@dataclass(frozen=True)
class Case:
    """margins: the frame's, None without one; earlier: what counts of the earlier waves of the same member and
    population; replaced: files that it takes the place of; alike: files with the same content, at its place and
    elsewhere; checked_before: whether it was checked on its own before (see submit)."""

    submission: Submission
    findings: tuple[Finding, ...]
    rules: Rules
    weighting: WeightingRules
    margins: Margins | None
    earlier: tuple[Submission, ...] = ()
    replaced: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    alike_elsewhere: tuple[str, ...] = ()
    checked_before: bool = False

    @property
    def instrument(self) -> Instrument:
        return self.submission.instrument

    @property
    def usable(self) -> bool:
        """Whether anything can be said of its answers."""
        return self.submission.state.startswith("accepted")

    @cached_property
    def valid(self) -> pl.DataFrame:
        """See answers.valid_answers; of a usable one."""
        return valid_answers(self.submission)


def cases(
    submissions: list[Submission],
    findings: list[Finding],
    workspace: Workspace,
    checked: frozenset[str] = frozenset(),
    before: Iterable[Submission] = (),
    exports: Iterable[Export] = (),
) -> list[Case]:
    """One case per submission, in their order.

    `checked`: ids of submissions that were checked before; `before`: those of other places that came earlier, whose answers
    are no longer needed; `exports`: all files that there are, if more than those of `submissions`.
    """
    of, margins = by_submission(findings), margins_of_units(workspace.frames)
    return [
        Case(
            s,
            tuple(of[s.id]),
            workspace.rules,
            workspace.weighting,
            margins.get(_place(s)),
            _earlier(s, [*before, *submissions]),
            _replaced(s, submissions),
            *_alike(s.export, exports or [o.export for o in submissions]),
            s.id in checked,
        )
        for s in submissions
    ]


def _place(s: Submission) -> tuple[str, str, str]:
    return s.export.member, s.export.wave, s.export.population


def _earlier(s: Submission, others: list[Submission]) -> tuple[Submission, ...]:
    member, wave, population = _place(s)
    found = [o for o in others if o.state.startswith("accepted") and _place(o)[::2] == (member, population)]
    return tuple(sorted((o for o in found if o.export.wave < wave), key=lambda o: o.export.wave))


def _replaced(s: Submission, others: list[Submission]) -> tuple[str, ...]:
    mine = s.export
    return tuple(
        o.export.name
        for o in others
        if _place(o) == _place(s) and o.superseded_by == mine.name and o.export.sha256 != mine.sha256
    )


def _alike(mine: Export, others: Iterable[Export]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    same = [o for o in others if o is not mine and o.sha256 == mine.sha256]
    here = [o for o in same if (o.member, o.wave, o.population) == (mine.member, mine.wave, mine.population)]
    return tuple(o.name for o in here), tuple(o.name for o in same if o not in here)


def present(s: Submission) -> list[Item]:
    """The questions that the file has a column for."""
    return [i for i in s.instrument.questions if i.code in s.match.columns or i.code in s.match.choices]


def spans(codes: list[str], order: list[str]) -> list[str]:
    """Codes in the questionnaire's order; three or more in a row and of one kind (Q1, Q2, Q3) are told as first–last."""
    places = sorted({order.index(code) for code in codes})
    runs: list[list[int]] = []
    for place in places:
        kinds = {order[p].rstrip("0123456789") for p in (place, *(runs[-1] if runs else ()))}
        if runs and runs[-1][-1] == place - 1 and len(kinds) == 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [
        word
        for run in runs
        for word in ([f"{order[run[0]]}–{order[run[-1]]}"] if len(run) > 2 else [order[place] for place in run])
    ]
