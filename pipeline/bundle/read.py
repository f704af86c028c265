"""Reads a bundle and checks all that can be checked without its answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.bundle.archive import read_entries, read_table
from pipeline.bundle.cells import check_cells
from pipeline.bundle.contents import FORMAT, MANIFEST, MOMENTS, SIGNATURE, Manifest, instrument_hash
from pipeline.bundle.signing import is_signed_by
from pipeline.errors import ConfigurationError
from pipeline.instrument import Instrument
from pipeline.workspace import Rules, Workspace
from pipeline.yamlfile import checked

AT_LEAST = ("minimum_respondents", "minimum_unit", "minimum_complement", "minimum_interval", "dominance_respondents")


@dataclass(frozen=True)
class Bundle:
    """One member's checked bundle. sha256: of the whole file."""

    manifest: Manifest
    table: pl.DataFrame
    sha256: str

    @property
    def units(self) -> dict[tuple, str]:
        """(member, wave, population) -> the name of the instrument it followed."""
        return {(self.manifest.member, u.wave, u.population): u.instrument for u in self.manifest.units}


def read_bundles(workspace: Workspace) -> list[Bundle]:
    """The workspace's bundles, each checked as on the day it was imported. Raises ConfigurationError."""
    found = []
    for file in workspace.bundle_files:
        bundle = read_bundle(workspace, file)
        if file.stem != bundle.manifest.member:
            raise ConfigurationError(
                f"{file}: is the bundle of {bundle.manifest.member}. Import it with `cips moments import`."
            )
        found.append(bundle)
    return found


def read_bundle(workspace: Workspace, file: Path) -> Bundle:
    """Check `file` and read it. Raises ConfigurationError that says what is wrong and how to mend it.

    The signature is checked before anything is believed that the bundle says of itself.
    """
    entries = read_entries(file)
    said = _document(file, entries[MANIFEST])
    _check_signature(workspace, file, said["member"], entries)
    manifest = checked(Manifest, said, f"{file}, {MANIFEST}")
    if hashlib.sha256(entries[MOMENTS]).hexdigest() != manifest.sha256:
        raise ConfigurationError(f"{file}: {MOMENTS} is not the table that was signed. Ask for the bundle again.")
    instruments = _instruments(workspace, file, manifest)
    _check_rules(file, manifest.rules, workspace.rules)
    _check_units(workspace, file, manifest, instruments)
    table = read_table(file, entries[MOMENTS])
    check_cells(file, table, manifest, instruments)
    return Bundle(manifest, table, hashlib.sha256(file.read_bytes()).hexdigest())


def _document(file: Path, content: bytes) -> dict:
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("member"), str):
        raise ConfigurationError(f"{file}: {MANIFEST} is none of a bundle. Ask for it again.")
    if said.get("format") != FORMAT:
        raise ConfigurationError(
            f"{file}: has the format {said.get('format')}; this version reads {FORMAT}. Both sides need the same version of cips."
        )
    return said


def _check_signature(workspace: Workspace, file: Path, member: str, entries: dict[str, bytes]) -> None:
    if member not in workspace.members:
        raise ConfigurationError(
            f"{file}: is of member {member!r}, which is not in members.yaml ({', '.join(workspace.members)})."
        )
    key = workspace.members[member].key
    if key is None:
        raise ConfigurationError(
            f"{file}: members.yaml has no key of {member}, so nobody can tell who signed this. "
            f"Ask {member} for its key by another way than the bundle came, and add under {member} in members.yaml: `key: ...`"
        )
    if not is_signed_by(key, entries[SIGNATURE], entries[MANIFEST]):
        raise ConfigurationError(
            f"{file}: not signed by {member}, or changed since; if {member} has a new key, put it in members.yaml."
        )


def _instruments(workspace: Workspace, file: Path, manifest: Manifest) -> dict[str, Instrument]:
    """The instruments that its units followed: known here, and the same."""
    here = {i.instrument: i for i in workspace.instruments}
    for name in sorted({u.instrument for u in manifest.units}):
        if name not in here:
            raise ConfigurationError(
                f"{file}: follows the instrument {name!r}, which is unknown here ({', '.join(here)}). Add its file to instruments/."
            )
        if manifest.instruments.get(name) != instrument_hash(here[name]):
            raise ConfigurationError(
                f"{file}: its instrument {name!r} has another content than the one here. Both sides need the same file; "
                "give a changed questionnaire another name."
            )
    return here


def _check_rules(file: Path, theirs: Rules, ours: Rules) -> None:
    """Rules of protection at home must be at least as strict as the ones here."""
    if ours.off:
        return
    looser = [name for name in AT_LEAST if getattr(theirs, name) < getattr(ours, name)]
    looser += ["dominance_share"] if theirs.dominance_share > ours.dominance_share else []
    if looser:
        name = looser[0]
        raise ConfigurationError(
            f"{file}: was protected by looser rules: {name} is {getattr(theirs, name):g} there and {getattr(ours, name):g} here. "
            "Ask for a bundle that is made with the rules of disclosure.yaml here."
        )


def _check_units(workspace: Workspace, file: Path, manifest: Manifest, instruments: dict[str, Instrument]) -> None:
    here = {(e.member, e.wave, e.population): e.name for e in workspace.inbox_files()[0]}
    seen = set()
    for unit in manifest.units:
        key, name = (manifest.member, unit.wave, unit.population), f"{unit.wave} {unit.population}"
        if key in here:
            raise ConfigurationError(
                f"{file}: {manifest.member} {name} is in the inbox as answers too (inbox/{here[key]}). Keep one of them."
            )
        if key in seen or instruments[unit.instrument].population != unit.population:
            raise ConfigurationError(f"{file}: {name} stands twice, or its instrument is for others. Ask for it again.")
        if unit.n < manifest.rules.minimum_unit and not manifest.rules.off:
            raise ConfigurationError(f"{file}: {name} has {unit.n} respondents, fewer than its own rules let be shown.")
        seen.add(key)
