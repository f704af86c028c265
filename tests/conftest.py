"""Shared by all tests: the command line, and one run of the sample workspace."""

import io
import os
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import settings

PROJECT = Path(__file__).resolve().parents[1]
settings.register_profile("untimed", deadline=None)  # how long an example takes hangs on what else the machine does
settings.load_profile("untimed")


def run_cips(*arguments) -> subprocess.CompletedProcess:
    """`cips ARGUMENTS`, run from the project's folder; here and not in a process of its own, which would load everything anew."""
    from pipeline import cli

    words, out, err = [str(a) for a in arguments], io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(PROJECT)
        patch.setattr(sys, "argv", ["cips", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    return subprocess.CompletedProcess(["cips", *words], code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def cips():
    return run_cips


def once(folder: Path, make) -> Path:
    """Make `folder` in one of the parallel test workers; the others wait for it."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        deadline = time.monotonic() + 240
        while not (folder / ".done").exists():
            failed = (folder / ".failed").exists() or time.monotonic() > deadline
            assert not failed, f"{folder} was not made; see the other worker's failure"
            time.sleep(0.2)
        return folder
    try:
        make(folder)
    except BaseException:
        (folder / ".failed").touch()
        raise
    (folder / ".done").touch()
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A temporary folder that all workers see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _workspace_run(shared: Path, name: str, workspace: Path) -> Path:
    def make(out: Path) -> None:
        done = run_cips("--workspace", workspace, "--out", out, "run")
        assert done.returncode in (0, 1), done.stdout + done.stderr

    return once(shared / f"run-{name}", make)


@pytest.fixture(scope="session")
def sample_run(shared) -> Path:
    return _workspace_run(shared, "sample", PROJECT / "surveys" / "sample")


@pytest.fixture(scope="session")
def bfi_run(shared) -> Path:
    return _workspace_run(shared, "bfi", PROJECT / "tests" / "workspaces" / "bfi")


@pytest.fixture(scope="session")
def wvs_run(shared) -> Path:
    return _workspace_run(shared, "wvs", PROJECT / "tests" / "workspaces" / "wvs")


@pytest.fixture(scope="session")
def api_run(shared) -> Path:
    return _workspace_run(shared, "api", PROJECT / "tests" / "workspaces" / "api")


def english(folder: Path) -> list[Path]:
    """The pages below a folder in English; those in other languages say which (NAME.fr.html)."""
    return sorted(p for p in folder.rglob("*.html") if "." not in p.stem)
