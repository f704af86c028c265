"""The Python peers' environment, apart from the project's: what they need would else have a say in what the project can use."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT

REQUIREMENTS = PROJECT / "tests" / "bench" / "requirements.txt"  # from requirements.in, by uv pip compile --universal --generate-hashes
PLACE = PROJECT / "build" / "bench-peers"
LIMIT = 300  # seconds


class NoEnvironmentError(Exception):
    """It can't be made; says why."""


def python_of_peers(place: Path = PLACE, requirements: Path = REQUIREMENTS) -> Path:
    """The interpreter of the environment, made anew where it was made of other requirements.

    Raises NoEnvironmentError.
    """
    python, stamp = place / "bin" / "python", place / ".made-of"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not (stamp.is_file() and stamp.read_text() == wanted):
        shutil.rmtree(place, ignore_errors=True)
        _done([sys.executable, "-m", "venv", place])
        _done([*_installer(python), "--require-hashes", "-r", requirements])
        stamp.write_text(wanted)
    return python


def _installer(python: Path) -> list:
    uv = Path(sys.executable).with_name("uv")
    if uv.is_file():
        return [uv, "pip", "install", "-q", "--python", python]
    return [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]


def _done(command: list) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.CalledProcessError as problem:
        raise NoEnvironmentError((problem.stderr.strip().splitlines() or ["it stopped"])[-1]) from None
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NoEnvironmentError(str(problem)) from None
