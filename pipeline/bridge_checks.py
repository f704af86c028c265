"""Whether what questionnaires say of each other is true: bridges name versions, questions and answers that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.instrument import Bridge, Instrument, Item

ONE_ANSWER = ("likert", "single")


def bridge_faults(instruments: list[Instrument]) -> Iterator[str]:
    """A line for each bridge that leads nowhere: what, where, and how to mend it."""
    known = {i.instrument: i for i in instruments}
    for instrument in instruments:
        led: dict[tuple[str, str], str] = {}
        for item in instrument.items:
            for bridge in item.bridge:
                where = f"instrument {instrument.instrument!r}, item {item.code}, bridge"
                if fault := _fault(instrument, item, bridge, known) or _twice(instrument, item, bridge, known, led):
                    yield f"{where}: {fault}"


def _fault(instrument: Instrument, item: Item, bridge: Bridge, known: dict[str, Instrument]) -> str:
    there = known.get(bridge.source)
    if there is None:
        return f"from names {bridge.source!r}, which is none of the instruments ({', '.join(known)})."
    if there.instrument == instrument.instrument:
        return "from names the instrument itself; name the version that asked it otherwise."
    if there.population != instrument.population:
        return (
            f"{there.instrument} is for {there.population!r}, this one for {instrument.population!r}; "
            "a bridge is for versions of one population, others are compared by concept."
        )
    if item.code not in {i.code for i in instrument.questions}:
        return "this item is no question that gets figures; take the bridge away."
    other = _other(there, item, bridge)
    if other is None:
        return _unknown(there, item, bridge)
    return _recode_fault(instrument, item, there, other, bridge)


def _other(there: Instrument, item: Item, bridge: Bridge) -> Item | None:
    if bridge.item:
        return next((i for i in there.questions if i.code == bridge.item), None)
    return next((i for i in there.questions if item.concept and i.concept == item.concept), None)


def _unknown(there: Instrument, item: Item, bridge: Bridge) -> str:
    if bridge.item:
        return f"{there.instrument} has no question {bridge.item!r} ({', '.join(i.code for i in there.questions)})."
    return f"{there.instrument} has no question with the concept {item.concept!r}; say which: `item: CODE`."


def _recode_fault(instrument: Instrument, item: Item, there: Instrument, other: Item, bridge: Bridge) -> str:
    if not bridge.recode:
        return ""
    for side, question in ((instrument, item), (there, other)):
        if side.scale_of(question).kind not in ONE_ANSWER:
            return f"recode is for questions with one answer; {side.instrument} {question.code} is none."
    ours, theirs = ({c.code for c in i.scale_of(q).categories} for i, q in ((instrument, item), (there, other)))
    for old, new in bridge.recode.items():
        if old not in theirs:
            place = f"{there.instrument} {other.code} ({_listed(theirs)})"
            return f"recode: {old!r} is no answer of {place}; old codes stand left."
        for code in new:
            if code not in ours:
                return f"recode: {code!r} is no answer of this item ({_listed(ours)}); new codes stand right."
    return ""


def _listed(codes: set[str]) -> str:
    return ", ".join(sorted(codes))


def _twice(instrument: Instrument, item: Item, bridge: Bridge, known: dict, led: dict[tuple[str, str], str]) -> str:
    """What leads to one question must be one question, and one version must say how."""
    other = _other(known[bridge.source], item, bridge)
    place = f"{bridge.source} {other.code}"
    if any(back.source == instrument.instrument for back in other.bridge):
        return f"{place} has a bridge back; keep one of them, as a rule that of the newer version."
    if before := led.get((bridge.source, other.code)):
        return f"item {before} leads to {place} too; only one can continue it."
    led[bridge.source, other.code] = item.code
    heir = next((i for i in instrument.questions if other.concept and i.concept == other.concept), item)
    if heir.code != item.code:
        return f"{place} has the concept {other.concept!r}, and so has item {heir.code}; only one can continue it."
    return ""
