"""A member's own reports in a coarser tier, in a folder of their own that can be handed on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl

from pipeline.audit import audit
from pipeline.errors import ConfigurationError, StageError
from pipeline.manifest import read_manifest
from pipeline.protect.tiers import TIERS, Tier, tier_of
from pipeline.release import beside, put_in_place, write_release
from pipeline.report import render_reports
from pipeline.workspace import Workspace

MOST_LISTED = 5


def hand_out(workspace: Workspace, member: str, name: str) -> Path:
    """Make the reports of one member in the tier `name`, audit them, and put them in place; returns their index.

    Raises ConfigurationError for a member or tier that there is not, StageError where the audit finds something.
    """
    manifest = read_manifest(workspace.release)
    if manifest is None:
        raise ConfigurationError(f"{workspace.release}: no release there yet; run `cips run` first.")
    if name not in TIERS:
        raise ConfigurationError(f"{name}: no tier. There are {', '.join(TIERS)}; the reports that a run makes are the internal one.")
    tables = {path.stem: pl.read_parquet(path) for path in sorted(workspace.release.glob("*.parquet"))}
    members = tables["units"]["member"].unique().sort().to_list()
    if member not in members:
        raise ConfigurationError(f"{member}: no member of this release. It has {', '.join(members)}.")
    folder = workspace.out / name / member
    release, pages = beside(folder) / "release", beside(folder) / "reports"
    _write(release, tables, manifest, workspace.release, member, TIERS[name])
    render_reports(release, pages)
    found = audit(release, pages)
    if found:
        shutil.rmtree(beside(folder))
        listed = "\n".join(f"- {finding}" for finding in found[:MOST_LISTED])
        raise StageError(f"the audit worked out what must not be known; nothing was handed out.\n{listed}")
    put_in_place(folder)
    return folder / "reports" / "index.html"


def _write(folder: Path, tables: dict, manifest: dict, source: Path, member: str, tier: Tier) -> None:
    documents = {name: json.loads((source / f"{name}.json").read_text(encoding="utf-8")) for name in ("codebook", "methods")}
    made = tier_of(tables, documents["codebook"], member, tier)
    documents["codebook"] = _own(documents["codebook"], made["units"], member)
    documents["manifest"] = _manifest(manifest, made["units"], member, tier)
    write_release(folder, made, documents)


def _own(codebook: dict, units: pl.DataFrame, member: str) -> dict:
    """What the member's own questionnaires and initiatives say; no other member is named."""
    followed = set(units["instrument"])
    return {
        "instruments": {name: i for name, i in codebook["instruments"].items() if name in followed},
        "members": {member: codebook["members"][member]},
        "initiatives": [i for i in codebook["initiatives"] if i["member"] == member],
    }


def _manifest(manifest: dict, units: pl.DataFrame, member: str, tier: Tier) -> dict:
    """The release's, as far as it is of this member, with the tier and what its reports leave out."""
    return manifest | {
        "since": None,
        "tier": tier.name,
        "left_out": list(tier.left_out),
        "instruments": sorted(set(units["instrument"])),
        "inputs": [i for i in manifest["inputs"] if i["member"] == member],
        "counts": {"respondents": int(units["n"].sum())},
        "protection": {},
    }
