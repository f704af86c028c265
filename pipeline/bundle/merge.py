"""In a run: what the bundles' sums amount to, in the columns that estimates of answers have."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.bundle.contents import TABLE, UnitFacts
from pipeline.bundle.read import Bundle
from pipeline.estimate.design import UNIT
from pipeline.estimate.estimates import completed
from pipeline.estimate.moments import CELL
from pipeline.estimate.variance import means_of, with_design_effects
from pipeline.instrument import Instrument


@dataclass(frozen=True)
class Imported:
    """What members that keep their answers at home gave: estimates (see estimate.estimates), and their units.

    units: (member, wave, population) -> instrument; facts: the same -> what the release says of it; files: -> the bundle's hash.
    """

    estimates: pl.DataFrame
    units: dict[tuple, Instrument]
    facts: dict[tuple, UnitFacts]
    files: dict[tuple, str]

    @property
    def respondents(self) -> int:
        return sum(facts.n for facts in self.facts.values())

    @property
    def unit_rows(self) -> pl.DataFrame:
        """UNIT and the columns of UnitFacts."""
        rows = [{**dict(zip(UNIT, unit, strict=True)), **facts.model_dump()} for unit, facts in self.facts.items()]
        return pl.DataFrame(rows, infer_schema_length=None)

    @property
    def inputs(self) -> list[dict]:
        """What the manifest says of them."""
        return [
            {**dict(zip(UNIT, u, strict=True)), "sha256": hash, "status": "bundle"} for u, hash in self.files.items()
        ]


def merged(bundles: list[Bundle], instruments: list[Instrument], own: pl.DataFrame) -> Imported:
    """The bundles together, as rows that can stand below `own`, the estimates of answers: no `key` is in both.

    Nothing is taken from a bundle but sums, variance and degrees of freedom:
    means, intervals and whether a figure is reliable are computed here, from the
    same formulas as for answers.
    """
    known = {i.instrument: i for i in instruments}
    units = {unit: known[name] for bundle in bundles for unit, name in bundle.units.items()}
    tables = [bundle.table for bundle in bundles] or [pl.DataFrame(schema=TABLE)]
    estimates = _estimates(pl.concat(tables).sort(CELL), units).with_columns(pl.col("key") + own.height)
    return Imported(
        estimates.select(pl.col(c).cast(kind) for c, kind in own.schema.items()),
        units,
        {(b.manifest.member, u.wave, u.population): u for b in bundles for u in b.manifest.units},
        {unit: bundle.sha256 for bundle in bundles for unit in bundle.units},
    )


def _estimates(sums: pl.DataFrame, units: dict[tuple, Instrument]) -> pl.DataFrame:
    means = means_of(sums).join(sums.select(*CELL, "variance", "df"), on=CELL, how="left", maintain_order="left")
    return completed(with_design_effects(means), units)
