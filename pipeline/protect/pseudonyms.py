"""Names that say nothing: "Member A", ... in an order that only the secret's holder can work out."""

from __future__ import annotations

import hashlib
import hmac
import json


def pseudonyms(members: list[str], secret: bytes, *drawn_for: str) -> dict[str, str]:
    """Member -> "Member A", ..., drawn afresh for every `drawn_for` (release, recipient, population).

    Members are ordered by HMAC-SHA256 (RFC 2104) over `drawn_for` and the member,
    so two readers who lay their pages side by side can't match names by name.
    """
    shuffled = sorted(members, key=lambda member: _digest(secret, *drawn_for, member))
    return {member: f"Member {_letters(i)}" for i, member in enumerate(shuffled)}


def _digest(secret: bytes, *parts: str) -> bytes:
    return hmac.new(secret, json.dumps(parts).encode(), hashlib.sha256).digest()


def _letters(index: int) -> str:
    return (_letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
