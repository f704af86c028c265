"""The project's own files by a hash: what other code made is made anew."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from os.path import relpath
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def hash_of_code(*others: Path) -> str:
    """Of all modules and of the `others`, by name and byte for byte."""
    digest = sha256()
    for path in sorted((*(PROJECT / "pipeline").rglob("*.py"), *others)):
        digest.update(f"{relpath(path, PROJECT)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def hash_of_libraries(names: Iterable[str]) -> str:
    """Of the versions of the interpreter and the libraries."""
    from importlib.metadata import version
    from platform import python_version

    return sha256(" ".join((python_version(), *(f"{name} {version(name)}" for name in names))).encode()).hexdigest()
