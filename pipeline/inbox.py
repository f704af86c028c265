"""What lies in the inbox, and what its paths say of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from natsort import natsort_keygen

from pipeline.waves import WAVE


@dataclass(frozen=True)
class Export:
    """A file in the inbox and what its path says about it."""

    path: Path
    name: str
    member: str
    wave: str
    population: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Misplaced:
    """Something in the inbox whose path does not say what it is."""

    name: str
    why: str


def files_in(inbox: Path, members, populations: list[str]) -> tuple[list[Export], list[Misplaced]]:
    """Exports in the order in which later ones supersede earlier ones; links are not followed."""
    exports, misplaced = [], []
    for path in sorted(inbox.rglob("*"), key=_arrival_order) if inbox.is_dir() else []:
        if path.name.startswith((".", "~$")) or (path.is_dir() and not path.is_symlink()):
            continue
        found = _export(path, inbox, members, populations)
        (exports if isinstance(found, Export) else misplaced).append(found)
    return exports, misplaced


def _export(path: Path, inbox: Path, members, populations: list[str]) -> Export | Misplaced:
    name = path.relative_to(inbox).as_posix()
    if path.is_symlink() or not path.is_file():
        return Misplaced(name, "it is a link or a device and no file; put the file itself there")
    parts = name.split("/")
    if len(parts) != 3:
        return Misplaced(
            name,
            "it lies in the wrong folder; put it under inbox/MEMBER/WAVE/POPULATION.EXT, e.g. inbox/GHA/2024/officials.csv",
        )
    member, wave, file_name = parts
    if member not in members:
        return Misplaced(name, f"member {member!r} is not in members.yaml{_nearest(member, members)}")
    if not WAVE.fullmatch(wave):
        return Misplaced(name, f"wave {wave!r} is no year (2024) or year and letter (2024b); rename the folder")
    stem = file_name.split(".")[0]
    population = next((p for p in populations if stem == p or stem.startswith(p + "-")), None)
    if population is None:
        return Misplaced(
            name,
            f"its name begins with no population that an instrument addresses ({', '.join(populations)}); rename it POPULATION.EXT or POPULATION-anything.EXT",
        )
    return Export(path, name, member, wave, population)


def _nearest(word: str, known) -> str:
    from rapidfuzz import process

    best = process.extractOne(word, list(known), score_cutoff=60)
    meant = f"; did you mean {best[0]!r}?" if best else "."
    return f"{meant} To add it: `{word}: {{name: {{en: ...}}, sharing: anonymised}}`"


_natural = natsort_keygen()


def _arrival_order(path: Path) -> tuple:
    """Plain POPULATION.EXT first, then POPULATION-anything in natural order.

    The order depends on names alone, so that a rebuilt store supersedes alike.
    """
    return (_natural(path.parent.as_posix()), _natural(path.name.split(".")[0]), path.name)
