"""What a page holds, and the places in which it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.audit.numerals import strings
from pipeline.audit.tags import VOID, Tag


@dataclass
class Page:
    """What a page holds. attributes: (tag, name, value); charts: parsed JSON; texts by where they stand.

    aside: what stands in elements that name a table of the release (see tags.ASIDE), by that name; of attributes, charts,
    comments and hidden texts it is there alone. The rest is of the whole page.
    """

    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    handlers: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    suppressed: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    charts: list = field(default_factory=list)
    unreadable: int = 0
    inline: int = 0
    aside: dict[str, Page] = field(default_factory=dict)

    def parts(self) -> dict[str, Page]:
        """The page without what stands aside, by the empty name, and each of the parts that do, by theirs."""
        return {"": self, **self.aside}

    def lines(self) -> list[str]:
        """All text and attributes, and all texts in charts, each different one once."""
        said = dict.fromkeys(self.text)
        for part in self.parts().values():
            said |= dict.fromkeys(part.comments)
            said |= dict.fromkeys(value for _, name, value in part.attributes if name not in ("class", "style", "id"))
            said |= dict.fromkeys(s for chart in part.charts for s in strings(chart))
        return list(said)


class Place(NamedTuple):
    """An open element, and what holds within it."""

    name: str
    hidden: bool = False
    suppressed: bool = False
    aside: str = ""
    quiet: bool = True  # whether nothing of this is so

    def within(self, tag: Tag) -> Place:
        """The element of a tag that stands here."""
        holds = (self.hidden or tag.hidden, self.suppressed or tag.suppressed, self.aside or tag.aside)
        return Place(tag.name, *holds, not any(holds))


class Reading:
    """A page as far as it is read, and the elements that are open there."""

    def __init__(self):
        self.page = Page()
        self.places = [Place("")]

    def open(self, tag: Tag) -> None:
        """A start tag."""
        if tag.name not in VOID:
            self.places.append(self.places[-1].within(tag))
        self.keep(tag)

    def keep(self, tag: Tag) -> None:
        """What a start tag says."""
        if tag.attributes:
            self.part().attributes += tag.attributes
        if tag.links or tag.handlers:
            self.page.links += tag.links
            self.page.handlers += tag.handlers

    def part(self) -> Page:
        """Where what is read now belongs."""
        aside = self.places[-1].aside
        return self.page.aside.setdefault(aside, Page()) if aside else self.page

    def close(self, name: str) -> None:
        """An end tag; one that ends nothing is passed over."""
        if any(place.name == name for place in self.places):
            while self.places.pop().name != name:
                pass

    def say(self, text: str) -> None:
        """A text that is not blank."""
        place = self.places[-1]
        self.page.text.append(text)
        if place.hidden:
            self.part().hidden.append(text)
        if place.suppressed:
            self.page.suppressed.append(text)

    def draw(self, chart: str) -> None:
        """The JSON of a chart."""
        try:
            self.part().charts.append(json.loads(chart))
        except ValueError:
            self.page.unreadable += 1
