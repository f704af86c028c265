"""What a start tag says, and which tags are so plain that one look at their text is enough."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0", re.I
)
LINKS = {"src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href"}
ASIDE = "data-table"  # on an element: all in it is of this table of the release alone
UNSEEN = {"visually-hidden", "sr-only", "hidden"}  # names of classes that commonly hide
# Elements whose content is read as that of any other; what is common in tables, by how they end.
ORDINARY = {
    name: f"</{name}>"
    for name in (
        *("a", "b", "bdi", "br", "caption", "dd", "details", "div", "dl", "dt", "h2", "h3", "h4", "i", "li", "ol", "p"),
        *("section", "small", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
}
# No quotes but those around values, no references, nothing unusual: it can be read in one way only.
PLAIN = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z][a-z0-9-]*="[^"<>&]*")*)>')
ATTRIBUTE = re.compile(r' ([^ =]+)="([^"]*)"')


@dataclass(slots=True)
class Tag:
    """A start tag. attributes and links: (tag, name, value); handlers: (tag, name); aside: the table it names.

    hidden: whether the element is not drawn.
    """

    name: str
    hidden: bool
    suppressed: bool
    aside: str
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    handlers: list[tuple[str, str]] = field(default_factory=list)


def told(name: str, values: dict[str, str]) -> Tag:
    """The tag of an element with these attributes."""
    suppressed = "suppressed" in values.get("class", "").split()
    tag = Tag(name, _hides(name, values), suppressed, values.get(ASIDE, ""))
    for attribute, value in values.items():
        if attribute.startswith("on"):
            tag.handlers.append((name, attribute))
        elif attribute in LINKS:
            tag.links.append((name, attribute, value.strip()))
        else:
            tag.attributes.append((name, attribute, value))
    return tag


@lru_cache(maxsize=2**14)  # a page has thousands of tags, of which few differ
def plain(text: str) -> Tag | None:
    """The tag of such a text, if it is plain and that of an ordinary element."""
    found = PLAIN.fullmatch(text)
    return told(found[1], dict(ATTRIBUTE.findall(found[2]))) if found and found[1] in ORDINARY else None


def _hides(name: str, values: dict[str, str]) -> bool:
    named = not UNSEEN.isdisjoint(values.get("class", "").split())
    styled = bool(HIDDEN_STYLE.search(values.get("style", "")))
    return named or styled or "hidden" in values or name in ("template", "noscript")
