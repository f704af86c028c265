"""How the answers were collected: on what, and in which language, where a member's tool keeps it."""

from __future__ import annotations

import zlib

import numpy as np

from pipeline.demo.world import Unit

TABLETS = 0.4  # of the respondents; the others answer online
SECOND_LANGUAGE = 0.35


def collected(unit: Unit, seed: int) -> dict[str, list[str]]:
    """Columns `mode` (three members of four) and `language` (five of eight), one entry per respondent.

    They go with no answer, so that no question may be found to depend on them. Drawn
    apart from the answers: whether a member has them changes nothing else.
    """
    name = f"{unit.member}{unit.wave}{unit.instrument.population}"
    rng, number = np.random.default_rng([seed, zlib.crc32(name.encode()), 1]), _number(unit.member)
    columns = {}
    if number % 4 != 3:
        columns["mode"] = np.where(rng.random(unit.size) < TABLETS, "tablet", "online").tolist()
    if number % 4 != 2 and number % 8 != 7:
        columns["language"] = np.where(rng.random(unit.size) < SECOND_LANGUAGE, "fr", "en").tolist()
    return columns


def _number(member: str) -> int:
    """Of a fictional member, from its code's last two letters: XAA is 0."""
    return (ord(member[1]) - ord("A")) * 26 + ord(member[2]) - ord("A")
