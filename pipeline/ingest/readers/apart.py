"""Readers written in other languages work in a process of their own: what a file breaks there, it does not break here.

Cut or forged SPSS files end the process that reads them (pyreadstat 1.3.7), and a forged sheet asks for more memory than
there is (fastexcel 0.21).
"""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.ingest.table import Cells, RawTable, Vocabulary
from pipeline.limits import Limits
from pipeline.workers import end_with_parent

BREAKS = "it breaks its reader, so it is damaged or forged; open it in its own program and save it again"
_worker: ProcessPoolExecutor | None = None


def read_apart(module: str, path: Path, content: bytes, vocabulary: Vocabulary, limits: Limits) -> Cells | RawTable:
    """What `module.read` gives. Raises SubmissionError, also where the reader breaks or does not come to an end."""
    try:
        return _started(limits).submit(_read, module, path, content, vocabulary, limits).result(timeout=limits.reader_seconds)
    except BrokenProcessPool:
        _ended()
        raise SubmissionError(BREAKS) from None
    except TimeoutError:
        _ended()
        raise SubmissionError(f"it could not be read within {limits.reader_seconds} s (reader_seconds in limits.yaml); save it again as CSV") from None


def _read(module: str, path: Path, content: bytes, vocabulary: Vocabulary, limits: Limits) -> Cells | RawTable:
    try:
        return importlib.import_module(module).read(path, content, vocabulary, limits)
    except pl.exceptions.PanicException:
        raise SubmissionError(BREAKS) from None
    except MemoryError:
        raise SubmissionError(f"reading it takes more than the {limits.reader_megabytes:,} MB that a reader has (reader_megabytes in limits.yaml)") from None


def _started(limits: Limits) -> ProcessPoolExecutor:
    global _worker
    if _worker is None:
        # spawned, as a fork would not take polars' threads along
        context = multiprocessing.get_context("spawn")
        _worker = ProcessPoolExecutor(1, context, initializer=_bounded, initargs=(limits.reader_megabytes,))
        atexit.register(_ended)
    return _worker


def _bounded(megabytes: int) -> None:
    """No more memory than that; nothing of what a broken reader says of itself on the user's screen."""
    end_with_parent()
    with suppress(ImportError, ValueError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20,) * 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _ended() -> None:
    global _worker
    worker, _worker = _worker, None
    if worker is None:
        return
    for process in list((worker._processes or {}).values()):  # kill_workers(), from Python 3.14 on
        process.kill()
    worker.shutdown(wait=False, cancel_futures=True)
