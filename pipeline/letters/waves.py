"""Which questions of a file can be set beside earlier waves, and which cannot, with why (see bridging.py)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.bridging import Link, links
from pipeline.ingest.submission import Submission
from pipeline.letters.case import Case, present, spans
from pipeline.letters.letter import Section, Table
from pipeline.letters.words import Words

REASONS = {("wording",): "changed_wording", ("scale",): "changed_scale", ("wording", "scale"): "changed_both"}


@dataclass(frozen=True)
class Beside:
    """A file beside one of an earlier wave: codes of this file's questions (dropped: of the other's), and links of
    factors and indices."""

    other: Submission
    same: list[str]
    by_rule: list[str]
    changed: dict[tuple[str, ...], list[str]]
    new: list[str]
    dropped: list[str]
    scores: list[Link]


def waves(case: Case, t: Words) -> Section:
    """A row per earlier wave; of the latest one with each questionnaire, which questions and why."""
    title = t("waves")
    if not case.earlier:
        return Section(title, lines=(t("no_earlier"),))
    found = [beside(case.submission, other) for other in case.earlier]
    heads = ("th_wave", "th_questionnaire", "th_same", "th_rule", "th_changed", "th_new", "th_dropped")
    table = Table(t("waves_table"), tuple(map(t, heads)), tuple(_row(b, t) for b in reversed(found)))
    latest = {b.other.instrument.instrument: b for b in found}
    lines = [line for b in reversed(list(latest.values())) for line in _lines(case, b, t)]
    return Section(title, (), (table,), (*lines, t("who_changed")))


def beside(here: Submission, there: Submission) -> Beside:
    """Questions count as asked where the file has a column for them."""
    mine, theirs = asked(here), asked(there)
    known = links(here.instrument, there.instrument)
    linked = {link.code: link for link in known if link.code in mine and link.other in theirs}
    changed: dict[tuple[str, ...], list[str]] = {}
    for code, link in linked.items():
        if link.bridge == "not_comparable":
            changed.setdefault(link.reason, []).append(code)
    return Beside(
        there,
        [code for code, link in linked.items() if link.bridge == "same"],
        [code for code, link in linked.items() if link.bridge in ("declared", "recoded")],
        changed,
        [code for code in mine if code not in linked],
        [code for code in asked(there) if code not in {link.other for link in linked.values()}],
        [link for link in known if link.kind in ("factor", "index")],
    )


def asked(s: Submission) -> list[str]:
    """The questions with figures of their own that the file has columns for, indirect ones (by their lists) too."""
    found = {i.code for i in present(s)}
    indirect = [q.code for q in s.instrument.indirect if found.issuperset(q.arms.values())]
    return [i.code for i in s.instrument.estimated if i.code in found] + indirect


def _row(b: Beside, t: Words) -> tuple[str, ...]:
    changed = sum(map(len, b.changed.values()))
    counts = (len(b.same), len(b.by_rule), changed, len(b.new), len(b.dropped))
    return b.other.export.wave, t.apart(b.other.instrument.instrument), *map(t.number, counts)


def _lines(case: Case, b: Beside, t: Words) -> list[str]:
    order = asked(case.submission)
    said = [("by_rule", b.by_rule)]
    said += [(REASONS[reason], codes) for reason, codes in sorted(b.changed.items())]
    lines = [t(name, codes=t.listed(spans(codes, order))) for name, codes in (*said, ("new", b.new)) if codes]
    lines += [t("dropped", codes=t.listed(spans(b.dropped, asked(b.other))))] if b.dropped else []
    total = len(case.instrument.factors) + len(case.instrument.indices)
    if total and lines:
        bridges = [link.bridge for link in b.scores]
        whole = sum(bridge not in ("anchored", "not_comparable") for bridge in bridges)
        lines.insert(0, t("factors", whole=whole, all=total, anchored=bridges.count("anchored")))
    return [t("against_wave", wave=b.other.export.wave), *lines] if lines else []
