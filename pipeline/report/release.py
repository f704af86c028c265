"""The files of a release, each read once, and what is chosen of them, whatever the language."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path

import polars as pl

from pipeline.errors import StageError

SHORT = 12  # digits of a hash that name an edition


class Release:
    """One release, opened for reading. kept: what `kept` functions chose of it; member: whose it is, empty for all."""

    member = ""

    def __init__(self, folder: Path):
        self.folder = folder
        self.kept: dict[tuple, object] = {}
        self._tables: dict[str, pl.DataFrame] = {}
        self._documents: dict[str, dict | list] = {}

    def table(self, name: str) -> pl.DataFrame:
        """Raises StageError where the release has no such table."""
        if name not in self._tables:
            path = self.folder / f"{name}.parquet"
            if not path.is_file():
                raise StageError(f"{path}: not there; another version of cips made this release. Make it anew with `cips run`.")
            self._tables[name] = pl.read_parquet(path)
        return self._tables[name]

    def document(self, name: str) -> dict | list:
        if name not in self._documents:
            self._documents[name] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return self._documents[name]

    @property
    def mark(self) -> str:
        """A hash of what it was made from."""
        return self.document("manifest")["fingerprint"]

    @property
    def edition(self) -> str:
        """The name that pages made from it are cited by."""
        return self.document("manifest")["release"]


def kept(choose: Callable) -> Callable:
    """Calls `choose(n, ...)` once for a report and what it is asked for, as each language asks for the same.

    n: a National. What is chosen must hang on nothing but the release and have no words; it is not to be changed.
    """

    @wraps(choose)
    def once(n, *asked):
        return _once(n.source.release, (choose, n.member, n.wave, *asked), partial(choose, n, *asked))

    return once


def kept_for_all(choose: Callable) -> Callable:
    """The same for `choose(source, ...)`: once for a release and what it is asked for."""

    @wraps(choose)
    def once(source, *asked):
        return _once(source.release, (choose, *asked), partial(choose, source, *asked))

    return once


def _once(release: Release, key: tuple, choose: Callable):
    if key not in release.kept:
        release.kept[key] = choose()
    return release.kept[key]
