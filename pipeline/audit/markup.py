"""Reading a page as somebody who looks where eyes do not: attributes, comments, scripts, hidden parts."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

import numpy as np

from pipeline.audit.tags import ORDINARY, VOID, Tag, plain, told

# A number that stands for itself, not part of a word, a code, a path or a date.
NUMBER = re.compile(r"(?<![\w./:#-])[-\u2212]?\d+(?:[,\u202f\u00a0]\d{3})*(?:\.\d+)?(?![\w/:]|[.-]\w)")
WORDED = {
    "title",
    "alt",
    "content",
    "value",
    "placeholder",
    "summary",
    "style",
    "aria-label",
    "aria-description",
    "aria-valuetext",
    "aria-valuenow",
    "aria-valuemax",
    "aria-valuemin",
}
NESTED = frozenset([dict, list])

Number = tuple[float, int]  # and its decimals


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

    def words(self) -> str:
        """All text and attributes, and all texts in charts, each different one once, in a line of its own."""
        said = dict.fromkeys(self.text)
        for part in self.parts().values():
            said |= dict.fromkeys(part.comments)
            said |= dict.fromkeys(value for _, name, value in part.attributes if name not in ("class", "style", "id"))
            said |= dict.fromkeys(s for chart in part.charts for s in _strings(chart))
        return "\n".join(said)


def read_page(html: str) -> Page:
    """Takes a page apart. Broken markup is read as browsers do, as far as it goes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    """Takes plain tags by their text (see tags.py), and leaves to the library what has to be taken apart."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.page, self.script = Page(), None
        self.stack = [("", False, False, "")]  # open elements: name, hidden, suppressed, aside

    def updatepos(self, i, j):
        """Line numbers, which nobody asks for, are a tenth of the time."""
        return j

    def parse_starttag(self, i):
        end = self.rawdata.find(">", i) + 1
        tag = plain(self.rawdata[i:end])
        if tag is None:
            return super().parse_starttag(i)
        self._open(tag)
        return end

    def parse_endtag(self, i):
        expected = ORDINARY.get(self.stack[-1][0])
        if expected is None or not self.rawdata.startswith(expected, i):
            return super().parse_endtag(i)
        self.stack.pop()
        return i + len(expected)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "script":
            self.script = [] if "json" in values.get("type", "") else None
        self._open(told(tag, values))

    def handle_startendtag(self, tag, attrs):
        self._keep(told(tag, {name: value or "" for name, value in attrs}))

    def _open(self, tag: Tag) -> None:
        if tag.name not in VOID:
            _, hidden, suppressed, aside = self.stack[-1]
            self.stack.append((tag.name, hidden or tag.hidden, suppressed or tag.suppressed, aside or tag.aside))
        self._keep(tag)

    def _keep(self, tag: Tag) -> None:
        self.page.handlers += tag.handlers
        self.page.links += tag.links
        if tag.attributes:
            self._part().attributes += tag.attributes

    def _part(self) -> Page:
        """Where what is read now belongs."""
        aside = self.stack[-1][3]
        return self.page.aside.setdefault(aside, Page()) if aside else self.page

    def handle_endtag(self, tag):
        if tag == "script" and self.script is not None:
            self._chart("".join(self.script))
            self.script = None
        if self.stack[-1][0] == tag:
            self.stack.pop()
        elif any(open_tag == tag for open_tag, *_ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def _chart(self, text: str) -> None:
        try:
            self._part().charts.append(json.loads(text))
        except ValueError:
            self.page.unreadable += 1

    def handle_data(self, data):
        if self.script is not None:
            self.script.append(data)
            return
        tag, hidden, suppressed, _ = self.stack[-1]
        if not data.strip() or tag == "style":
            return
        if tag == "script":
            self.page.inline += 1
            return
        self.page.text.append(data)
        if hidden:
            self._part().hidden.append(data)
        if suppressed:
            self.page.suppressed.append(data)

    def handle_comment(self, data):
        self._part().comments.append(data)


@lru_cache(maxsize=2**14)  # charts and tables of a page, and its versions in other languages, repeat what they say
def numbers(text: str) -> tuple[Number, ...]:
    """The numbers in a text; thousands may be grouped."""
    plain = [re.sub("[,\u202f\u00a0]", "", found).replace("\u2212", "-") for found in NUMBER.findall(text)]
    return tuple((float(number), len(number.partition(".")[2])) for number in plain)


@lru_cache(maxsize=2**16)
def written(value: float) -> Number:
    """A number of a JSON document as it was written there."""
    text = repr(value)
    if "e" in text:
        text = f"{value:.12f}".rstrip("0")
    return float(value), 0 if text.endswith(".0") else len(text.partition(".")[2])


def leaves(document, skipped: frozenset = frozenset()) -> list[tuple[tuple, list]]:
    """Every list of plain values and every single value of a JSON document, with its path; not below `skipped` keys."""
    found: list[tuple[tuple, list]] = []
    _gather(document, skipped, (), found)
    return found


def _gather(node, skipped: frozenset, path: tuple, found: list[tuple[tuple, list]]) -> None:
    """Adds the leaves below a node. A list that is handed down: generators within generators take five times as long."""
    if isinstance(node, dict):
        array = typed_array(node)
        if array is not None:
            found.append((path, array))
            return
        for key, value in node.items():
            if key not in skipped:
                _gather(value, skipped, (*path, key), found)
    elif not isinstance(node, list):
        found.append((path, [node]))
    elif node and NESTED.isdisjoint(map(type, node)):
        found.append((path, node))
    else:
        for value in node:
            _gather(value, skipped, path, found)


def typed_array(node: dict) -> list | None:
    """Plotly's arrays in base64: {"dtype": "f8", "bdata": "..."}."""
    if "bdata" not in node or "dtype" not in node:
        return None
    try:
        return np.frombuffer(base64.b64decode(node["bdata"]), np.dtype(node["dtype"]).newbyteorder("<")).tolist()
    except (binascii.Error, ValueError, TypeError):
        return None


def _strings(document) -> Iterator[str]:
    for _, values in leaves(document):
        yield from (v for v in values if isinstance(v, str))
