"""The texts of a workbook, each written once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
        self.numbers = pl.Series(range(len(self.texts)), dtype=pl.Int64)
        self.dangerous = self.texts.str.slice(0, 1).is_in(FORMULA)

    def places(self, column: pl.Series) -> tuple[pl.Series, pl.Series]:
        """(place of each text, null where there is none; whether a formula could be made of it)."""
        place = column.replace_strict(self.texts, self.numbers, default=None, return_dtype=pl.Int64)
        return place, column.replace_strict(self.texts, self.dangerous, default=False, return_dtype=pl.Boolean)

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
