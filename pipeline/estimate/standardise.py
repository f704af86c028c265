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
    own = {"set_": pl.col("row_").min().over(SET), "wave_": pl.struct(UNIT).rank("dense").over(SET).cast(pl.Int64) - 1}
    rows = means.with_row_index("row_").with_columns(**own, levels_=pl.col("group").str.split(CROSSED)).sort("set_", "row_")
    found = np.full((rows.height, 3), np.nan)
    sizes = rows["set_"].rle().struct.field("len").to_numpy().astype(int)
    later, share, mean, weight, wave = (rows[c].to_numpy() for c in ("contrast", "share", "mean", "sw", "wave_"))
    levels = rows["levels_"].to_list()
    for size, end in zip(sizes, np.cumsum(sizes), strict=True):
        of = slice(end - size, end)
        found[of] = _regressed(_model_matrix(later[of] > 0, levels[of]), share[of], mean[of], weight[of], wave[of])
    figures = [pl.Series(name, found[:, k]) for k, name in enumerate(("a", "b", "coefficient"))]
    return rows.with_columns(figures).filter(pl.col("coefficient").is_not_nan()).drop("row_", *own, "levels_")


def _regressed(x: np.ndarray, share: np.ndarray, mean: np.ndarray, weight: np.ndarray, wave: np.ndarray) -> np.ndarray:
    """One set's a, b and coefficient, in columns; no numbers where two columns of x can't be told apart.

    Per group of a wave: x, share of the wave's weight, mean, weight and the wave's number.
    """
    moments = (x * share[:, None]).T @ x
    if np.linalg.cond(moments) > 1e10:
        return np.full((len(x), 3), np.nan)
    inverse = np.linalg.inv(moments)
    beta = inverse @ (x.T @ (share * mean))
    pull, rest = x @ inverse[:, 0], mean - x @ beta
    total = np.bincount(wave, weight)[wave]
    score = np.bincount(wave, share * pull * rest)[wave]  # the wave's own sum: its weights are divided by their total
    return np.column_stack([pull / total, (pull * rest - score) / total, np.full(len(x), beta[0])])


def _model_matrix(later: np.ndarray, levels: list[list[str]]) -> np.ndarray:
    """The wave (1 later, 0 earlier), a constant, and each variable's levels but its first. levels: of each row, by variable."""
    columns = [later, np.ones(len(later))]
    for of_variable in zip(*levels, strict=True):
        columns += [np.array(of_variable) == name for name in sorted(set(of_variable))[1:]]
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
