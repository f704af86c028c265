"""Other processes, for work on many pages: each takes a second to load what it works with, so they are kept until the end."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context, parent_process
from threading import Thread

_pool: ProcessPoolExecutor | None = None


def workers() -> ProcessPoolExecutor:
    """One for each core; what they keep of their work must be told apart from that of another time."""
    global _pool
    try:
        if _pool:
            _pool.submit(int)
    except BrokenProcessPool:  # one was killed, and all end with it
        _pool = None
    # spawned, as a fork would not take polars' threads along
    _pool = _pool or ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), end_with_parent)
    return _pool


def end_with_parent() -> None:
    """Called in a worker: where this program is killed it goes too, and does not wait for work that never comes."""
    Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent_process().join()
    os._exit(1)


def start_workers(*modules: str) -> None:
    """Have them load modules, while this process is at work on something else."""
    for _ in range(os.cpu_count() or 1):
        workers().submit(_load, modules)


def _load(modules: tuple[str, ...]) -> None:
    for name in modules:
        import_module(name)
