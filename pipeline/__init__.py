"""Batch analytics for the Customs Integrity Perception Survey (CIPS).

Exports in an inbox become rows in a store, moments, estimates, a protected
release, and reports that read the release and nothing else.
"""

import os

__version__ = "0.1.0"

# Before numpy is loaded: matrices are multiplied by one thread, so that sums are added up in one order; and
# many small products are slower by several threads, above all where other processes want the cores.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_variable, "1")
