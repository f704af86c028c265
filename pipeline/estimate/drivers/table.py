"""Regressions as rows of the table `drivers`."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.comparisons import benjamini_hochberg
from pipeline.estimate.drivers.models import Model
from pipeline.estimate.drivers.outcomes import Outcome
from pipeline.estimate.drivers.terms import EFFECT, FACTOR
from pipeline.estimate.intervals import t_quantile, t_test

KEYS = ["member", "wave", "population", "outcome", "answer", "model", "term", "term_category", "statistic"]
FIGURES = ["estimate", "se", "ci_low", "ci_high", "df", "p_value"]
TABLE = (
    dict.fromkeys(KEYS, pl.String)
    | dict.fromkeys(FIGURES, pl.Float64)
    | {"n": pl.Int64, "verdict": pl.String, "reliable": pl.Boolean, "family": pl.String}
)
LOSS = 0.20  # of the respondents, lacking some answer: more is said
COLLINEAR = 5.0  # variance inflation that is said (Marquardt 1970 has 10; 5 is the stricter custom)
FEWEST_DF = 8  # left by the columns: with fewer the errors themselves are hardly known
DIGITS = 3  # significant: more would tell of single respondents, and mean nothing


def as_table(rows: list[dict]) -> pl.DataFrame:
    """The rows with q-values: one family is one statistic of one model's factors, or of its profile."""
    table = pl.DataFrame(rows, TABLE, orient="row").sort(KEYS)
    return benjamini_hochberg(table, among=pl.col("reliable") & (pl.col("family") != "")).drop("family")


def hidden_model(key: tuple[str, str, str], name: str, outcome: Outcome) -> dict:
    """The row of an outcome of which nothing may be said."""
    return _row(key, name, outcome, "model", verdict="outcome_hidden")


def model_without_figures(key: tuple[str, str, str], name: str, outcome: Outcome, verdict: str) -> dict:
    return _row(key, name, outcome, "model", verdict=verdict, reliable=True)


def model_rows(key: tuple[str, str, str], name: str, outcome: Outcome, model: Model) -> list[dict]:
    """Everything that is said of one model; where it was not fitted, why, and on how many.

    Nothing from which the number of those who gave an answer among the complete cases follows: less those of all who
    answered it would tell what the few answered who are not complete. So neither events nor constants are here.
    """
    sample, common = model.sample, {"n": model.sample.n}
    kept = sample.n / sample.asked
    rows = [
        _row(key, name, outcome, "model", verdict=model.verdict, reliable=True, **common),
        _row(
            key,
            name,
            outcome,
            "complete_cases",
            estimate=kept,
            verdict="large_loss" if kept < 1 - LOSS else "",
            reliable=True,
            **common,
        ),
    ]
    rows += [
        _row(key, name, outcome, "left_out", term=term, verdict=why, reliable=True)
        for term, why in sample.terms.left_out.items()
    ]
    return rows if model.fitted is None else rows + _fitted_rows(key, name, outcome, model)


def _fitted_rows(key, name: str, outcome: Outcome, model: Model) -> list[dict]:
    common = {"n": model.sample.n, "reliable": model.df - len(model.fitted.theta) >= FEWEST_DF}
    rows = [_row(key, name, outcome, "r_squared", estimate=model.fitted.r_squared, **common)]
    if (joint := model.together) is not None:
        tested = {"estimate": joint.statistic, "df": joint.df, "p_value": joint.p_value}
        rows.append(_row(key, name, outcome, "factors_together", **tested, **common))
    rows += [
        _row(key, name, outcome, "reference", term=v.name, term_category=v.reference, reliable=True)
        for v in model.sample.terms.variables
        if v.kind not in (EFFECT, FACTOR)
    ]
    for statistic, (estimates, errors) in model.figures.items():
        rows += _tested(key, name, outcome, statistic, model, estimates, errors, common)
    return rows + _about_factors(key, name, outcome, model, common)


def _tested(key, name, outcome, statistic: str, model: Model, estimates, errors, common: dict) -> list[dict]:
    """Estimate, t interval and p-value of each column but members and waves: those tell where a member stands."""
    _, p = t_test(estimates, errors, np.full(len(estimates), model.df))
    half = float(t_quantile(np.array(model.df))) * errors
    return [
        _row(
            key,
            name,
            outcome,
            statistic,
            term=term,
            term_category=category,
            estimate=estimates[j],
            se=errors[j],
            ci_low=estimates[j] - half[j],
            ci_high=estimates[j] + half[j],
            df=float(model.df),
            p_value=p[j],
            family="|".join((*key, name, statistic, kind)),
            **common,
        )
        for j, (kind, term, category) in enumerate(model.sample.terms.columns)
        if kind != EFFECT
    ]


def _about_factors(key, name: str, outcome: Outcome, model: Model, common: dict) -> list[dict]:
    rows, terms = [], model.sample.terms
    for k, j in enumerate(terms.factors):
        term, vif = terms.columns[j][1], model.vif[j]
        said = "collinear" if vif > COLLINEAR else ""
        rows.append(_row(key, name, outcome, "vif", term=term, estimate=vif, verdict=said, **common))
        if (i := model.importance) is not None:
            figures = {"estimate": i.shares[k], "se": i.se[k], "ci_low": i.low[k], "ci_high": i.high[k]}
            said = "interval_by_one_step_bootstrap"
            rows.append(_row(key, name, outcome, "importance", term=term, verdict=said, **figures, **common))
    if model.importance is not None:
        without = model.importance.r_squared_without
        rows.append(_row(key, name, outcome, "r_squared_without_factors", estimate=without, **common))
    return rows


def _row(key: tuple[str, str, str], name: str, outcome: Outcome, statistic: str, **values) -> dict:
    keys = dict(zip(KEYS, (*key, name, outcome.answer, outcome.model, "", "", statistic), strict=True))
    empty = dict.fromkeys(FIGURES) | {"n": None, "verdict": "", "reliable": False, "family": ""}
    rounded = {c: three_digits(v) if c in FIGURES and c != "df" else v for c, v in values.items()}
    return keys | empty | rounded


def three_digits(value: float) -> float | None:
    """To three significant digits; None for what is no number."""
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
