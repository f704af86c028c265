"""One run at a time in one output folder."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import StageError

WAIT = 600  # seconds that a run waits for another


@contextmanager
def alone(out: Path, say=lambda text: None, wait: float = WAIT):
    """Nobody else writes into `out` while the block runs; a run that was killed holds nothing.

    Raises StageError, with who holds it, after `wait` seconds.
    """
    out.mkdir(parents=True, exist_ok=True)
    holder, lock = out / ".run.pid", FileLock(out / ".run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"Waiting for another run ({_who(holder)})")
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise StageError(f"{out}: another run ({_who(holder)}) has been at work there for over {wait:g} seconds. Wait for it, or end it and run again.") from None
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    try:
        return f"process {holder.read_text(encoding='utf-8').strip()}"
    except OSError:
        return "of which the number is not known"
