"""Reading a page as somebody who looks where eyes do not: attributes, comments, scripts, hidden parts."""

from __future__ import annotations

from html.parser import HTMLParser

from pipeline.audit.page import Page, Reading
from pipeline.audit.pieces import read_plain
from pipeline.audit.tags import told


def read_page(html: str) -> Page:
    """Takes a page apart. Broken markup is read as browsers do, as far as it goes."""
    return read_plain(html) or read_any(html)


def read_any(html: str) -> Page:
    """The same of any page, by the library, which takes five times as long."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.reading.page


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.reading, self.script = Reading(), None

    def handle_starttag(self, tag, attrs):
        opened = told(tag, {name: value or "" for name, value in attrs})
        if tag == "script":
            self.script = [] if opened.holds_json else None
        self.reading.open(opened)

    def handle_startendtag(self, tag, attrs):
        self.reading.keep(told(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if tag == "script" and self.script is not None:
            self.reading.draw("".join(self.script))
            self.script = None
        self.reading.close(tag)

    def handle_data(self, data):
        tag = self.reading.places[-1].name
        if self.script is not None:
            self.script.append(data)
        elif data.strip() and tag == "script":
            self.reading.page.inline += 1
        elif data.strip() and tag != "style":
            self.reading.say(data)

    def handle_comment(self, data):
        self.reading.part().comments.append(data)
