"""A release opened for reading, in a notebook or a script."""

from __future__ import annotations

import json
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    import polars as pl

DOCUMENTS = ("manifest", "codebook", "methods", "dictionary")


class Release:
    """One release. Its tables are polars frames, by name: `release.estimates`, or `release["estimates"]`.

    manifest, codebook, methods, dictionary: its documents. A table is read when it is first asked for.
    """

    def __init__(self, folder: str | Path):
        """Raises ConfigurationError where there is no release in `folder` (or in its folder `release`)."""
        given = Path(folder)
        self.folder = next((f for f in (given, given / "release") if (f / "manifest.json").is_file()), None)
        if self.folder is None:
            raise ConfigurationError(f"{given}: no release there (no manifest.json). `cips run` makes one in build/release.")
        self._read: dict[str, pl.DataFrame] = {}

    @cached_property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def __getitem__(self, name: str) -> pl.DataFrame:
        import polars as pl

        if name not in self.tables:
            raise KeyError(f"{name!r} is no table of this release; it has {', '.join(self.tables)}")
        if name not in self._read:
            self._read[name] = pl.read_parquet(self.folder / f"{name}.parquet")
        return self._read[name]

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in DOCUMENTS:
            return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *DOCUMENTS, *self.tables]

    def __repr__(self) -> str:
        counts = self.manifest["counts"]
        return f"<CIPS release {self.manifest['release']}: {counts['respondents']} respondents, tables {', '.join(self.tables)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the tables, how long each is, and what one of its rows is."""
        about = self.dictionary["tables"] if (self.folder / "dictionary.json").is_file() else {}
        rows = "".join(
            f"<tr><td><code>{escape(t)}</code></td><td>{self[t].height:,}</td><td>{escape(about.get(t, {}).get('title', ''))}</td></tr>"
            for t in self.tables
        )
        return f"<p>CIPS release <code>{self.manifest['release']}</code></p><table><tr><th>table</th><th>rows</th><th>holds</th></tr>{rows}</table>"
