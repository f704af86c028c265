"""What a wave is called, and when it was."""

from __future__ import annotations

import re
from datetime import date

WAVE = re.compile(r"\d{4}[a-z]?")


def wave_time(wave: str) -> float:
    """The time of a wave in years: "2024" and "2024a" stand at the year's start, 2024.0.

    Each later letter stands halfway between the one before and the year's end ("2024b" is
    2024.5, "2024c" 2024.75), so that the order within a year holds, whatever other waves there are.
    """
    year, letter = int(wave[:4]), wave[4:] or "a"
    return year + 1 - 0.5 ** (ord(letter) - ord("a"))


def middle(wave: str) -> date:
    """The day that stands for a wave of which only the year is known: 1 July; of 2024a, 2024b ... 1 April and a quarter later each."""
    letter = wave[4:]
    month = 7 if not letter else min(4 + 3 * (ord(letter) - ord("a")), 12)
    return date(int(wave[:4]), month, 1)
