"""When an indicator of two versions of a questionnaire may be set beside itself, and on what.

Items. The same concept and the same question (kind, codes, scores and sides after
polarity, and the wording of question and answers in every language that both
versions have, but for case, blanks and punctuation) are `same`. A changed question
is compared only where an instrument says how: `wording: equivalent` makes it
`declared`, a `recode` of the answers `recoded`; else it is `not_comparable`. A recode
compares the groups of answers that correspond; an answer that corresponds to none is
missing in both versions.

Factors and indices. With the same scored items in both versions they are as their
items are. Otherwise the scores are computed anew, in both versions, over the items
that both share: `anchored`, if these anchors are at least half of each version's
items and at least two; else `not_comparable`.
Source: Kolen and Brennan (2014), ch. 8, on anchor items.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.instrument import Bridge, Instrument, Item

ANCHOR_SHARE, FEWEST_ANCHORS = 0.5, 2
STRENGTH = ("same", "declared", "recoded")  # of what is compared as it was published, the strongest first
REASONS = ("wording", "scale", "items", "rule")


@dataclass(frozen=True)
class Group:
    """Answers that correspond: codes of this version, of the other; favourable: None where they are of both sides."""

    here: tuple[str, ...]
    there: tuple[str, ...]
    favourable: bool | None


@dataclass(frozen=True)
class Link:
    """How an indicator of one version (`code`) may be set beside one of another (`other`).

    bridge: same, declared, recoded, anchored or not_comparable; reason: what
    differs, of REASONS; scores: whether mean scores may be compared; groups: of a
    recoded item; left_out: its answers (here, there) that correspond to none;
    anchors: pairs of items (here, there) that a factor or index shares, of so many
    items and other_items; parts: the factors of an index that count.
    """

    kind: str
    code: str
    other: str
    concept: str
    bridge: str
    reason: tuple[str, ...] = ()
    scores: bool = True
    groups: tuple[Group, ...] = ()
    left_out: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    anchors: tuple[tuple[str, str], ...] = ()
    items: int = 0
    other_items: int = 0
    parts: tuple[str, ...] = ()
    note: str = ""

    @property
    def computed(self) -> bool:
        """Whether the figures compared are made for the comparison, not those that are published."""
        return self.bridge == "anchored" or (self.kind == "item" and self.bridge == "recoded")

    @property
    def sided(self) -> bool:
        """Whether every group of answers is on one side, so that favourable shares can be compared."""
        return bool(self.groups) and all(g.favourable is not None for g in self.groups)


def links(here: Instrument, there: Instrument) -> tuple[Link, ...]:
    """Every indicator of `here` that has a counterpart in `there`: items, factors, indices, rates."""
    items = {link.code: link for link in _item_links(here, there)}
    factors = {f.code: link for f in here.factors if (link := _factor_link(here, there, f.code, items))}
    indices = [link for x in here.indices if (link := _index_link(here, there, x.code, factors))]
    return (*items.values(), *factors.values(), *indices, *_rate_links(here, there))


def partner(here: Instrument, item: Item, there: Instrument) -> tuple[Item, Bridge | None, bool] | None:
    """(the other version's item, the bridge that says how, whether `there` says it); None where there is none."""
    known = {i.code: i for i in there.questions}
    if here.instrument == there.instrument:
        return item, None, False
    for bridge in item.bridge:
        if bridge.source == there.instrument:
            other = known[bridge.item] if bridge.item else _of_concept(there, item.concept)
            return other and (other, bridge, False)
    for other in there.questions:
        for bridge in other.bridge:
            if bridge.source == here.instrument and item.code == (
                bridge.item or getattr(_of_concept(here, other.concept), "code", None)
            ):
                return other, bridge, True
    other = _of_concept(there, item.concept)
    return other and (other, None, False)


def _of_concept(instrument: Instrument, concept: str | None) -> Item | None:
    return next((i for i in instrument.questions if concept and i.concept == concept), None)


def _item_links(here: Instrument, there: Instrument) -> Iterator[Link]:
    for item in here.estimated:
        if found := partner(here, item, there):
            yield _item_link(here, item, there, *found)


def _item_link(here: Instrument, item: Item, there: Instrument, other: Item, bridge, turned: bool) -> Link:
    names = {"kind": "item", "code": item.code, "other": other.code, "concept": item.concept or ""}
    declared, note = bool(bridge and bridge.wording), bridge.note if bridge else ""
    if bridge and bridge.recode:
        text = declared or same_words(item.text, other.text)
        return _recoded(names | {"note": note}, here, item, there, other, bridge, turned, text)
    scale = same_scale(here, item, there, other)
    # on another scale the answers' words differ as a matter of course
    wording = same_words(item.text, other.text) and (not scale or _same_labels(here, item, there, other))
    reason = tuple(name for name, same in (("wording", wording), ("scale", scale)) if not same)
    if not reason:
        return Link(**names, bridge="same")
    kind = "declared" if scale and declared else "not_comparable"
    return Link(**names, bridge=kind, reason=reason, note=note, scores=kind == "declared")


def _rate_links(here: Instrument, there: Instrument) -> Iterator[Link]:
    """Indirect questions, by kind and concept (or code): the same only if lists, chances and wording are."""
    for question in here.indirect:
        for other in there.indirect:
            if _asks_for(question) == _asks_for(other):
                same = {"wording": _same_texts(here, question, there, other), "scale": question.terms == other.terms}
                reason = tuple(name for name, alike in same.items() if not alike)
                names = {"kind": "rate", "code": question.code, "other": other.code, "concept": question.concept or ""}
                yield Link(**names, bridge="not_comparable" if reason else "same", reason=reason, scores=not reason)


def _asks_for(question) -> tuple:
    return question.kind, question.concept or question.code


def _same_texts(here: Instrument, question, there: Instrument, other) -> bool:
    """Whether question and items are worded alike; a statement more or less in a list is another list."""
    ours, theirs = ({i.code: i for i in instrument.items} for instrument in (here, there))
    pairs = zip(question.arms.values(), other.arms.values(), strict=True)
    return same_words(question.text, other.text) and all(same_words(ours[a].text, theirs[b].text) for a, b in pairs)


def _recoded(names: dict, here, item, there, other, bridge: Bridge, turned: bool, text: bool) -> Link:
    """A link by a recode, which maps the codes of the instrument it names to those of the one it stands in."""
    ours, theirs = ((there, other), (here, item)) if turned else ((here, item), (there, other))
    groups = [_group(ours, new, old) for old, new in correspondences(bridge.recode)]
    if turned:
        groups = [Group(g.there, g.here, g.favourable) for g in groups]
    sides = _left_out(here, item, [g.here for g in groups]), _left_out(there, other, [g.there for g in groups])
    scores = bool(bridge.scores) and all(i.scale_of(q).scored for i, q in (ours, theirs))
    link = Link(**names, bridge="recoded", reason=("scale",), scores=scores, groups=tuple(groups), left_out=sides)
    unsided = not any(ours[0].sides(ours[1]))
    figures = scores or link.sided or (unsided and any(len(g.here) == 1 for g in groups))
    if text and figures:
        return link
    return Link(**names, bridge="not_comparable", reason=("scale",) if text else ("wording", "scale"), scores=False)


def correspondences(recode: dict[str, tuple[str, ...]]) -> list[tuple[list[str], list[str]]]:
    """(old codes, new codes) of each group that a recode makes: codes that share a counterpart belong together."""
    found: list[tuple[list[str], list[str]]] = []
    for old, new in recode.items():
        touching = [g for g in found if set(g[1]) & set(new)]
        olds = [*(o for g in touching for o in g[0]), old]
        news = list(dict.fromkeys([*(n for g in touching for n in g[1]), *new]))
        found = [*(g for g in found if g not in touching), (olds, news)]
    return found


def _group(ours: tuple[Instrument, Item], new: list[str], old: list[str]) -> Group:
    """Sides are those of the version in which the recode stands."""
    favourable, unfavourable = ours[0].sides(ours[1])
    on_side = {code in favourable for code in new}
    known = bool(favourable or unfavourable) and len(on_side) == 1
    return Group(tuple(new), tuple(old), on_side.pop() if known else None)


def _left_out(instrument: Instrument, item: Item, grouped: list[tuple[str, ...]]) -> tuple[str, ...]:
    kept = {code for group in grouped for code in group}
    return tuple(c.code for c in instrument.scale_of(item).categories if c.code not in kept)


def same_scale(here: Instrument, item: Item, there: Instrument, other: Item) -> bool:
    """Whether two questions have the same kind, codes, scores and sides, polarity aligned."""
    return _scale(here, item) == _scale(there, other)


def _scale(instrument: Instrument, item: Item) -> tuple:
    scale = instrument.scale_of(item)
    scores = {c.code: instrument.score(item, c) for c in scale.categories}
    return scale.kind, scores, *(set(side) for side in instrument.sides(item))


def same_words(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two texts agree in every language that both have; texts without a common language can't be told to."""
    both = set(one) & set(other)
    if not both:
        return not (one and other)
    return all(_plain(one[language]) == _plain(other[language]) for language in both)


@lru_cache(1 << 14)  # every file of a questionnaire is set beside earlier ones
def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _same_labels(here: Instrument, item: Item, there: Instrument, other: Item) -> bool:
    theirs = {c.code: c.label for c in there.scale_of(other).categories}
    return all(same_words(c.label, theirs[c.code]) for c in here.scale_of(item).categories if c.code in theirs)


def scored_items(instrument: Instrument, factor: str) -> list[str]:
    """The items that a factor's score is made of."""
    return [i.code for i in instrument.coded_items() if i.factor == factor and instrument.scale_of(i).scored]


def _factor_link(here: Instrument, there: Instrument, factor: str, items: dict[str, Link]) -> Link | None:
    mine, theirs = scored_items(here, factor), scored_items(there, factor)
    if not mine or not theirs:
        return None
    matched = [items[code] for code in mine if code in items and items[code].other in theirs]
    shared = [link for link in matched if _is_anchor(link)]
    reason = {r for link in matched for r in link.reason}
    if len(matched) < max(len(mine), len(theirs)):
        reason.add("items")
    whole = len(shared) == len(mine) == len(theirs)
    return _of_parts("factor", factor, here, there, [tuple(shared), len(mine), len(theirs)], whole, reason)


def _is_anchor(link: Link) -> bool:
    """Whether an item's scores are those of the other version's item, on the same answers."""
    return link.bridge != "not_comparable" and link.scores and link.left_out == ((), ())


def _of_parts(kind: str, code: str, here, there, counted: list, whole: bool, reason: set, parts: tuple = ()) -> Link:
    """`counted`: the links of the parts that are shared (of a factor its items), items here, items there."""
    shared, mine, theirs = counted
    anchors = tuple(p for link in shared for p in (link.anchors or ((link.code, link.other),)))
    names = {"kind": kind, "code": code, "other": code, "concept": "", "anchors": anchors, "parts": parts}
    if here.score_needs != there.score_needs:
        whole, reason = False, reason | {"rule"}
    names |= {"items": mine, "other_items": theirs, "reason": tuple(r for r in REASONS if r in reason)}
    if whole:
        return Link(**names, bridge=max((link.bridge for link in shared), key=STRENGTH.index))
    enough = len(anchors) >= max(FEWEST_ANCHORS, ANCHOR_SHARE * mine, ANCHOR_SHARE * theirs)
    return Link(**names, bridge="anchored" if enough else "not_comparable")


def _index_link(here: Instrument, there: Instrument, code: str, factors: dict[str, Link]) -> Link | None:
    theirs = next((x for x in there.indices if x.code == code), None)
    mine = next(x for x in here.indices if x.code == code)
    if theirs is None:
        return None
    of = [[f for f in x.of if scored_items(i, f)] for x, i in ((mine, here), (theirs, there))]
    if not of[0] or not of[1]:
        return None
    linked = [factors[f] for f in of[0] if f in of[1]]
    shared = [link for link in linked if link.bridge != "not_comparable"]
    sizes = [sum(len(scored_items(i, f)) for f in known) for known, i in zip(of, (here, there), strict=True)]
    whole = len(shared) == len(of[0]) == len(of[1]) and all(link.bridge in STRENGTH for link in shared)
    reason = {r for link in linked for r in link.reason} | ({"items"} if set(of[0]) != set(of[1]) else set())
    return _of_parts("index", code, here, there, [shared, *sizes], whole, reason, tuple(x.code for x in shared))
