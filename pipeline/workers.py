"""Other processes, for work that is much or takes long to load: they are kept until the end, for the next work of the kind."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context, parent_process
from threading import Thread


class Workers:
    """`size` processes, started when there is work; what they keep of it must be told apart from that of another time."""

    def __init__(self, size: int):
        self.size = size
        self._pool: ProcessPoolExecutor | None = None

    def __call__(self) -> ProcessPoolExecutor:
        try:
            if self._pool:
                self._pool.submit(int)
        except BrokenProcessPool:  # one was killed, and all end with it
            self._pool = None
        # spawned, as a fork would not take polars' threads along
        self._pool = self._pool or ProcessPoolExecutor(self.size, get_context("spawn"), end_with_parent)
        return self._pool

    def load(self, *modules: str) -> None:
        """Have each load modules, and call their `get_ready` if they have one, while this process is at work on something else."""
        for _ in range(self.size):
            self().submit(_load, modules)


workers = Workers(os.cpu_count() or 1)  # for pages
checker = Workers(1)  # for great_expectations, see validate/expectations.py


def end_with_parent() -> None:
    """Called in a worker: where this program is killed it goes too, and does not wait for work that never comes."""
    Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent_process().join()
    os._exit(1)


def _load(modules: tuple[str, ...]) -> None:
    for name in modules:
        module = import_module(name)
        if hasattr(module, "get_ready"):
            module.get_ready()
    gc.freeze()  # what is loaded stays, and is not gone through again and again
