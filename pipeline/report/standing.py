"""The pages that stand: those of a member are taken over where they would come out the same."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pipeline.report.findings import FINDINGS, read_findings

RECORD = "pages.json"
OF_A_MEMBER = re.compile(r"(national|summary|workshop|items)/[^/]+\.html")


@dataclass(frozen=True)
class Pages:
    """What was made for one member.

    made_of: MemberRelease.mark; files: path below the folder of all pages -> hash of its bytes; findings: see findings.py.
    """

    made_of: str
    files: dict[str, str]
    findings: list[dict]


@dataclass(frozen=True)
class Standing:
    """The pages of members in `folder` that may be taken over."""

    folder: Path = Path()
    members: dict[str, Pages] = field(default_factory=dict)

    def take(self, member: str, made_of: str, out: Path) -> Pages | None:
        """Copies a member's pages into `out`; None, and nothing is copied, where they are of something else or not as they were written."""
        pages = self.members.get(member)
        if pages is None or pages.made_of != made_of:
            return None
        contents = {name: self._as_written(name, mark) for name, mark in pages.files.items()}
        if None in contents.values():
            return None
        for name, content in contents.items():
            put(out / name, content)
        return pages

    def _as_written(self, name: str, mark: str) -> bytes | None:
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return None
        return content if OF_A_MEMBER.fullmatch(name) and hashed(content) == mark else None


def read_standing(folder: Path | None, maker: str) -> Standing:
    """What stands in `folder` by its record; nothing where there is none, it is not whole, or another `maker` made the pages."""
    if folder is None:
        return Standing()
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if record["maker"] != maker:
            return Standing()
        told, said = read_findings(folder / FINDINGS), record["members"]
        found = {member: Pages(of["made_of"], dict(of["files"]), told.get(member, [])) for member, of in said.items()}
        return Standing(folder, {member: p for member, p in found.items() if _mark(p.findings) == said[member]["findings"]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Standing()


def write_record(folder: Path, maker: str, members: dict[str, Pages]) -> None:
    """What stands in `folder`, for read_standing."""
    said = {member: {"made_of": p.made_of, "files": p.files, "findings": _mark(p.findings)} for member, p in members.items()}
    text = json.dumps({"maker": maker, "members": said}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def hashed(content: bytes) -> str:
    return sha256(content).hexdigest()


def _mark(findings: list[dict]) -> str:
    return hashed(json.dumps(findings, sort_keys=True).encode())
