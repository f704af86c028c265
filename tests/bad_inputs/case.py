"""What a case of the catalogue is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.limits import Limits

Content = bytes | Callable[[], bytes]


@dataclass(frozen=True)
class File:
    """An export that is handed in. outcome: refused, quarantined (some rows) or accepted; says: part of a message."""

    name: str
    content: Content
    says: str
    outcome: str = "refused"
    file: str = "export.csv"
    limits: Limits = field(default_factory=Limits)

    @property
    def bytes(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content()


@dataclass(frozen=True)
class Setting:
    """A file of the workspace with something wrong in it; None: the file is missing."""

    name: str
    file: str
    content: bytes | str | None
    says: str
    outcome: str = "exit code 2, nothing changed"


@dataclass(frozen=True)
class Place:
    """Something in the inbox that is no export in its place."""

    name: str
    path: str
    says: str
    make: str = "file"  # file, link, linked folder, pipe
    outcome: str = "not read, the others are"
