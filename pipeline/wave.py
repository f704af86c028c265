"""What a wave is called, and when it was."""

from __future__ import annotations

import re
from datetime import date

WAVE = re.compile(r"\d{4}[a-z]?")


def middle(wave: str) -> date:
    """The day that stands for a wave of which only the year is known: 1 July; of 2024a, 2024b ... 1 April and a quarter later each."""
    letter = wave[4:]
    month = 7 if not letter else min(4 + 3 * (ord(letter) - ord("a")), 12)
    return date(int(wave[:4]), month, 1)
