"""Batch analytics for the Customs Integrity Perception Survey (CIPS).

Exports in an inbox become rows in a store, moments, estimates, a protected
release, and reports that read the release and nothing else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.analyst.opened import Release

__version__ = "0.1.0"

# Before numpy is loaded: matrices are multiplied by one thread, so that sums are added up in one order; and
# many small products are slower by several threads, above all where other processes want the cores.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_variable, "1")


def open_release(folder: str | Path) -> Release:
    """A release for reading, its tables as polars frames: `open_release("build").estimates`.

    folder: the release or the folder with it in. Raises ConfigurationError where there is none.
    """
    from pipeline.analyst.opened import Release

    return Release(folder)
