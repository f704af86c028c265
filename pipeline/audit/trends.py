"""Attacks on trends: a slope and the other waves' figures give a hidden wave away."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.comparisons import adjusted
from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, place
from pipeline.audit.tables import UNIT

FAMILY = ["member", "population", "indicator_kind", "measure", "adjustment"]
SERIES = ["member", "population", "link", "measure", "category"]


def trends_over_hidden_waves(desk: Desk) -> Iterator[Finding]:
    """A shown trend of which a wave is suppressed."""
    instruments = desk.units.select(*UNIT, "instrument")
    trends = _shown(desk).join(
        instruments,
        left_on=["member", "last_wave", "population"],
        right_on=["member", "wave", "population"],
        how="left",
    )
    everybody = desk.estimates.filter(~pl.col("shown"), pl.col("domain_variable") == "")
    hidden = _linked(everybody).select(*SERIES, hidden_wave="wave")
    both = _linked(trends).join(hidden, on=SERIES, nulls_equal=True)
    within = pl.col("hidden_wave").is_between("first_wave", "last_wave")
    for row in both.filter(within).sort([*SERIES, "adjustment", "hidden_wave"]).iter_rows(named=True):
        what = f"wave {row['hidden_wave']} is suppressed; the other waves and the trend give it away"
        yield Finding("trend-wave", place("trends", row), what)


def _linked(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `link`: questions by their concept, without one by questionnaire and code."""
    code = pl.when(pl.col("indicator_kind") == "item").then(pl.concat_str("instrument", pl.lit(":"), "indicator"))
    named = pl.col("concept").fill_null("") != ""
    return rows.with_columns(link=pl.when(named).then("concept").otherwise(pl.coalesce(code, "indicator")))


def tell_tale_trends(desk: Desk) -> Iterator[Finding]:
    """q-values of trends that are not those of their family's published p-values (see comparisons.tell_tale_q_values)."""
    family = pl.concat_str([pl.col(c).fill_null("") for c in FAMILY], separator="|")
    for p, q in (("p_value", "q_value"), ("departure_p_value", "departure_q_value")):
        tested = _shown(desk).filter(pl.col(q).is_not_null(), pl.col(p).is_not_null())
        judged = adjusted(tested.select(family=family, p_value=p, q_value=q))
        wrong = judged.filter((pl.col("q_value") - pl.col("expected")).abs() > 1e-6 * pl.col("expected") + 1e-12)
        for (name,), rows in wrong.group_by("family", maintain_order=True):
            what = f"{rows.height} values of {q} are not those of the published p-values"
            yield Finding("q-value", f"trends: family {name}", what)


def _shown(desk: Desk) -> pl.DataFrame:
    return desk.tables["trends"].filter(pl.col("status") != "suppressed")
