"""Finds and loads what a run reads. Where it lies is decided in paths.py."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.context.figure import Figure
from pipeline.context.read import read_context
from pipeline.context.rules import ContextRules
from pipeline.csvfile import fault, is_number, read_csv
from pipeline.errors import ConfigurationError
from pipeline.inbox import Export, Misplaced, files_in
from pipeline.instrument import Instrument, load_instruments
from pipeline.limits import WHERE as LIMITS
from pipeline.limits import Limits
from pipeline.paths import Paths
from pipeline.programme import Initiative, Target, read_initiatives, read_targets
from pipeline.secret import read_secret
from pipeline.yamlfile import checked, read_yaml

MEMBER = re.compile(r"[A-Z0-9][A-Za-z0-9_-]{0,15}")  # it names folders and pages
PUBLIC_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")  # 32 bytes in base64
FRAME_COLUMNS = ("member", "wave", "population", "margin", "category", "count")


class Member(BaseModel):
    """A member administration and how its results may be shown to others.

    language: in which it gets its letters (see pipeline/letters); left out, the language of each file.
    key: what the bundles that it sends are signed with (see pipeline/bundle): the public half, as `cips moments export` prints it.
    """

    model_config = ConfigDict(extra="forbid")
    name: dict[str, str] = Field(default_factory=dict)
    region: str | None = None
    sharing: str = Field(default="anonymised", pattern="^(none|anonymised|named)$")
    language: str | None = None
    key: str | None = None

    @field_validator("key")
    @classmethod
    def _key_is_one(cls, key: str | None) -> str | None:
        if key is not None and not PUBLIC_KEY.fullmatch(key):
            raise ValueError("is no public key; it is the line that `cips moments export` prints, 44 characters long")
        return key


class Rules(BaseModel):
    """Disclosure rules (disclosure.yaml); the defaults are the safe ones. docs/disclosure.md has their sources.

    minimum_respondents: fewest respondents under a published figure; 1 switches suppression off.
    minimum_unit: fewest respondents of a member, wave and population.
    minimum_complement: fewest respondents who gave another answer to a sensitive question.
    minimum_interval: the least width of what can be worked out of a suppressed count.
    dominance_respondents, dominance_share: so many respondents may not hold more than this share of a base's weight.
    breakdown_by: the profile questions (codes or concepts) that may make groups; all, if left out.
    minimum_peers: fewest members in a mean of peers.
    peer_share: the largest share of a mean of peers that one member may hold.
    share_step, score_step, interval_step: in points of 100, to what shares, scores and half-widths are rounded in what
    others than the member itself see.
    method: how partners of hidden figures are chosen, with the least loss (optimal) or one by one (greedy).
    """

    model_config = ConfigDict(extra="forbid")
    minimum_respondents: int = Field(default=10, ge=1)
    minimum_unit: int = Field(default=30, ge=1)
    minimum_complement: int = Field(default=3, ge=1)
    minimum_interval: int = Field(default=10, ge=1)
    dominance_respondents: int = Field(default=2, ge=1, le=10)
    dominance_share: float = Field(default=0.9, gt=0, le=1)
    breakdown_by: list[str] | None = None
    minimum_peers: int = Field(default=5, ge=1)
    peer_share: float = Field(default=0.5, gt=0, le=1)
    share_step: float = Field(default=1, gt=0, le=20)
    score_step: float = Field(default=1, gt=0, le=20)
    interval_step: float = Field(default=5, gt=0, le=20)
    method: Literal["optimal", "greedy"] = "optimal"

    @property
    def off(self) -> bool:
        return self.minimum_respondents == 1


class WeightingRules(BaseModel):
    """How frames are used (weighting.yaml).

    margin_tolerance: by how much (relative) the margins of one population may contradict each other.
    cap: the largest weight, as a multiple of the mean weight; none if left out.
    finite_population: whether a known population size makes intervals shorter.
    """

    model_config = ConfigDict(extra="forbid")
    margin_tolerance: float = Field(default=0.01, ge=0, lt=1)
    cap: float | None = Field(default=None, gt=1)
    finite_population: bool = True


class TrendRules(BaseModel):
    """How trends are judged (trends.yaml).

    equivalence_points: "no change" means that no two waves differ by so many points of 100.
    change_point: whether to look for the wave at which a series stepped to another level.
    """

    model_config = ConfigDict(extra="forbid")
    equivalence_points: float = Field(default=3, gt=0, le=50)
    change_point: bool = False


class ReportRules(BaseModel):
    """How pages are made (reports.yaml); languages: those beside English; the questionnaires', if left out."""

    model_config = ConfigDict(extra="forbid")
    languages: list[str] | None = None


@dataclass(frozen=True)
class Workspace(Paths):
    """Everything a run reads, and where it lies."""

    instruments: list[Instrument]
    members: dict[str, Member]
    rules: Rules
    frames: list[dict[str, str]] = field(default_factory=list)
    weighting: WeightingRules = field(default_factory=WeightingRules)
    initiatives: list[Initiative] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    trends: TrendRules = field(default_factory=TrendRules)
    context: list[Figure] = field(default_factory=list)
    context_rules: ContextRules = field(default_factory=ContextRules)
    reporting: ReportRules = field(default_factory=ReportRules)
    limits: Limits = field(default_factory=Limits)

    @property
    def populations(self) -> list[str]:
        return list(dict.fromkeys(i.population for i in self.instruments))

    @property
    def sharing(self) -> list[str]:
        """Members whose figures may be set beside others'."""
        return [code for code, member in self.members.items() if member.sharing != "none"]

    def inbox_files(self) -> tuple[list[Export], list[Misplaced]]:
        """Exports in the order in which later ones supersede earlier ones."""
        return files_in(self.inbox, self.members, self.populations)


def load_workspace(root: Path, out: Path) -> Workspace:
    """Read and check a workspace. Raises ConfigurationError."""
    Paths(root, out).check()
    _check_writable(out)
    instruments = load_instruments(root / "instruments")
    members, context_rules = _members(root / "members.yaml"), _settings(ContextRules, root / "context.yaml")
    workspace = Workspace(
        root=root,
        out=out,
        instruments=instruments,
        members=members,
        rules=_settings(Rules, root / "disclosure.yaml"),
        frames=_frames(root / "frames"),
        weighting=_settings(WeightingRules, root / "weighting.yaml"),
        initiatives=read_initiatives(root / "initiatives.csv", list(members), instruments),
        targets=read_targets(root / "targets.csv", list(members), instruments),
        trends=_settings(TrendRules, root / "trends.yaml"),
        context=read_context(root / "context.csv", members, context_rules),
        context_rules=context_rules,
        reporting=_settings(ReportRules, root / "reports.yaml"),
        limits=_settings(Limits, root / LIMITS),
    )
    if workspace.key.exists():
        read_secret(workspace.key)  # a key that is none is found before anything is read
    return workspace


def _check_writable(out: Path) -> None:
    """Nothing is read before it is sure that something can be written."""
    nearest = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not nearest.is_dir():
        raise ConfigurationError(f"{out}: {nearest} is a file, not a folder. Give another folder with --out DIR.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ConfigurationError(f"{out}: can't write in {nearest}. Give a writable folder with --out DIR.")


def _members(path: Path) -> dict[str, Member]:
    if not path.is_file():
        raise ConfigurationError(
            f"{path}: missing. List the members there, e.g. `GHA: {{name: {{en: Ghana}}, sharing: anonymised}}`."
        )
    document = read_yaml(path)
    if not isinstance(document, dict) or not document:
        raise ConfigurationError(f"{path}: must be a mapping from member code to name, region and sharing.")
    document = document.get("members", document)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: must be a mapping from member code to name, region and sharing.")
    strange = next((str(code) for code in document if not MEMBER.fullmatch(str(code))), None)
    if strange is not None:
        raise ConfigurationError(f"{path}: {strange!r} is no member's code; take the ISO 3166-1 one, e.g. GHA.")
    return {str(code): checked(Member, value or {}, f"{path}, member {code}") for code, value in document.items()}


def _settings(model, path: Path):
    """The settings of a small YAML file; without the file the defaults."""
    document = read_yaml(path) if path.is_file() else {}
    return checked(model, document or {}, str(path))


def _frames(folder: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        for row in read_csv(path, FRAME_COLUMNS, "a frame"):
            if not is_number(row["count"], least=0):
                raise fault(path, row, f"count {row['count']!r} is no number of 0 or more.")
            rows.append(row)
    return rows
