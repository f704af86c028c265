"""Numbers as they are written: in texts, in JSON documents, in packed arrays."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache

import numpy as np

# A number that stands for itself, not part of a word, a code, a path or a date.
NUMBER = re.compile(r"(?<![\w./:#-])[-\u2212]?\d+(?:[,\u202f\u00a0]\d{3})*(?:\.\d+)?(?![\w/:]|[.-]\w)")
NESTED = frozenset([dict, list])

Number = tuple[float, int]  # and its decimals


@lru_cache(maxsize=2**14)  # charts and tables of a page, and its versions in other languages, repeat what they say
def numbers(text: str) -> tuple[Number, ...]:
    """The numbers in a text; thousands may be grouped."""
    plain = [re.sub("[,\u202f\u00a0]", "", found).replace("\u2212", "-") for found in NUMBER.findall(text)]
    return tuple((float(number), len(number.partition(".")[2])) for number in plain)


@lru_cache(maxsize=2**16)
def written(value: float) -> Number:
    """A number of a JSON document as it was written there."""
    text = repr(value)
    if "e" in text:
        text = f"{value:.12f}".rstrip("0")
    return float(value), 0 if text.endswith(".0") else len(text.partition(".")[2])


def typed_array(node: dict) -> list | None:
    """Plotly's arrays in base64: {"dtype": "f8", "bdata": "..."}."""
    if "bdata" not in node or "dtype" not in node:
        return None
    try:
        return np.frombuffer(base64.b64decode(node["bdata"]), np.dtype(node["dtype"]).newbyteorder("<")).tolist()
    except (binascii.Error, ValueError, TypeError):
        return None


def strings(document) -> list[str]:
    """The texts in a JSON document, but for keys and packed arrays."""
    found: list[str] = []
    _gather(document, found)
    return found


def _gather(node, found: list[str]) -> None:
    """A list that is handed down: generators within generators take five times as long."""
    if isinstance(node, str):
        found.append(node)
    elif isinstance(node, list) or (isinstance(node, dict) and typed_array(node) is None):
        for inner in node.values() if isinstance(node, dict) else node:
            _gather(inner, found)
