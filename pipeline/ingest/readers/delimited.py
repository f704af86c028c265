"""CSV, whatever its encoding and separator."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest.limits import check_characters, check_columns
from pipeline.ingest.table import Cells, Vocabulary
from pipeline.ingest.text import key
from pipeline.limits import Limits

CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1256")  # Western, Central European, Cyrillic, Arabic
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
HEAD = 5  # rows in which the separator is looked for


def read(path: Path, content: bytes, vocabulary: Vocabulary, limits: Limits) -> Cells:
    text, encoding = decode(content, vocabulary.words)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    check_columns(text.split("\n", 1)[0].count(separator) + 1, limits)
    frame, lengths = _parsed(text, separator, limits)
    check_characters(frame, limits)
    return Cells(frame, f"CSV, {SEPARATORS[separator]}, {encoding}", lengths)


def _parsed(text: str, separator: str, limits: Limits) -> tuple[pl.DataFrame, list[int] | None]:
    """By the fast parser; where that can't (rows of several lengths, quotes gone wrong) by the patient one."""
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), has_header=False, infer_schema=False, separator=separator)
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return _patiently(text, separator, limits)
    return frame.rename({name: f"c{j}" for j, name in enumerate(frame.columns)}), None


def _patiently(text: str, separator: str, limits: Limits) -> tuple[pl.DataFrame, list[int]]:
    """Raises SubmissionError where the quotes are wrong."""
    csv.field_size_limit(max(limits.cell_characters, 131072) * 2)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise SubmissionError(f"it is no well-formed CSV ({error}); look for a quote that is not closed", "malformed") from None
    lengths = [len(row) for row in rows]
    width = max(lengths, default=0)
    check_columns(width, limits)
    columns = {f"c{j}": [row[j] if j < len(row) else None for row in rows] for j in range(width)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), lengths


def decode(content: bytes, words: frozenset[str] = frozenset()) -> tuple[str, str]:
    """Text and the name of its encoding: by BOM, strict UTF-8, else the Windows code page that makes most of `words`.

    The pages' order breaks ties; nothing is guessed from statistics.
    """
    boms = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    named = next((name for bom, name in boms.items() if content.startswith(bom)), None)
    found = _decoded(content, [named] if named else ["utf-8"])
    if not found and not named:
        found = _decoded(content, CODE_PAGES)
    if not found:
        raise SubmissionError(
            "its character encoding is neither UTF-8, UTF-16 nor a Windows code page; save it as CSV UTF-8",
            "encoding",
        )
    encoding = max(found, key=lambda name: _known_words(found[name], words)) if len(found) > 1 else next(iter(found))
    if "\0" in found[encoding]:
        raise SubmissionError("it holds NUL characters, so it is no text file; export it again as CSV in UTF-8")
    return found[encoding], encoding


def _decoded(content: bytes, encodings) -> dict[str, str]:
    """Encoding -> text, for those that fit every byte."""
    texts = {}
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            texts[encoding] = content.decode(encoding)
    return texts


def _known_words(text: str, words: frozenset[str]) -> int:
    """How many different cells are among `words`."""
    return sum(key(cell) in words for cell in set(re.split(r'[;,\t|\r\n"]+', text)))


def _separator(text: str) -> str:
    """The separator that most of the first lines hold equally often outside quotes; the more often, the better."""
    lines = [line for line in text[: 1 << 20].split("\n")[: 4 * HEAD] if line.strip()][:HEAD]
    outside = ["".join(part for i, part in enumerate(line.split('"')) if i % 2 == 0) for line in lines]

    def evidence(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in outside)
        return max(((lines, count) for count, lines in counts.items() if count), default=(0, 0))

    return max(SEPARATORS, key=evidence)
