"""Names that say nothing: "Member A", ... in an order that only the secret's holder can work out."""

from __future__ import annotations

import hashlib
import hmac
import json

MOST_DRAWS = 50


def pseudonyms(members: list[str], secret: bytes, *drawn_for: str) -> dict[str, str]:
    """Member -> "Member A", ..., drawn afresh for every `drawn_for` (release, recipient, population).

    Members are ordered by HMAC-SHA256 (RFC 2104) over `drawn_for` and the member,
    so two readers who lay their pages side by side can't match names by name.
    """
    shuffled = sorted(members, key=lambda member: _digest(secret, *drawn_for, member))
    return {member: f"Member {_letters(i)}" for i, member in enumerate(shuffled)}


def unlike(members: list[str], others: list[dict[str, str]], secret: bytes, *drawn_for: str) -> dict[str, str]:
    """As `pseudonyms`, drawn again where chance would give all members in common the names that they bear in one of `others`."""
    for attempt in range(MOST_DRAWS):
        names = pseudonyms(members, secret, *drawn_for, *([str(attempt)] if attempt else []))
        if not any(_alike(names, other) for other in others):
            break
    return names


def _alike(one: dict[str, str], other: dict[str, str]) -> bool:
    common = set(one) & set(other)
    return len(common) > 1 and all(one[member] == other[member] for member in common)


def _digest(secret: bytes, *parts: str) -> bytes:
    return hmac.new(secret, json.dumps(parts).encode(), hashlib.sha256).digest()


def _letters(index: int) -> str:
    return (_letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
