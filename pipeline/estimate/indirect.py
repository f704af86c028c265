"""Rates by indirect questioning: from answers that admit nothing to the share of those who did it.

Every estimator gives each answer an influence; weights, strata, sampling units
and calibration come in by linear.py, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.estimate.covariance import covariance, unit_designs
from pipeline.estimate.design import UNIT, Design
from pipeline.estimate.intervals import logit_interval, mean_interval, share_interval
from pipeline.estimate.item_count import (
    Lists,
    difference_in_means,
    maximum_likelihood,
    no_design_effect,
    type_shares,
)
from pipeline.estimate.linear import linear_variance
from pipeline.estimate.quality import QUALITY
from pipeline.indirect import ItemCount
from pipeline.instrument import Instrument

RATE = "rate"
DOMAIN = [*UNIT, "domain_variable", "domain_category"]
CELL = [*DOMAIN, "indicator", "indicator_kind", "measure", "category"]
ANSWERS = {"indicator": pl.String, "item": pl.String, "code": pl.String, "arm": pl.String}
ANSWERS |= {"y": pl.Float64, "reason": pl.String, "most": pl.Int64, "intercept": pl.Float64, "slope": pl.Float64}
# What disclosure control must know of a rate and of nothing else. smallest: answers in the smaller arm; others: fewest
# answers that keep one answer from being everybody's; intercept, slope: the share of raw "yes" is a + b x the rate.
GUARDED = {"smallest": pl.Int64, "others": pl.Int64, "intercept": pl.Float64, "slope": pl.Float64}


@dataclass(frozen=True)
class Rates:
    """means: one row per CELL with estimate, variance, df, n and the rest that `estimates.completed` reads, and GUARDED;
    parts: the same as linear statistics (CELL, place, z, zz, n); checks: rows of quality.QUALITY."""

    means: pl.DataFrame
    parts: pl.DataFrame
    checks: pl.DataFrame

    def none(self) -> Rates:
        """No rates, in the same columns."""
        return Rates(self.means.clear(), self.parts.clear(), self.checks.clear())


def told(instrument: Instrument, codes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(`codes` that answer an indirect question, as `rates` reads them; counted nonresponse to those questions).

    codes: DOMAIN, item, code, n, sw, sw2 and what places them (see Moments.codes).
    """
    answers = _meanings(instrument, codes)
    known = codes.join(answers, on=["item", "code"], maintain_order="left_right")
    return known.filter(pl.col("y").is_not_null()).drop("reason"), _unanswered(known, answers)


def _meanings(instrument: Instrument, codes: pl.DataFrame) -> pl.DataFrame:
    """ANSWERS of each code seen; y is null where it is no answer, and reason says why."""
    seen: dict[str, list[str]] = dict(codes.group_by("item").agg(pl.col("code").unique().sort()).iter_rows())
    items = {i.code: i for i in instrument.items}
    rows = []
    for question in instrument.indirect:
        most, (a, b) = (question.innocuous, (None, None)) if isinstance(question, ItemCount) else (None, question.mix)
        for arm, item in question.arms.items():
            missing = {m.code: m.reason for m in instrument.scale_of(items[item]).missing} | {"": "blank"}
            for code in seen.get(item, []):
                y = None if code in missing else float(code if most else code in question.yes)
                rows.append((question.code, item, code, arm, y, missing.get(code), most, a, b))
    return pl.DataFrame(rows, ANSWERS, orient="row")


def _unanswered(known: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """CELL without its kind, place columns, n, sw, sw2 and y: who gave no answer, in all and by reason.

    Each respondent gets one list: blank are those who left both open, that is
    those who left one open less those who were asked by the other.
    """
    first = pl.col("arm") != "treatment"
    asked = known.filter(first | (pl.col("reason").fill_null("") != "blank"))
    elsewhere = asked.filter(~first).with_columns(-pl.col("n"), -pl.col("sw"), -pl.col("sw2"), reason=pl.lit("blank"))
    keys = [c for c in known.columns if c not in ("item", "code", "n", "sw", "sw2", "arm", "y", "most", "intercept", "slope")]
    people = (
        pl.concat([asked, elsewhere])
        .group_by(keys, maintain_order=True)
        .agg(pl.col("n", "sw", "sw2").sum())
        .filter(pl.col("n") > 0)
    )
    reasons = answers.select("indicator", category="reason").drop_nulls().unique().sort("indicator", "category")
    silent = people.with_columns(category=pl.lit(""), y=pl.col("reason").is_not_null().cast(pl.Float64))
    by_reason = people.join(reasons, on="indicator", maintain_order="left_right").with_columns(
        y=(pl.col("reason") == pl.col("category")).fill_null(False).cast(pl.Float64)
    )
    both = pl.concat([silent, by_reason.select(silent.columns)])
    return both.drop("reason").with_columns(measure=pl.lit("nonresponse"))


def rates(answers: pl.DataFrame, design: Design) -> Rates:
    """Every rate of every domain; answers: DOMAIN, indicator, arm, y, most, intercept, slope, place, n, sw, sw2.

    Nothing where an arm of a list experiment has no answer.
    """
    means, influences = [], []
    keys = [*DOMAIN, "indicator"]
    for key, part in answers.sort(*keys, "arm", "y").partition_by(keys, as_dict=True, maintain_order=True).items():
        for row, of_answers in _listed(part) if part["most"][0] is not None else _randomised(part):
            means.append((*key, RATE, *row))
            influences += [(len(means) - 1, *u) for u in of_answers]
    table = pl.DataFrame(means, _MEANS, orient="row").with_row_index("key")
    parts = _parts(table, influences, answers)
    known = linear_variance(parts.select("key", "place", "z", "zz", "n"), design)
    known = table.select("key").join(known, on="key", how="left")
    spent = pl.col("slope").is_null().cast(pl.Int64)  # two means are estimated, not one (R: svyglm)
    table = table.join(known, on="key", maintain_order="left").with_columns(pl.col("df") - spent)
    named = parts.join(table.select("key", *CELL), on="key").drop("key")
    return Rates(table.drop("key"), named, list_checks(answers, design))


_MEANS = {
    **dict.fromkeys(CELL, pl.String),
    **dict.fromkeys(["n", "smallest", "others"], pl.Int64),
    **dict.fromkeys(["total_weight", "kish", "estimate", "raw", "spread", "events", "srs_variance"], pl.Float64),
    **dict.fromkeys(["intercept", "slope"], pl.Float64),
}


def _parts(table: pl.DataFrame, influences: list[tuple], answers: pl.DataFrame) -> pl.DataFrame:
    """key, place, z, zz, n: each answer's influence times the weights that gave it."""
    u = pl.DataFrame(influences, {"key": table.schema["key"], "arm": pl.String, "y": pl.Float64, "u": pl.Float64}, orient="row")
    named = u.join(table.select("key", *CELL), on="key")
    rows = named.join(answers, on=[*DOMAIN, "indicator", "arm", "y"])
    return (
        rows.with_columns(z=pl.col("u") * pl.col("sw"), zz=pl.col("u") ** 2 * pl.col("sw2"))
        .sort("key", "place")
        .group_by("key", "place", maintain_order=True)
        .agg(pl.col("z", "zz", "n").sum())
    )


def _figures(arms: list[pl.DataFrame], estimate: float, events: float, others: int, mix: tuple, raw: float | None) -> tuple:
    """A row of _MEANS from `n` on. srs_variance: what a direct question to as many, all weighing alike, would have.

    So n_effective says how many answers to a direct question tell as much: the price of asking indirectly.
    """
    n, inside = sum(int(a["n"].sum()) for a in arms), float(np.clip(estimate, 0, 1))
    weight, kish = (min(f(a) for a in arms) for f in (_weight, _kish))
    spread = inside * (1 - inside)
    srs = spread / (n - 1) if n > 1 else None
    smallest = min(int(a["n"].sum()) for a in arms)
    return n, smallest, others, weight, kish, estimate, raw, spread, events, srs, *mix


def _weight(arm: pl.DataFrame) -> float:
    return float(arm["sw"].sum())


def _kish(arm: pl.DataFrame) -> float:
    return float(arm["sw"].sum() ** 2 / arm["sw2"].sum())


def _listed(part: pl.DataFrame) -> list[tuple]:
    """((measure, category, figures), [(arm, y, influence)]) of a list experiment, by either estimator."""
    arms = [part.filter(arm=name) for name in ("control", "treatment")]
    if any(arm.is_empty() for arm in arms):
        return []
    most = part["most"][0]
    lists = Lists(_counted(arms[0], most, "sw"), _counted(arms[1], most + 1, "sw"))
    sizes = _counted(arms[1], most + 1, "n")
    others = int(min(sizes[1:].sum(), sizes[:-1].sum()))  # all or nothing on the longer list gives the truth away
    found = []
    for measure, estimator in (("share", difference_in_means), ("share_ml", maximum_likelihood)):
        estimate, *influences = estimator(lists)
        row = _figures(arms, estimate, float(arms[1]["n"].sum()), others, (None, None), None)
        names = ("control", "treatment") if influences[0] is not None else ()
        of_answers = [
            (arm, float(y), float(u)) for arm, us in zip(names, influences, strict=False) for y, u in enumerate(us)
        ]
        found.append(((measure, "", *row), of_answers))
    return found


def _counted(arm: pl.DataFrame, most: int, column: str) -> np.ndarray:
    """Sums of `column` for the counts 0 to `most`."""
    return np.bincount(arm["y"].to_numpy().astype(int), arm[column].to_numpy().astype(float), most + 1)


def _randomised(part: pl.DataFrame) -> list[tuple]:
    """As `_listed`, of a randomised response."""
    yes = part.filter(pl.col("y") == 1)
    raw, mix = _weight(yes) / _weight(part), (part["intercept"][0], part["slope"][0])
    share, of_answers = randomised_share(raw, *mix)
    n, told = int(part["n"].sum()), int(yes["n"].sum())
    influences = [("answers", y, u / _weight(part)) for y, u in of_answers.items()]
    return [
        ((measure, "", *_figures([part], estimate, float(told), min(told, n - told), mix, raw)), influences)
        for measure, estimate in (("share", share), ("share_ml", float(np.clip(share, 0, 1))))
    ]


def randomised_share(raw: float, intercept: float, slope: float) -> tuple[float, dict[float, float]]:
    """(share, influence of a "no" (0) and of a "yes" (1), per weight and sum of weights) of a randomised response.

    The share of "yes" is intercept + slope x share: 1 - p and 2p - 1 (Warner 1965);
    forced_yes and p (Boruch 1971; Blair, Imai and Zhou 2015); (1 - p) x the
    unrelated share and p (Greenberg and others 1969). Solved for the share it is
    the moment estimate, which may lie outside 0 to 1; cut there it is the
    maximum-likelihood estimate. Linear in the answers, so that its error is that of
    the share of "yes" divided by the slope.
    """
    return (raw - intercept) / slope, {y: (y - raw) / slope for y in (0.0, 1.0)}


def rate_intervals(means: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) of rates, by estimator, before they are cut at 0 and 1.

    Moment estimates and differences in means: t. Maximum likelihood: of a
    randomised response Korn and Graubard's (1998) interval of the share of "yes",
    turned into the rate; of a list experiment t on the log odds.
    """
    estimate, variance, df, n, raw, a, b = (
        means[c].cast(pl.Float64).fill_null(np.nan).to_numpy()
        for c in ("estimate", "variance", "df", "n", "raw", "intercept", "slope")
    )
    low, high = mean_interval(estimate, variance, df)
    ml, listed = (means["measure"] == "share_ml").to_numpy(), np.isnan(b)
    ends = share_interval(np.nan_to_num(raw), np.nan_to_num(b) ** 2 * variance, df, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_yes = np.sort((np.array(ends) - a) / b, axis=0)
        of_lists = logit_interval(estimate, variance, df, n)
    for mine, found in ((ml & ~listed, of_yes), (ml & listed, of_lists)):
        low, high = np.where(mine, found[0], low), np.where(mine, found[1], high)
    return low, high


def list_checks(answers: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Rows of quality.QUALITY for list experiments, of everybody asked.

    list_design_effect: p-value of "no design effect" (see `no_design_effect`);
    list_floor, list_ceiling: share of those with the short list of whom none, or
    all, of its statements are true, `count` of them: with the long list their
    answer gives the truth away, so that they may not give it (Blair and Imai 2012).
    """
    units = unit_designs(design) if not answers.is_empty() else {}
    rows = []
    everybody = answers.filter(pl.col("domain_variable") == "", pl.col("most").is_not_null())
    for (*unit, indicator), part in everybody.partition_by(
        [*UNIT, "indicator"], as_dict=True, maintain_order=True
    ).items():
        if part["arm"].n_unique() == 2:
            most, n = part["most"][0], int(part["n"].sum())
            p = _design_effect(units[tuple(unit)], part, most)
            rows.append((*unit, "list_design_effect", indicator, p, None, None, n, None))
            rows += [(*unit, check, indicator, *edge) for check, edge in _edges(part, most)]
    return pl.DataFrame(rows, QUALITY, orient="row")


def _design_effect(unit, part: pl.DataFrame, most: int) -> float:
    arms = [part.filter(arm=name) for name in ("control", "treatment")]
    lists = Lists(_counted(arms[0], most, "sw"), _counted(arms[1], most + 1, "sw"))
    at = (part["y"].to_numpy() + np.where(part["arm"] == "treatment", most + 1, 0)).astype(int)
    place, sw, sw2 = (part[c].to_numpy() for c in ("place", "sw", "sw2"))
    tests = [(shares, covariance(unit, place, sw, sw2, u[at])) for shares, u in type_shares(lists)]
    return no_design_effect(tests, int(part["n"].sum()))


def _edges(part: pl.DataFrame, most: int) -> list[tuple[str, tuple]]:
    """(check, (share, low, high, n, count)) of the short list's ends; unweighted, as it warns of the list, not of people."""
    control = _counted(part.filter(arm="control"), most, "n")
    n = int(control.sum())
    found = []
    for check, count in (("list_floor", int(control[0])), ("list_ceiling", int(control[-1]))):
        share = count / n
        low, high = share_interval(share, share * (1 - share) / max(n - 1, 1), n - 1, n)
        found.append((check, (share, float(low), float(high), n, count)))
    return found
