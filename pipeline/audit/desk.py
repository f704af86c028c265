"""What lies on the attacker's desk: the release, the pages, older releases, what is public anyway."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from pipeline.audit.rates import turned_back
from pipeline.audit.relations import cells, relations
from pipeline.audit.tables import ABSENT, KEYS, UNIT, empty
from pipeline.errors import StageError

# Used for a rule that the manifest does not state.
SAFE = {
    "minimum_respondents": 10,
    "minimum_unit": 30,
    "minimum_complement": 3,
    "minimum_interval": 10,
    "breakdown_by": None,
    "minimum_peers": 5,
    "share_step": 1.0,
    "score_step": 1.0,
    "interval_step": 5.0,
}
ITEM = {
    "instrument": pl.String,
    "code": pl.String,
    "role": pl.String,
    "factor": pl.String,
    "item_concept": pl.String,
    "sensitive": pl.Boolean,
    "answer_kind": pl.String,
}


class Tables(Mapping[str, pl.DataFrame]):
    """All tables that a release may have, each read when it is first asked for: of an earlier release few are."""

    def __init__(self, folder: Path):
        self._folder, self._read = folder, {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._read:
            self._read[name] = _table(self._folder, name)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(KEYS)

    def __len__(self) -> int:
        return len(KEYS)


@dataclass(frozen=True)
class Desk:
    """One release, opened for an attack. Its tables always have all known columns."""

    release: Path
    reports: Path | None = None
    earlier: Sequence[Path] = ()
    public: Path | None = None
    given_rules: dict | None = None

    @cached_property
    def manifest(self) -> dict:
        return _document(self.release / "manifest.json")

    @cached_property
    def codebook(self) -> dict:
        return _document(self.release / "codebook.json")

    @cached_property
    def rules(self) -> dict:
        stated = self.manifest.get("rules", {}) if self.given_rules is None else self.given_rules
        return {**SAFE, **stated}

    @property
    def off(self) -> bool:
        """Whether the operator switched suppression off, for public data and method tests."""
        return self.rules["minimum_respondents"] == 1

    @cached_property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        return Tables(self.release)

    @cached_property
    def items(self) -> pl.DataFrame:
        """One row per instrument and question, asked directly or not, columns of ITEM."""
        rows = [
            (name, i["code"], i["role"], i["factor"], i["concept"] or "", i["sensitive"], i["kind"])
            for name, instrument in self.codebook["instruments"].items()
            for i in instrument["items"]
        ]
        rows += [
            (name, q["code"], "experience", None, q["concept"] or "", q["sensitive"], "single")
            for name, instrument in self.codebook["instruments"].items()
            for q in instrument.get("indirect", [])
        ]
        return pl.DataFrame(rows, ITEM, orient="row")

    @cached_property
    def units(self) -> pl.DataFrame:
        return self.tables["units"]

    @cached_property
    def estimates(self) -> pl.DataFrame:
        """The estimates with what the codebook and the units say of them, and `shown`, whether the figure can be seen."""
        return known(self.tables["estimates"], self)

    @cached_property
    def shown(self) -> pl.DataFrame:
        return self.estimates.filter("shown")

    @cached_property
    def cells(self) -> pl.DataFrame:
        """The bases, as `relations.cells` makes them."""
        return cells(self.estimates)

    @cached_property
    def relations(self) -> pl.DataFrame:
        """What adds up, as `relations.relations` makes it."""
        return relations(self.estimates, self.cells)


def known(estimates: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """Estimates of a release, or some of them, with ITEM columns, instrument, weighted and shown; rates turned back into answers (see rates.py)."""
    with_unit = turned_back(estimates.join(desk.units.select(*UNIT, "instrument", "weighted"), on=UNIT, how="left"), desk.codebook)
    with_item = with_unit.join(
        desk.items, left_on=["instrument", "indicator"], right_on=["instrument", "code"], how="left"
    )
    return with_item.with_columns(
        pl.col("weighted").fill_null(False),
        pl.col("sensitive").fill_null(False),
        shown=pl.col("status") != "suppressed",
    )


def read_estimates(folder: Path) -> pl.DataFrame:
    """The estimates of another release."""
    return _table(folder, "estimates")


def _table(folder: Path, name: str) -> pl.DataFrame:
    path = folder / f"{name}.parquet"
    if not path.exists():
        return empty(name)
    table = _read(path, pl.read_parquet)
    lacking = {c: t for c, t in empty(name).schema.items() if c not in table.columns}
    return table.with_columns(**{c: ABSENT.get(c, pl.lit(None, dtype=t)) for c, t in lacking.items()})


def _document(path: Path) -> dict:
    return _read(path, lambda p: json.loads(p.read_text(encoding="utf-8")))


def _read(path: Path, reader: Callable):
    try:
        return reader(path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise StageError(f"The release can't be audited: {path.name} can't be read ({error}). Make it anew.") from error
