"""What a bundle holds: three files, the columns of its table, the keys of its manifest."""

from __future__ import annotations

import hashlib
import json

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from pipeline.estimate.moments import CELL
from pipeline.instrument import Instrument
from pipeline.workspace import Rules

FORMAT = 1
MOMENTS, MANIFEST, SIGNATURE = "moments.parquet", "manifest.json", "signature"
NAMES = (MANIFEST, MOMENTS, SIGNATURE)
# Sums over everybody in a cell (y counted from `centre`), its design-based variance and degrees of freedom.
# All of them add up over members, which are independent samples; nothing else is made at home.
TABLE = {
    **dict.fromkeys(CELL, pl.String),
    "n": pl.Int64,
    **dict.fromkeys(["sw", "swy", "sw2", "swy2", "ny", "centre", "variance", "df"], pl.Float64),
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitFacts(_Part):
    """One wave and population: what the release's table `units` says of it."""

    wave: str = Field(pattern=r"^\d{4}[a-z]?$")
    population: str
    instrument: str
    n: int = Field(ge=1)
    weighted: bool
    weighting: str | None = None
    margins: str | None = None
    population_size: float | None = None
    margin_difference: float | None = None
    cap: float | None = None
    capped: int | None = None
    margin_missed: float | None = None
    largest_weight: float | None = None
    weighting_effect: float | None = None


class Manifest(_Part):
    """What the signature stands for. instruments: name -> `instrument_hash`; sha256: of moments.parquet; key: the signer's."""

    format: int
    code_version: str
    member: str
    release: str
    instruments: dict[str, str]
    rules: Rules
    units: tuple[UnitFacts, ...] = Field(min_length=1)
    sha256: str
    key: str

    def to_bytes(self) -> bytes:
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
        return (text + "\n").encode()


def instrument_hash(instrument: Instrument) -> str:
    """A questionnaire's content: the same wherever its file lies and however it is laid out."""
    content = json.dumps(instrument.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
