"""When a wave was, as its label says it."""

from __future__ import annotations


def wave_time(wave: str) -> float:
    """The time of a wave in years: "2024" and "2024a" stand at the year's start, 2024.0.

    Each later letter stands halfway between the one before and the year's end ("2024b" is
    2024.5, "2024c" 2024.75), so that the order within a year holds, whatever other waves there are.
    """
    year, letter = int(wave[:4]), wave[4:] or "a"
    return year + 1 - 0.5 ** (ord(letter) - ord("a"))
