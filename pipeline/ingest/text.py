"""Words as keys: two spellings that a reader takes for one become equal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0640\ufeff]")
_WHOLE_NUMBER = re.compile(r"(-?\d+)[.,]0+")


@lru_cache(1 << 16)  # the same few words stand in every heading and answer
def key(text: str | None) -> str:
    """NFKC, case, spaces, apostrophes, tatweel, direction marks and digit sets don't matter.

    A whole number written with decimals ("4.0", as SPSS and Excel do) is that number.
    """
    if text is None:
        return ""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace("’", "'").casefold()
    plain = " ".join(plain.split())
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in plain)
    whole = _WHOLE_NUMBER.fullmatch(digits)
    return whole.group(1) if whole else digits
