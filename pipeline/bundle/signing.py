"""Signatures by Ed25519 (RFC 8032): the private key is made once, stays at home, and is never shown."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from pipeline.errors import ConfigurationError


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file; where there is none, a new one is made that only its owner can read."""
    if not path.exists():
        _make_key(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(
            f"{path}: holds no Ed25519 key. Put the one back that the Secretariat knows, or remove the file for a new one."
        )
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half in base64, as members.yaml has it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def is_signed_by(public: str, signature: bytes, message: bytes) -> bool:
    """Whether `signature` was made over `message` with the private half of `public` (base64)."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(signature, message)
    except InvalidSignature:
        return False
    return True
