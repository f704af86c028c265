"""How the questions were answered: what was left open, and answers that look careless (see estimate/quality.py)."""

from __future__ import annotations

from pipeline.estimate.careless import STRAIGHT_FEWEST
from pipeline.letters.careless import careless
from pipeline.letters.case import Case, present
from pipeline.letters.letter import Section
from pipeline.letters.words import FEW, Words

WORST = 3


def quality(case: Case, t: Words) -> Section:
    """Counts and whole percents; of a few respondents only that they are a few."""
    found = careless(case.submission)
    facts = [] if found.silent is None else [(t("silent"), t.percent(found.silent))]
    checks = (
        (t("mostly_silent"), found.mostly_silent, found.respondents),
        (t("straight", n=STRAIGHT_FEWEST), found.straight, found.straight_asked),
        (t("fast"), found.fast, found.fast_asked),
    )
    facts += [(name, _share(count, asked, t)) for name, count, asked in checks]
    worst = _worst(case, t)
    lines = [t("worst", listed=t.listed(worst))] if worst else []
    return Section(t("quality"), tuple(facts), lines=(*lines, t("quality_note")))


def _share(count: int, asked: int, t: Words) -> str:
    if not asked:
        return t("not_measured")
    return t.people(count) if count < FEW else f"{t.number(count)} ({t.percent(count / asked)})"


def _worst(case: Case, t: Words) -> list[str]:
    """The questions that most left without a valid answer; a few are nobody's business."""
    asked = [i.code for i in present(case.submission)]
    valid = case.valid
    open_ = {code: valid.height - valid[code].sum() for code in asked}
    most = sorted((code for code in asked if open_[code] >= FEW), key=lambda code: -open_[code])[:WORST]
    return [f"{code} ({t.percent(open_[code] / valid.height)})" for code in most]
