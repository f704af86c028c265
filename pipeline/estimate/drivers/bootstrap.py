"""Bootstrap weights of a survey design."""

from __future__ import annotations

import hashlib

import numpy as np

from pipeline.estimate.covariance import UnitDesign

REPLICATES = 200
MANY = 5_000  # sampling units of a stratum; up to here each is drawn, as it always was, so that published intervals stand


def rao_wu(unit: UnitDesign, place: np.ndarray, rng: np.random.Generator, replicates: int = REPLICATES) -> np.ndarray:
    """Respondents x replicates: by what each respondent's weight is multiplied.

    Rao and Wu (1988): of the n_h sampling units of a stratum n_h - 1 are drawn with replacement,
    whether or not somebody of them is in the regression, and weights are multiplied by n_h / (n_h - 1) times
    how often a unit was drawn. A lonely unit stays. The weights are not calibrated anew and
    finite populations are not allowed for, which makes intervals rather too wide. place: of each respondent.
    Of a stratum of more than MANY sampling units those of which nobody is in the regression are drawn as if they were one:
    how often each of the others is drawn has the same distribution.
    """
    at = place - unit.first
    stratum = unit.stratum[at]
    drawn = unit.psu[at] if unit.clustered else np.arange(len(at))
    factors = np.ones((len(at), replicates))
    for h, n in enumerate(unit.n_h.astype(int)):
        mine = np.flatnonzero(stratum == h)
        if n < 2 or not len(mine):
            continue
        _, which = np.unique(drawn[mine], return_inverse=True)
        times = rng.multinomial(n - 1, _chances(n, which.max() + 1), size=replicates)
        factors[mine] = times.T[which] * (n / (n - 1))
    return factors


def _chances(n: int, needed: int) -> np.ndarray:
    """Of the `needed` sampling units, and of the other ones: of each, or of all together."""
    if n <= MANY or needed == n:
        return np.full(n, 1 / n)
    return np.append(np.full(needed, 1 / n), (n - needed) / n)


def generator(*key: str) -> np.random.Generator:
    """Random numbers that are the same whenever the key is."""
    digest = hashlib.sha256("\x1f".join(key).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
