"""One synthetic world three ways: all answers in one place; two members at home; the rest with their bundles."""

import re
import shutil
from pathlib import Path

import yaml

from pipeline.demo import write_demo
from pipeline.demo.frames import write_frames
from pipeline.workspace import load_workspace
from tests.conftest import run_cips

AT_HOME = ("XAA", "XAB")
WEIGHTED = ("XAA", "XAC")  # one at home, one not
MEMBERS = [f"XA{c}" for c in "ABCDEFG"]


def cips(world: Path, name: str, *words):
    """`cips WORDS` on the world's workspace `name`."""
    return run_cips("--workspace", world / name, "--out", world / f"out-{name}", *words)


def workspace(world: Path, name: str):
    return load_workspace(world / name, world / f"out-{name}")


def write_world(world: Path) -> None:
    """Workspaces pooled, home and secretariat, run; bundles XAA.cips and XAB.cips beside them."""
    units = write_demo(world / "pooled", members=len(MEMBERS), waves=2, respondents=150, seed=3)
    officials = [u for u in units if u.instrument.population == "officials"]
    write_frames(world / "pooled", [u for u in officials if u.member in WEIGHTED], by_gender=())
    (world / "pooled" / "reports.yaml").write_text("languages: []\n", encoding="utf-8")
    (world / "pooled" / "pseudonyms.key").write_text("0123456789abcdef0123456789abcdef")
    _part(world, "home", AT_HOME)
    _part(world, "secretariat", [m for m in MEMBERS if m not in AT_HOME])
    for name in ("pooled", "home"):
        for stage in ("ingest", "release"):  # no pages: nobody reads them
            done = cips(world, name, stage)
            assert done.returncode == 0, done.stdout + done.stderr
    for member in AT_HOME:
        done = cips(world, "home", "moments", "export", member, world / f"{member}.cips")
        assert done.returncode == 0, done.stdout + done.stderr
        add_key(world / "secretariat", member, re.search(r"^key: (\S+)$", done.stdout, re.M)[1])
        done = cips(world, "secretariat", "moments", "import", world / f"{member}.cips")
        assert done.returncode == 0, done.stdout + done.stderr
    done = cips(world, "secretariat", "run")  # the audit at its end included
    assert done.returncode == 0, done.stdout + done.stderr


def add_key(folder: Path, member: str, key: str) -> None:
    path = folder / "members.yaml"
    members = yaml.safe_load(path.read_text(encoding="utf-8"))
    members[member]["key"] = key
    path.write_text(yaml.safe_dump(members, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _part(world: Path, name: str, members) -> None:
    """The pooled workspace with the answers of some members alone."""

    def others(folder: str, names: list[str]) -> list[str]:
        return [n for n in names if Path(folder).name == "inbox" and n not in members]

    shutil.copytree(world / "pooled", world / name, ignore=others)
