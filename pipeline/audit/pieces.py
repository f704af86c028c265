"""A quick way through plain pages: of their pieces, each from one "<" to the next, nearly all have been seen before."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from pipeline.audit.page import Page, Place, Reading
from pipeline.audit.tags import VOID, Tag, plain

HEAD = "!doctype html"
END = re.compile(r"/([a-z][a-z0-9]*)")
APART = {"script", "title"}  # no tag can stand in these
STRANGE = {"style", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"}  # left to the library
OUTSIDE = Place("")


class _NotPlainError(Exception):
    """There is more than one way to read it, or none."""


class _Piece(NamedTuple):
    """A tag and the text after it, empty if blank. place: the element it opens, where nothing holds around it."""

    ends: str
    tag: Tag | None
    place: Place | None
    text: str


def read_plain(html: str) -> Page | None:
    """The page, if all of it can be read in one way only: whole tags, plainly written, each ended in its turn."""
    try:
        return _read(html)
    except _NotPlainError:
        return None


def _read(html: str) -> Page:
    reading, pieces = Reading(), iter(html.split("<"))
    places, texts = reading.places, reading.page.text
    if next(pieces).strip():
        raise _NotPlainError
    for text in pieces:
        ends, tag, place, said = _piece(text)
        if ends:
            if places.pop().name != ends:
                raise _NotPlainError
        elif tag:
            if tag.name in APART:
                said = _apart(reading, tag, text, next(pieces, ""))
            else:
                if place:
                    places.append(place if places[-1].quiet else places[-1].within(tag))
                if tag.attributes or tag.links or tag.handlers:
                    reading.keep(tag)
        if said:
            if places[-1].quiet:
                texts.append(said)
            else:
                reading.say(said)
    return reading.page


@lru_cache(maxsize=2**16)
def _piece(text: str) -> _Piece:
    inside, whole, after = text.partition(">")
    if not whole:
        raise _NotPlainError
    said = unescape(after)
    said = said if said.strip() else ""
    if ended := END.fullmatch(inside):
        return _Piece(ended[1], None, None, said)
    if inside == HEAD:
        return _Piece("", None, None, said)
    if (tag := plain(inside)) is None or tag.name in STRANGE:
        raise _NotPlainError
    return _Piece("", tag, None if tag.name in VOID else OUTSIDE.within(tag), said)


def _apart(reading: Reading, tag: Tag, text: str, end: str) -> str:
    """Reads an element of which `text` is the start and `end` the end. Returns what is said after it."""
    ends, _, _, after = _piece(end)
    content = text.partition(">")[2]
    if ends != tag.name:
        raise _NotPlainError
    reading.open(tag)
    if tag.holds_json:
        reading.draw(content)
    elif tag.name == "script":
        reading.page.inline += bool(content.strip())
    elif content.strip():
        reading.say(unescape(content))
    reading.close(tag.name)
    return after
