"""Change between waves as if the same kinds of respondents had been asked: direct and regression standardisation.

Both give every group of every wave a weight on its mean and a part in the
reference composition; those are the influences of its respondents, from which
`linear.py` makes the variance.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.estimate.composition import FEWEST
from pipeline.estimate.design import UNIT, Design
from pipeline.estimate.linear import linear_variance
from pipeline.estimate.moments import CROSSED

WHAT = ["link", "measure", "category"]
SET = ["set", *WHAT]
SUMS = ["n", "sw", "swy", "sw2", "sw2y", "sw2y2"]


def group_means(cells: pl.DataFrame, sets: pl.DataFrame) -> pl.DataFrame:
    """SET, UNIT, group, n, sw, kish, mean (from `centre`), share (of the wave's weight), contrast, part and waves (of the set), over all places.

    cells: SET, UNIT, group, place, centre and SUMS; sets: set, UNIT, contrast (of
    the waves, e.g. 1 and -1) and part (of each wave in the reference composition; they sum to 1). Indicators
    that are not in every wave of a set are left out.
    """
    sums = cells.group_by([*SET, *UNIT, "group"], maintain_order=True).agg(pl.col(SUMS).sum(), pl.col("centre").first())
    weight, everywhere = pl.col("sw"), pl.struct(UNIT).n_unique().over(SET) == pl.col("waves")
    expected = sets.with_columns(waves=pl.len().over("set"))
    return sums.join(expected, on=["set", *UNIT], maintain_order="left").filter(everywhere).select(
        *SET,
        *UNIT,
        "group",
        "n",
        "sw",
        "centre",
        "contrast",
        "part",
        "waves",
        kish=weight**2 / pl.col("sw2"),
        mean=pl.col("swy") / weight,
        share=weight / weight.sum().over([*SET, *UNIT]),
    )


def direct(means: pl.DataFrame) -> pl.DataFrame:
    """Direct standardisation: each wave's group means, weighted by the reference composition.

    means: see group_means. Gives its rows with `reference` (a group's share in it),
    and a and b: a respondent's influence on the contrast is w (a (y - mean) + b),
    where b is the part of the sampling error of the reference composition. Where
    it is the mean of two waves' (part 1/2 each), the plain change less this one is
    Kitagawa's (1955) composition effect. Sets in which a group is missing or has
    fewer than FEWEST answers in a wave are left out.

    Source: Kitagawa (1955); Deming and Stephan's standard population as in Fleiss,
    Levin and Paik (2003), ch. 19; influence by Binder (1983).
    """
    reference = means.group_by([*SET, "group"], maintain_order=True).agg(
        reference=(pl.col("part") * pl.col("share")).sum(),
        change=(pl.col("contrast") * pl.col("mean")).sum(),
        everywhere=pl.len(),
        fewest=pl.col("n").min(),
    )
    found = means.join(reference, on=[*SET, "group"], maintain_order="left")
    usable = (pl.col("everywhere") == pl.col("waves")) & (pl.col("fewest") >= FEWEST)
    return (
        found.filter(usable.all().over(SET))
        .with_columns(
            a=pl.col("contrast") * pl.col("reference") / pl.col("sw"),
            b=pl.col("part")
            * (pl.col("change") - (pl.col("share") * pl.col("change")).sum().over([*SET, *UNIT]))
            / pl.col("sw").sum().over([*SET, *UNIT]),
        )
        .drop("change", "everywhere", "fewest")
    )


def composition_alone(standardised: pl.DataFrame) -> pl.DataFrame:
    """What is left of the plain contrast when the standardised one is taken away: `direct`'s rows with other a and b."""
    over = [*SET, *UNIT]
    total = pl.col("sw").sum().over(over)
    average = (pl.col("share") * pl.col("mean")).sum().over(over)
    return standardised.with_columns(
        a=pl.col("contrast") / total - pl.col("a"),
        b=pl.col("contrast") * (pl.col("mean") - average) / total - pl.col("b"),
    )


def regression(means: pl.DataFrame) -> pl.DataFrame:
    """Regression standardisation (g-computation): the change between two waves at equal composition.

    means: see group_means, with groups as levels joined by chr(31), and contrasts
    of 1 and -1. A weighted linear model of wave and the groups' main effects, each
    wave weighing alike; its identity link makes the standardised change the
    coefficient of the wave, whatever the reference. It uses groups too small for
    direct standardisation, at the price of assuming that all groups changed alike.
    Gives SET, UNIT, group, mean, a and b as `direct`, and `coefficient`, the change.

    Source: Snowden, Rose and Mortimer (2011); linearisation by Binder (1983).
    """
    nothing = means.clear().with_columns(pl.lit(None, pl.Float64).alias(c) for c in ("a", "b", "coefficient"))
    parts = [_regressed(part) for _, part in means.group_by(SET, maintain_order=True)]
    return pl.concat([nothing, *(p for p in parts if p is not None)])


def _regressed(part: pl.DataFrame) -> pl.DataFrame | None:
    """One set's rows of `regression`; None where two of its columns can't be told apart."""
    x, share, mean = _model_matrix(part), part["share"].to_numpy(), part["mean"].to_numpy()
    moments = (x * share[:, None]).T @ x
    if np.linalg.cond(moments) > 1e10:
        return None
    inverse = np.linalg.inv(moments)
    beta = inverse @ (x.T @ (share * mean))
    pull, rest = x @ inverse[:, 0], mean - x @ beta
    waves = part.select(pl.struct(UNIT).rank("dense")).to_series().to_numpy() - 1
    total = np.bincount(waves, part["sw"])[waves]
    score = np.bincount(waves, share * pull * rest)[waves]  # the wave's own sum: its weights are divided by their total
    return part.with_columns(
        a=pl.Series(pull / total), b=pl.Series((pull * rest - score) / total), coefficient=pl.lit(beta[0])
    )


def _model_matrix(part: pl.DataFrame) -> np.ndarray:
    """The wave (1 later, 0 earlier), a constant, and each variable's levels but its first."""
    later = part["contrast"].to_numpy() > 0
    columns = [later, np.ones(part.height)]
    for levels in zip(*(group.split(CROSSED) for group in part["group"]), strict=True):
        columns += [np.array(levels) == name for name in sorted(set(levels))[1:]]
    return np.column_stack(columns).astype(float)


def contrast_variance(cells: pl.DataFrame, influence: pl.DataFrame, design: Design) -> pl.DataFrame:
    """SET, UNIT, variance, df: what each wave adds to the variance of the contrast.

    cells: see group_means; influence: SET, UNIT, group, mean, a, b.
    """
    a, b, m = pl.col("a"), pl.col("b"), pl.col("mean")
    keys = [*SET, *UNIT]
    numbers = influence.select(keys).unique(maintain_order=True).with_row_index("key")
    known = influence.select(*keys, "group", "mean", "a", "b").join(numbers, on=keys, maintain_order="left")
    squares = pl.col("sw2y2") - 2 * m * pl.col("sw2y") + m * m * pl.col("sw2")
    rows = (
        cells.join(known, on=[*keys, "group"])
        .select(
            "key",
            "place",
            "n",
            z=a * (pl.col("swy") - m * pl.col("sw")) + b * pl.col("sw"),
            zz=a * a * squares + 2 * a * b * (pl.col("sw2y") - m * pl.col("sw2")) + b * b * pl.col("sw2"),
        )
        .group_by("key", "place", maintain_order=True)
        .agg(pl.col("z", "zz", "n").sum())
    )
    return numbers.join(linear_variance(rows, design), on="key", how="left").drop("key")
