"""At home: the sums behind the figures that the standing release shows, signed, in one file."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline import __version__
from pipeline.bundle.contents import FORMAT, MANIFEST, MOMENTS, SIGNATURE, TABLE, Manifest, UnitFacts, instrument_hash
from pipeline.bundle.signing import load_key, public_text
from pipeline.errors import ConfigurationError
from pipeline.estimate.design import UNIT
from pipeline.estimate.indirect import RATE
from pipeline.estimate.moments import CELL
from pipeline.estimate.variance import totals
from pipeline.fingerprint import fingerprint
from pipeline.manifest import read_manifest
from pipeline.results import estimate_all
from pipeline.workspace import Workspace

SAME = 1e-9
EPOCH = (1980, 1, 1, 0, 0, 0)  # of the entries: when it was made is not part of a bundle


@dataclass(frozen=True)
class Exported:
    """What went into a bundle, what was left out and why, and the public key that it is signed with."""

    manifest: Manifest
    figures: int
    left_out: list[str]


def export(workspace: Workspace, member: str, file: Path) -> Exported:
    """Write one member's bundle to `file`.

    It holds what the release that stands shows of the member, and nothing beside
    it: that release has passed suppression, the comparison with earlier ones and
    the audit. Raises ConfigurationError where there is no such release, or it is
    not of what the store and the workspace hold now.
    """
    release = _check(workspace, member, file)
    units = pl.read_parquet(workspace.release / "units.parquet").filter(member=member)
    sent = units.filter(pl.col("status") == "published", pl.col("as_of").is_null())
    if sent.is_empty():
        raise ConfigurationError(
            f"{member}: the release shows no figure of it that could be sent.\n{_listed(units)}".rstrip()
        )
    table = _table(workspace, sent)
    key = load_key(workspace.signing_key)
    content = _parquet(table)
    manifest = Manifest(
        format=FORMAT,
        code_version=__version__,
        member=member,
        release=release,
        instruments=_hashes(workspace, sent),
        rules=workspace.rules,
        units=tuple(UnitFacts(**row) for row in sent.select(list(UnitFacts.model_fields)).iter_rows(named=True)),
        sha256=hashlib.sha256(content).hexdigest(),
        key=public_text(key),
    )
    signed = manifest.to_bytes()
    _write(file, {MANIFEST: signed, MOMENTS: content, SIGNATURE: key.sign(signed)})
    return Exported(manifest, table.height, _left_out(units))


def _check(workspace: Workspace, member: str, file: Path) -> str:
    """The name of the release that stands."""
    if member not in workspace.members:
        raise ConfigurationError(f"{member}: not in members.yaml, which has {', '.join(workspace.members)}.")
    if not file.parent.is_dir() or file.is_dir():
        raise ConfigurationError(f"{file}: no file can be written there. Name a file in a folder that exists.")
    if not workspace.store.is_file():
        raise ConfigurationError(f"{workspace.store}: no store yet; run `cips run` first.")
    manifest = read_manifest(workspace.release)
    if manifest is None or manifest["fingerprint"] != fingerprint(workspace):
        raise ConfigurationError(
            f"{workspace.release}: no release there of what the workspace holds now; run `cips run` first. "
            "A bundle holds what a release shows, and only that."
        )
    return manifest["release"]


def _table(workspace: Workspace, units: pl.DataFrame) -> pl.DataFrame:
    """TABLE: the sums of every cell that the release shows."""
    released = pl.read_parquet(workspace.release / "estimates.parquet").join(units, on=UNIT, how="semi")
    # a rate is made of more than one sum, which a bundle has no room for
    shown = released.filter(pl.col("status") != "suppressed", pl.col("indicator_kind") != RATE).select(*CELL, released="estimate", released_n="n")
    results = estimate_all(workspace)
    found = shown.join(totals(results.moments.cells), on=CELL, how="left").join(
        results.estimates.select(*CELL, "estimate", "variance", "df"), on=CELL, how="left"
    )
    same = (pl.col("n") == pl.col("released_n")) & ((pl.col("estimate") - pl.col("released")).abs() <= SAME)
    if not found.select(same.fill_null(False).all()).item():
        raise ConfigurationError(f"{workspace.store}: is not what the release was made of; run `cips run` again.")
    return found.select(pl.col(c).cast(kind) for c, kind in TABLE.items()).sort(CELL)


def _hashes(workspace: Workspace, units: pl.DataFrame) -> dict[str, str]:
    followed = set(units["instrument"])
    return {i.instrument: instrument_hash(i) for i in workspace.instruments if i.instrument in followed}


def _left_out(units: pl.DataFrame) -> list[str]:
    """A line for each unit of which nothing is in the bundle."""
    lines = []
    for row in units.filter((pl.col("status") != "published") | pl.col("as_of").is_not_null()).iter_rows(named=True):
        why = "too few respondents" if row["status"] != "published" else f"too few answers changed since {row['as_of']}"
        lines.append(f"left out     {row['wave']} {row['population']}: {why}")
    return lines


def _listed(units: pl.DataFrame) -> str:
    return "\n".join(_left_out(units))


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _write(file: Path, entries: dict[str, bytes]) -> None:
    """A zip of stored entries, whole or not at all."""
    building = file.with_name(f".{file.name}.building")
    with zipfile.ZipFile(building, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), entries[name])
    building.replace(file)
