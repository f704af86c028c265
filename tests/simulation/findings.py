"""Whether the narrator names what was planted, and nothing that was not: recall and precision over synthetic worlds.

Each world has two members' officials and private sector in two waves. Planted: two
factors that rise and one that falls between the officials' waves, managers (and the smallest firms)
who think better of everything, a private sector that thinks worse, and in every other world a
first wave that asked 85 % managers and a second that asked 23 %.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from pipeline.code import PROJECT
from pipeline.demo.workspace import write_unit
from pipeline.demo.world import Unit, true_score
from pipeline.ingest.submission import read_submission
from pipeline.instrument import Instrument
from pipeline.load import load_records, loading
from pipeline.publish import publish
from pipeline.release import beside
from pipeline.report.changes import changes
from pipeline.report.differences import gaps
from pipeline.report.narrator import narrate
from pipeline.report.narrator.finding import Finding
from pipeline.report.national import National
from pipeline.report.release import Release
from pipeline.report.source import Source
from pipeline.report.wording import Wording
from pipeline.store import building
from pipeline.workspace import load_workspace

MEMBER, WAVES = "XAA", ("2023", "2025")
MOVED, GAP = 1.2, 0.9  # logits: some 16 and 12 points of 100
OFFICIALS, FIRMS = 500, 300
NAMES = ("Customs officials", "Private sector")


@dataclass(frozen=True)
class World:
    """units: all of them with their truth; moved: factor -> planted change of the officials; flipped: whether who was asked changed."""

    units: list[Unit]
    moved: dict[str, float]
    flipped: bool


def planted(seed: int, instruments: list[Instrument]) -> World:
    rng = np.random.default_rng(seed)
    newest = {i.population: i for i in sorted(instruments, key=lambda i: i.instrument)}
    officials, firms = (newest[p] for p in sorted(newest))
    factors = [f.code for f in officials.factors]
    chosen = rng.choice(factors, 3, replace=False).tolist()
    moved = dict(zip(chosen, (MOVED, MOVED, -MOVED), strict=True))
    bias, flipped = {f: rng.normal(0, 0.2) for f in factors}, seed % 2 == 0
    units = []
    for w, wave in enumerate(WAVES):
        effects = {f: b + w * moved.get(f, 0.0) for f, b in bias.items()}
        managers = (0.85, 0.23)[w] if flipped else 0.3
        units.append(Unit(MEMBER, wave, officials, OFFICIALS, 0.4, managers, effects))
        units.append(Unit(MEMBER, wave, firms, FIRMS, 0.4 - GAP, 0.3, bias))
    return World(units, moved, flipped)


def told(seed: int) -> tuple[World, list[Finding], dict[str, str]]:
    """A world, the findings of its later wave, and the factors' titles."""
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(PROJECT / "surveys" / "instruments", folder / "in" / "instruments")
        (folder / "in" / "members.yaml").write_text(yaml.safe_dump({MEMBER: {"sharing": "none"}}), encoding="utf-8")
        workspace = load_workspace(folder / "in", folder / "out")
        world = planted(seed, workspace.instruments)
        for unit in world.units:
            write_unit(folder / "in", unit, seed)
        exports, _ = workspace.inbox_files()
        with building(workspace.store) as store:
            submissions = [read_submission(e, workspace.instruments) for e in exports]
            with loading(store) as take:
                take(submissions)
            load_records(store, submissions, [])
        publish(workspace)
        source, words = Source(Release(beside(workspace.release))), Wording("en")
        n = National(source, words, MEMBER, WAVES[1])
        return world, narrate(n, n.profile(), changes(n), gaps(n)), source.titles
    finally:
        shutil.rmtree(folder)


def judged(seed: int) -> Counter:
    """How many effects were planted and named, how many claims were told and true, and how many findings there were."""
    world, findings, titles = told(seed)
    claims = {claim for finding in findings for claim in _claims(finding, titles)}
    wanted, true = _planted(world), {claim for claim in claims if _is_true(claim, world)}
    named = {effect for effect in wanted if any(claim[: len(effect)] == effect for claim in true)}
    return Counter(planted=len(wanted), named=len(named), told=len(claims), true=len(true), findings=len(findings))


def _claims(finding: Finding, titles: dict[str, str]) -> list[tuple]:
    """What a finding says of effects: (kind, of what, way), one for each factor that it names."""
    kind, *about = finding.about
    if kind == "asked" or kind == "groups":
        return [finding.about]
    if kind not in ("change", "gap") or len(about) < 2:
        return []  # no effect is claimed
    population = finding.about[1] if kind == "change" else "both"
    return [(kind, population, code, about[1]) for code, title in titles.items() if title in finding.text]


def _planted(world: World) -> set[tuple]:
    """What a reader who knows the truth looks for."""
    staff = NAMES[0]
    wanted = {("change", staff, f, "higher" if size > 0 else "lower") for f, size in world.moved.items()}
    wanted |= {("groups", u.instrument.population, u.split.code) for u in world.units[2:]} | {("gap",)}
    return wanted | ({("asked", staff)} if world.flipped else set())


def _is_true(claim: tuple, world: World) -> bool:
    kind, *about = claim
    if kind != "gap":
        return claim in _planted(world)
    officials, firms = world.units[2:]
    difference = _factor_score(officials, about[1]) - _factor_score(firms, about[1])
    return (difference > 0) == (about[2] == "higher")


def _factor_score(unit: Unit, factor: str) -> float:
    items = [i for i in unit.instrument.coded_items() if i.factor == factor and unit.instrument.scale_of(i).scored]
    return float(np.mean([true_score(unit, item) for item in items]))


def section(seeds: range) -> list[str]:
    """Of docs/simulation.md."""
    total = sum((judged(seed) for seed in seeds), Counter())
    recall, precision = total["named"] / total["planted"], total["true"] / total["told"]
    return [
        "## The narrator: are planted effects named, and nothing else",
        "",
        f"{len(seeds)} synthetic worlds of {OFFICIALS} officials and {FIRMS} firms in two waves: two factors that rise and one that falls, "
        "groups of respondents who think better, a gap between the populations, and in every other world a change in who was asked. A claim is one factor in one direction.",
        "",
        "| worlds | planted effects | named (recall) | claims told | true (precision) | findings a page |",
        "| --: | --: | --: | --: | --: | --: |",
        f"| {len(seeds)} | {total['planted']} | {recall:.1%} | {total['told']} | {precision:.1%} | {total['findings'] / len(seeds):.1f} |",
        "",
    ]
