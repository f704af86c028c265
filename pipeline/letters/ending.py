"""Whether the file was there before, and what happens next."""

from __future__ import annotations

from pipeline.letters.case import Case
from pipeline.letters.letter import Section
from pipeline.letters.understood import some
from pipeline.letters.words import Words


def before(case: Case, t: Words) -> Section:
    """The same content at its place, elsewhere, or checked before; and what it replaces or is replaced by."""
    found = [("before_place", case.alike), ("before_elsewhere", case.alike_elsewhere)]
    lines = [t(name, listed=some(list(files), t)) for name, files in found if files]
    if not lines:
        lines.append(t("before_checked" if case.checked_before else "before_no"))
    if case.replaced:
        lines.append(t("replaces", listed=some(list(case.replaced), t)))
    if case.submission.superseded_by:
        lines.append(t("replaced_by", file=case.submission.superseded_by))
    return Section(t("before"), lines=tuple(lines))


def following(case: Case, t: Words) -> Section:
    """What happens next, by what became of the file."""
    lines = [t(f"next_{case.submission.state}")]
    if case.usable and not case.rules.off:
        lines.append(t("next_few", n=case.rules.minimum_respondents))
    return Section(t("next"), lines=tuple(lines))
