"""Reading a page as somebody who looks where eyes do not: attributes, comments, scripts, hidden parts."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0", re.I
)
# A number that stands for itself, not part of a word, a code, a path or a date.
NUMBER = re.compile(r"(?<![\w./:#-])[-\u2212]?\d+(?:[,\u202f\u00a0]\d{3})*(?:\.\d+)?(?![\w/:]|[.-]\w)")
LINKS = {"src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href"}
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
ASIDE = "data-table"  # on an element: all in it is of this table of the release alone
UNSEEN = {"visually-hidden", "sr-only", "hidden"}  # names of classes that commonly hide


@dataclass
class Page:
    """What a page holds. attributes: (tag, name, value); charts: parsed JSON; texts by where they stand.

    aside: what stands in elements that name a table of the release (ASIDE), by that name; of attributes, charts,
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

    def parts(self) -> list[Page]:
        """The page without what stands aside, and each of the parts that do."""
        return [self, *self.aside.values()]

    def words(self) -> str:
        """All text and attributes, and all texts in charts, as one string."""
        strings = [s for part in self.parts() for chart in part.charts for s in _strings(chart)]
        attributes = [a for part in self.parts() for a in part.attributes]
        values = [value for _, name, value in attributes if name not in ("class", "style", "id")]
        comments = [c for part in self.parts() for c in part.comments]
        return "\n".join([*self.text, *comments, *values, *strings])


def read_page(html: str) -> Page:
    """Takes a page apart. Broken markup is read as browsers do, as far as it goes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.page, self.stack, self.script = Page(), [], None

    def updatepos(self, i, j):
        """Line numbers, which nobody asks for, are a tenth of the time."""
        return j

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "script":
            self.script = [] if "json" in values.get("type", "") else None
        if tag in VOID:
            self._attributes(tag, values)
            return
        hidden, above = _hides(tag, values), self._above()
        suppressed = "suppressed" in values.get("class", "").split()
        self.stack.append((tag, hidden or above[1], suppressed or above[2], above[3] or values.get(ASIDE, "")))
        self._attributes(tag, values)

    def _above(self) -> tuple[str, bool, bool, str]:
        return self.stack[-1] if self.stack else ("", False, False, "")

    def _part(self) -> Page:
        """Where what is read now belongs."""
        aside = self._above()[3]
        return self.page.aside.setdefault(aside, Page()) if aside else self.page

    def handle_startendtag(self, tag, attrs):
        self._attributes(tag, {name: value or "" for name, value in attrs})

    def _attributes(self, tag: str, values: dict[str, str]) -> None:
        for name, value in values.items():
            if name.startswith("on"):
                self.page.handlers.append((tag, name))
            elif name in LINKS:
                self.page.links.append((tag, name, value.strip()))
            else:
                self._part().attributes.append((tag, name, value))

    def handle_endtag(self, tag):
        if tag == "script" and self.script is not None:
            self._chart("".join(self.script))
            self.script = None
        if self.stack and self.stack[-1][0] == tag:
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
        tag, hidden, suppressed, _ = self._above()
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


def _hides(tag: str, values: dict[str, str]) -> bool:
    """Whether an element is not drawn."""
    named = not UNSEEN.isdisjoint(values.get("class", "").split())
    styled = bool(HIDDEN_STYLE.search(values.get("style", "")))
    return named or styled or "hidden" in values or tag in ("template", "noscript")


def numbers(text: str) -> Iterator[tuple[float, int]]:
    """The numbers in a text and their decimals; thousands may be grouped."""
    for found in NUMBER.findall(text):
        plain = re.sub("[,\u202f\u00a0]", "", found).replace("\u2212", "-")
        yield float(plain), len(plain.partition(".")[2])


def decimals(value: float) -> int:
    """How many decimals a number was written with."""
    text = repr(value)
    if "e" in text:
        text = f"{value:.12f}".rstrip("0")
    return 0 if text.endswith(".0") else len(text.partition(".")[2])


def leaves(node, skipped: frozenset = frozenset(), path: tuple = ()) -> Iterator[tuple[tuple, list]]:
    """Every list of plain values and every single value of a JSON document, with its path; not below `skipped` keys."""
    if isinstance(node, dict):
        array = typed_array(node)
        if array is not None:
            yield path, array
            return
        for key, value in node.items():
            if key not in skipped:
                yield from leaves(value, skipped, (*path, key))
    elif isinstance(node, list) and node and not any(isinstance(v, dict | list) for v in node):
        yield path, node
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, skipped, path)
    else:
        yield path, [node]


def typed_array(node: dict) -> list | None:
    """Plotly's arrays in base64: {"dtype": "f8", "bdata": "..."}."""
    if not {"dtype", "bdata"} <= set(node):
        return None
    try:
        return np.frombuffer(base64.b64decode(node["bdata"]), np.dtype(node["dtype"]).newbyteorder("<")).tolist()
    except (binascii.Error, ValueError, TypeError):
        return None


def _strings(node) -> Iterator[str]:
    for _, values in leaves(node):
        yield from (v for v in values if isinstance(v, str))
