"""A workspace small enough to be run over and over: one member, two waves, two questions; and what a run left of it."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

from pipeline.store import Store
from tests.bad_inputs.settings import questionnaire

PROJECT = Path(__file__).resolve().parents[2]
ITEMS = "{code: Q01, scale: agree, factor: F01, text: {en: Clear}}, {code: Q02, scale: agree, factor: F01, text: {en: Known}}"


def make(root: Path) -> Path:
    (root / "instruments").mkdir(parents=True)
    (root / "instruments" / "trade.yaml").write_text(questionnaire(ITEMS), encoding="utf-8")
    (root / "members.yaml").write_text("GHA: {name: {en: Ghana}}", encoding="utf-8")
    (root / "reports.yaml").write_text("languages: []", encoding="utf-8")
    (root / "pseudonyms.key").write_text("0123456789abcdef" * 4, encoding="utf-8")
    add_wave(root, "2022")
    return root


def add_wave(root: Path, wave: str) -> None:
    draw = random.Random(wave)
    path = root / "inbox" / "GHA" / wave / "private_sector.csv"
    path.parent.mkdir(parents=True)
    path.write_text("Q01,Q02\n" + "".join(f"{draw.choice('12')},{draw.choice('12')}\n" for _ in range(80)), encoding="utf-8")


def command_line(root: Path, out: Path, *arguments: str, file_bytes: int | None = None, **environment: str) -> subprocess.CompletedProcess:
    """`cips ARGUMENTS`; file_bytes: no file may grow beyond, as where the disk is full."""

    def full() -> None:
        if file_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    command = [sys.executable, "-m", "pipeline", "--workspace", str(root), "--out", str(out), *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, preexec_fn=full, env=os.environ | environment)


def run(root: Path, out: Path, kill: int = 0, timeout: float | None = None) -> subprocess.CompletedProcess:
    """A run that is killed before its `kill`-th change of the disk, or after `timeout` seconds; without either to its end."""
    command = [sys.executable, "-m", "tests.crash.killed", str(root), str(out), str(kill)]
    try:
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=timeout)
    except subprocess.TimeoutExpired:  # killed, by SIGKILL
        return subprocess.CompletedProcess(command, -9)


def files(*folders: Path) -> dict[str, str]:
    """Hashes of all files below some folders."""
    return {
        f"{folder.name}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def left(out: Path) -> dict:
    """What a run leaves: release, pages, receipts, kept editions, and the tables of the store."""
    store = Store(out / "store.duckdb", read_only=True, threads=1)
    tables = {name: store.frame(f'SELECT * FROM "{name}" ORDER BY ALL').rows() for name in store.tables()}
    store.close()
    return files(out / "release", out / "reports", out / "receipts", out / "published") | tables
