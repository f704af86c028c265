"""The secret behind the pseudonyms: read where the workspace says it lies, made once where it lacks."""

from __future__ import annotations

import secrets
from pathlib import Path

from pipeline.errors import ConfigurationError

FEWEST_CHARACTERS = 16


def read_secret(path: Path) -> bytes:
    """The key in a file, without white space around it. Raises ConfigurationError if it is too short to be one."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}). Make it readable and run again.") from None
    if len(key) < FEWEST_CHARACTERS:
        raise ConfigurationError(
            f"{path}: the key of the pseudonyms must have at least {FEWEST_CHARACTERS} characters, or it can be "
            f"guessed. Put 64 random hexadecimal digits there, or remove the file."
        )
    return key


def load_secret(path: Path) -> bytes:
    """As read_secret; where there is no file, one with a new random key is made that only its owner can read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return read_secret(path)
