"""The texts of a workbook, each written once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import polars as pl

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets may take for a formula's beginning
MOST_CHARACTERS = 32_767  # of a cell
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Strings:
    """Texts -> places, in the order of the alphabet, so that the same tables give the same bytes."""

    def __init__(self, columns: Iterable[pl.Series]):
        found = [c.drop_nulls().unique() for c in columns]
        every = pl.concat(found).unique().sort() if found else pl.Series([], dtype=pl.String)
        self.texts = every.filter(every != "")
        self._kind = pl.Enum(self.texts)
        self._numbers = pl.Series(range(len(self.texts)), dtype=pl.Int64).cast(pl.String)
        self._dangerous = self.texts.str.slice(0, 1).is_in(FORMULA)
        self._ends = cache(self._every_end)

    def places(self, column: pl.Series | pl.Expr) -> pl.Series | pl.Expr:
        """The place of each text, null where there is none. For a few thousand rows a cast costs less than to say of what kind."""
        return column.cast(self._kind, strict=False).to_physical()

    def ends(self, places: pl.Expr, style: int, quoted: int) -> pl.Expr:
        """What follows on a cell's name, by its text's place; null where there is none.

        quoted: the style of what could be taken for a formula: it is no formula, and marked as text.
        """
        return self._ends(style, quoted).gather(places)

    def _every_end(self, style: int, quoted: int) -> pl.Expr:
        look = pl.when(self._dangerous).then(pl.lit(str(quoted))).otherwise(pl.lit(str(style)))
        return pl.lit(pl.select(pl.concat_str(pl.lit('" s="'), look, pl.lit('" t="s"><v>'), self._numbers, pl.lit("</v></c>"))).to_series())

    def xml(self) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        count = len(self.texts)
        yield f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="{count}">'
        for text in self.texts:
            yield f'<si><t xml:space="preserve">{escaped(text)}</t></si>'
        yield "</sst>"


def escaped(text: str) -> str:
    """For XML; what XML can't hold as Office Open XML writes it (ECMA-376, 22.9.2.19, ST_Xstring)."""
    whole = _UNPRINTABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
