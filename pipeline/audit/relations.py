"""What adds up: everybody = the categories of a profile question + those who did not state it."""

from __future__ import annotations

import polars as pl

from pipeline.audit.rates import LISTED
from pipeline.audit.tables import DOMAIN, UNIT

VALID = ["share", "favourable", "unfavourable", "mean_score", "mean", LISTED]
EVERYBODY = ""  # the indicator under which the sizes of domains stand
CELL = [*UNIT, *DOMAIN, "indicator"]
RELATION = [*UNIT, "domain_variable", "indicator"]


def cells(estimates: pl.DataFrame) -> pl.DataFrame:
    """One row per unit, domain and indicator: what a reader knows of its base.

    Columns CELL, n (base of those who answered; null where it can't be seen), hidden, derived
    (the base as it follows from figures beside it; null where it does not). The indicator
    EVERYBODY stands for the size of the domain itself.
    """
    answers = (
        estimates.filter(pl.col("measure").is_in(VALID))
        .group_by(CELL)
        .agg(n=pl.col("n").filter("shown").max(), hidden=~pl.col("shown").any())
    )
    derived = _answered(estimates).select(*CELL, derived="answered")
    of_items = answers.join(derived, on=CELL, how="left")
    return pl.concat([of_items, _domains(estimates)]).sort(CELL)


def _answered(estimates: pl.DataFrame) -> pl.DataFrame:
    """Base x (1 - nonresponse), where it is a count: unweighted, or nobody or everybody silent."""
    silent = estimates.filter(
        "shown", pl.col("measure") == "nonresponse", pl.col("category") == "", pl.col("n").is_not_null()
    )
    countable = ~pl.col("weighted") | pl.col("estimate").is_in([0.0, 1.0])
    return silent.filter(countable).with_columns(
        answered=(pl.col("n") * (1 - pl.col("estimate"))).round().cast(pl.Int64),
        silent=(pl.col("n") * pl.col("estimate")).round().cast(pl.Int64),
    )


def _domains(estimates: pl.DataFrame) -> pl.DataFrame:
    """Sizes of domains: the base of nonresponse, or what the profile question's own shares say."""
    domains = (
        estimates.group_by([*UNIT, *DOMAIN])
        .agg(
            n=pl.col("n").filter("shown", pl.col("measure") == "nonresponse").max(),
            hidden=~pl.col("shown").any(),
        )
        .with_columns(indicator=pl.lit(EVERYBODY))
    )
    own = estimates.filter(
        "shown",
        pl.col("domain_variable") == "",
        pl.col("role") == "profile",
        pl.col("measure") == "share",
        ~pl.col("weighted"),
    ).select(
        *UNIT,
        domain_variable="indicator",
        domain_category="category",
        derived=(pl.col("estimate") * pl.col("n")).round().cast(pl.Int64),
    )
    return domains.join(own, on=[*UNIT, *DOMAIN], how="left").select(*CELL, "n", "hidden", "derived")


def relations(estimates: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """One row per unit, profile question and indicator with a hidden category.

    Columns RELATION; total; rest (total less what is shown); hidden (how many categories), names;
    unknown (hidden ones without a derived base), left (rest less the derived bases); fewest, most:
    bounds of how many who answered did not state the profile question.
    """
    totals = cells.filter(pl.col("domain_variable") == "").select(*UNIT, "indicator", total=pl.coalesce("n", "derived"))
    per = (
        cells.filter(pl.col("domain_variable") != "")
        .group_by(RELATION, maintain_order=True)
        .agg(
            shown=pl.col("n").filter(~pl.col("hidden")).sum(),
            blind=(~pl.col("hidden") & pl.col("n").is_null() & pl.col("derived").is_null()).sum(),
            filled=pl.col("derived").filter(~pl.col("hidden") & pl.col("n").is_null()).sum(),
            hidden=pl.col("hidden").sum(),
            names=pl.col("domain_category").filter("hidden"),
            derived=pl.col("derived").filter("hidden").sum(),
            unknown=(pl.col("hidden") & pl.col("derived").is_null()).sum(),
        )
        .filter(pl.col("hidden") > 0, pl.col("blind") == 0)
    )
    joined = per.join(totals, on=[*UNIT, "indicator"], how="inner").filter(pl.col("total").is_not_null())
    joined = joined.with_columns(rest=pl.col("total") - pl.col("shown") - pl.col("filled"))
    return _with_unstated(joined.with_columns(left=pl.col("rest") - pl.col("derived")), estimates, totals)


def _with_unstated(per: pl.DataFrame, estimates: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Bounds of those who answered the indicator but did not state the profile question."""
    unstated = (
        _answered(estimates)
        .filter(pl.col("domain_variable") == "", pl.col("role") == "profile")
        .select(*UNIT, domain_variable="indicator", unstated="silent")
    )
    everybody = totals.filter(pl.col("indicator") == EVERYBODY).select(*UNIT, everybody="total")
    known = per.join(unstated, on=[*UNIT, "domain_variable"], how="left").join(everybody, on=UNIT, how="left")
    most = pl.min_horizontal(pl.coalesce("unstated", "rest"), "rest")
    fewest = pl.max_horizontal(0, pl.col("unstated") - (pl.col("everybody") - pl.col("total")))
    return known.with_columns(most=most, fewest=pl.min_horizontal(fewest.fill_null(0), most))
