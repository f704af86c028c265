"""Names, waves, dates and sizes of members on pages that are to show them under pseudonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.numerals import numbers

ISO_DATE = re.compile(r"(?<!\d)\d{4}-[01]\d-[0-3]\d(?!\d)")
LARGE = 100  # up to this a number may be a percentage


class Pseudonymed:
    """What must not be read on such pages."""

    def __init__(self, desk: Desk):
        self.instruments = list(desk.codebook["instruments"])
        self.codes, self.names = {}, {}
        for code, member in sorted(desk.codebook["members"].items()):
            if member["sharing"] != "named":
                self.codes[code] = re.compile(rf"(?<![\w]){re.escape(code)}(?![\w])")
                self.names[code] = {n: _apart(n) for n in sorted(set(member["name"].values()))}
        self.waves = {w: re.compile(rf"(?<![\w-]){re.escape(w)}(?![\w-])") for w in sorted(desk.units["wave"].unique())}
        self.harmless: set[str] = set()  # lines of pages that say nothing of any member; others repeat them
        self.sizes = set(desk.units.filter(pl.col("n") > LARGE)["n"].to_list())

    def named(self, lines: list[str], where: str, recipient: str) -> Iterator[Finding]:
        """lines: all that can be read on the page; recipient: whose page it is, and who may be named there."""
        unread = [line for line in lines if line not in self.harmless]
        found = list(self._in(self._without_instruments("\n".join(unread)), where, recipient))
        if not found:
            self.harmless.update(line for line in unread if not self._names(recipient, self._without_instruments(line)))
        yield from found

    def _without_instruments(self, words: str) -> str:
        """The questionnaires' names stand on every page."""
        for instrument in self.instruments:
            words = words.replace(instrument, " ")
        return words

    def _in(self, words: str, where: str, recipient: str) -> Iterator[Finding]:
        for code in self.codes:
            if code != recipient and (found := self._names(code, words)):
                yield Finding("page-name", where, f"names the member {listed(found)}, which is under a pseudonym here")
        if waves := [wave for wave, apart in self.waves.items() if apart.search(words)]:
            yield Finding("page-wave", where, f"says {listed(waves)}: which waves there were is publicly known")
        if dates := sorted(set(ISO_DATE.findall(words))):
            yield Finding("page-date", where, f"says {listed(dates)}: when a member asked is publicly known")
        if shown := sorted({int(v) for v, d in numbers(words) if d == 0 and v in self.sizes}):
            yield Finding("page-size", where, f"says {listed(shown)}, the number of respondents of a member")

    def _names(self, code: str, words: str) -> list[str]:
        if code not in self.codes:
            return []
        codes = [code] if self.codes[code].search(words) else []
        return codes + [name for name, apart in self.names[code].items() if apart.search(words)]


def _apart(name: str) -> re.Pattern:
    """A name that is no part of a longer word, in capitals or not."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.I)
