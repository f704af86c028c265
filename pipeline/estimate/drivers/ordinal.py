"""Weighted proportional-odds logit, with what its errors are made of; with two levels it is the binary logit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.estimate.proportional_odds import fit, likelihood, scores


@dataclass(frozen=True)
class Fitted:
    """A regression at its maximum.

    theta: slopes, then cuts; columns: how many slopes; loglik and null_loglik
    (without any column), weighted; information: minus the Hessian;
    influence: respondents x parameters, what a unit of weight on a respondent moves.
    """

    theta: np.ndarray
    columns: int
    loglik: float
    null_loglik: float
    information: np.ndarray
    influence: np.ndarray

    @property
    def slopes(self) -> np.ndarray:
        return self.theta[: self.columns]

    @property
    def cuts(self) -> np.ndarray:
        return self.theta[self.columns :]

    @property
    def r_squared(self) -> float:
        """McFadden (1974): 1 - loglik / loglik without any column."""
        return 1 - self.loglik / self.null_loglik


def fit_weighted(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> Fitted | None:
    """Maximum of the weighted likelihood of logit P(Y <= k) = cut_k - x b (McCullagh 1980).

    x: respondents x columns, without a constant; y: level, 0 to K - 1, every level
    in use; w: weights. Pseudo-maximum likelihood (Binder 1983; Skinner 1989):
    the weighted score equations estimate those of the population, and the
    influence of a respondent is information⁻¹ x score, whose design variance is
    R's `svyglm` for two levels, `svyolr` for more. With two levels the slopes are
    those of the binary logit of level 1, and its constant is minus the cut. None
    where there is no finite maximum.
    """
    found = fit(x, y, w)
    if found is None:
        return None
    theta = np.concatenate([found.coefficients, found.cuts])
    each, information = derivatives(theta, x, y, w)
    shares = np.bincount(y, w) / w.sum()
    null = w.sum() * float((shares * np.log(shares)).sum())
    return Fitted(theta, x.shape[1], found.loglik, null, information, np.linalg.solve(information, each.T).T)


def derivatives(theta: np.ndarray, x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(respondents x parameters: the score of each, unweighted; parameters x parameters: the weighted information)."""
    levels = len(theta) - x.shape[1] + 1
    _, _, hessian = likelihood(theta, x, y, w, levels)
    return scores(theta, x, y, levels), -hessian
