"""Is there a finite maximum: separation by linear programming."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

LARGEST_STEP = 5.0  # log odds per standard deviation of a column; beyond it the programme is asked


def suspicious(slopes: np.ndarray, x: np.ndarray) -> bool:
    """Whether slopes are so large that they may be on their way to infinity."""
    return bool((np.abs(slopes) * x.std(axis=0) > LARGEST_STEP).any())


def separated(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether some direction of the columns orders the answers without a mistake, so that slopes grow for ever.

    Konis (2007): the linear programme that looks for a direction along which no
    respondent's likelihood falls and somebody's rises; here for ordered answers, where
    each lies between two cuts. Complete and quasi-complete separation (Albert and
    Anderson 1984) alike. x: respondents x columns; y: level, 0 to K - 1.
    """
    above = np.arange(int(y.max()))
    below = y < y.max()
    upper = np.hstack([x[below], -(y[below, None] == above).astype(float)])
    lower = np.hstack([-x[y > 0], (y[y > 0, None] - 1 == above).astype(float)])
    rows = np.unique(np.vstack([upper, lower]), axis=0)
    found = linprog(rows.sum(axis=0), A_ub=rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1), method="highs")
    return bool(found.status == 0 and found.fun < -1e-7)
