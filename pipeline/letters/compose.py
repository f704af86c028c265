"""A letter out of a case."""

from __future__ import annotations

from pipeline.letters.case import Case
from pipeline.letters.ending import before, following
from pipeline.letters.hidden import hidden
from pipeline.letters.letter import Letter
from pipeline.letters.mending import mending
from pipeline.letters.quality import quality
from pipeline.letters.sample import sample
from pipeline.letters.understood import understood
from pipeline.letters.waves import waves
from pipeline.letters.words import FEW, Words


def compose(case: Case, language: str, fallback: bool = False) -> Letter:
    """The letter in one language; `fallback`: whether it says that this is not the reader's own."""
    t, s = Words(language), case.submission
    parts = [understood] if s.state == "superseded" else [mending] if s.match is None else [understood, mending]
    parts = [*parts, understood] if s.match is None and understood not in parts else parts
    parts += [sample, waves, hidden, quality] if case.usable else []
    sections = [part(case, t) for part in (*parts, before, following)]
    intro = [t("privacy", n=FEW)] + ([t("in_english")] if fallback else [])
    subject = f"{s.export.member}, {s.export.wave}, {s.export.population}"
    names = {"id": s.id, "language": language, "direction": t.direction, "title": t("letter"), "subject": t.apart(subject)}
    return Letter(**names, state=s.state, verdict=t(f"verdict_{s.state}"), intro=tuple(intro), sections=tuple(sections))
