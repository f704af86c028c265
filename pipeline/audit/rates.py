"""From a rate by indirect questioning back to the answers that it was made of."""

from __future__ import annotations

import polars as pl

LISTED = "rate"  # the measure of a list experiment here: its answers are counts, its share is nobody's answer
MIX = {**dict.fromkeys(["instrument", "indicator"], pl.String), "mixed": pl.Boolean, "intercept": pl.Float64, "slope": pl.Float64}


def turned_back(estimates: pl.DataFrame, codebook: dict) -> pl.DataFrame:
    """`estimates` (with instrument) in which a randomised response's share is that of the raw "yes".

    The questionnaire says by which chance an answer was mixed, so that anybody can
    do this. The share of a list experiment is no count of answers and is set apart
    under a measure of its own, with its base.
    """
    rows = [
        (name, question["code"], True, *(question["mix"] or (None, None)))
        for name, instrument in codebook["instruments"].items()
        for question in instrument.get("indirect", [])
    ]
    mixed = estimates.join(pl.DataFrame(rows, MIX, orient="row"), on=["instrument", "indicator"], how="left", maintain_order="left")
    rate = pl.col("mixed").fill_null(False) & (pl.col("measure") == "share")
    listed = rate & pl.col("slope").is_null()
    raw = pl.col("intercept") + pl.col("slope") * pl.col("estimate")
    return mixed.with_columns(
        measure=pl.when(listed).then(pl.lit(LISTED)).otherwise("measure"),
        estimate=pl.when(rate & ~listed).then(raw).otherwise("estimate"),
    ).drop("mixed", "intercept", "slope")
