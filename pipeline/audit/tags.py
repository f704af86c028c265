"""What a start tag says, and which tags are so plain that one look at their text is enough."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0", re.I
)
LINKS = {"src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href"}
ASIDE = "data-table"  # on an element: all in it is of this table of the release alone
UNSEEN = {"visually-hidden", "sr-only", "hidden"}  # names of classes that commonly hide
# No quotes but those around values, no references but whole ones, nothing unusual: it can be read in one way only.
VALUE = r"(?:[^\"<>&]|&(?:amp|lt|gt|quot|#\d{2,5});)*"
PLAIN = re.compile(rf'([a-z][a-z0-9]*)((?: [a-z][a-z0-9-]*(?:="{VALUE}")?)*)')
ATTRIBUTE = re.compile(r' ([^ =]+)(?:="([^"]*)")?')


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

    @property
    def holds_json(self) -> bool:
        """Whether it is a script that is no program."""
        return self.name == "script" and any(name == "type" and "json" in value for _, name, value in self.attributes)


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


@lru_cache(maxsize=2**14)  # many texts stand after the same few tags
def plain(text: str) -> Tag | None:
    """The tag of what stands between angle brackets, if it is plain."""
    found = PLAIN.fullmatch(text)
    return told(found[1], {name: unescape(value) for name, value in ATTRIBUTE.findall(found[2])}) if found else None


def _hides(name: str, values: dict[str, str]) -> bool:
    named = not UNSEEN.isdisjoint(values.get("class", "").split())
    styled = bool(HIDDEN_STYLE.search(values.get("style", "")))
    return named or styled or "hidden" in values or name in ("template", "noscript")
