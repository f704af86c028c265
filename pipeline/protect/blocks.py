"""What disclosure control decides on: blocks, the figures of one indicator in one domain.

A block is shown or hidden as a whole: its shares, scores and item nonresponse
follow from each other.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.estimate.indirect import RATE
from pipeline.instrument import Instrument
from pipeline.workspace import Rules

DOMAIN = [*UNIT, "domain_variable", "domain_category"]
BLOCK = [*DOMAIN, "indicator"]
ANSWERS = ("share", "favourable", "unfavourable")


def roles(units: Mapping[tuple, Instrument]) -> pl.DataFrame:
    """UNIT, indicator, sensitive, profile, part_of (the factors or indices that it is a part of)."""
    rows = []
    for unit, instrument in units.items():
        parents: dict[str, list[str]] = {}
        for index in instrument.indices:
            for factor in index.of:
                parents.setdefault(factor, []).append(index.code)
        profile = {i.code for i in instrument.profile}
        rows += [
            (*unit, i.code, i.sensitive, i.code in profile, [i.factor] if i.factor else [])
            for i in instrument.estimated
        ]
        rows += [(*unit, q.code, q.sensitive, False, []) for q in instrument.indirect]
        rows += [(*unit, f.code, False, False, parents.get(f.code, [])) for f in instrument.factors]
        rows += [(*unit, x.code, False, False, []) for x in instrument.indices]
    schema = dict.fromkeys([*UNIT, "indicator"], pl.String) | {"sensitive": pl.Boolean, "profile": pl.Boolean}
    return pl.DataFrame(rows, schema | {"part_of": pl.List(pl.String)}, orient="row")


def allowed(table: pl.DataFrame, known: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`table` (with UNIT, domain_variable, domain_link and indicator) without the breakdowns that the rules don't allow.

    Groups are formed by one profile question at a time, never by two crossed:
    a profile question is not itself broken down. `known`: see `roles`.
    """
    if rules.off:
        return table
    crossed = known.filter("profile").select(*UNIT, "indicator", crossed=True)
    kept = table.join(crossed, on=[*UNIT, "indicator"], how="left").filter(
        (pl.col("domain_variable") == "") | pl.col("crossed").is_null()
    )
    if rules.breakdown_by is not None:
        named = pl.col("domain_variable").is_in(rules.breakdown_by) | pl.col("domain_link").is_in(rules.breakdown_by)
        kept = kept.filter((pl.col("domain_variable") == "") | named)
    return kept.drop("crossed")


def bases(estimates: pl.DataFrame) -> pl.DataFrame:
    """BLOCK, indicator_kind, n (the smallest base of its figures), weight (that base's), answered (who gave an answer).

    The base of a difference between two lists is the smaller one.
    """
    answered = pl.col("measure") != "nonresponse"
    based = estimates.with_columns(n=pl.min_horizontal("n", "smallest"))
    return based.group_by([*BLOCK, "indicator_kind"], maintain_order=True).agg(
        n=pl.coalesce(pl.col("n").filter(answered).min(), pl.col("n").min()),
        weight=pl.coalesce(pl.col("total_weight").filter(answered).min(), pl.col("total_weight").min()),
        answered=pl.col("n").filter(answered).min().fill_null(0),
    )


def answer_share(estimate: str = "estimate") -> pl.Expr:
    """The share of those who gave the answer itself, from a figure; of a randomised response the raw "yes".

    A reader has it too, as the questionnaire says how chance came in. Null for a
    list experiment, whose answers are counts.
    """
    raw = pl.col("intercept") + pl.col("slope") * pl.col(estimate)
    return pl.when(pl.col("indicator_kind") == RATE).then(raw).otherwise(estimate)


def sensitive_answers(estimates: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """BLOCK, measure, category, n, estimate, count: how many gave each answer (or took each side) on sensitive questions."""
    items = known.filter("sensitive").select(*UNIT, "indicator")
    return (
        estimates.with_columns(estimate=answer_share())
        .filter(pl.col("measure").is_in(ANSWERS), pl.col("estimate").is_not_null())
        .join(items, on=[*UNIT, "indicator"], how="semi")
        .select(*BLOCK, "measure", "category", "n", "estimate", count="events")
    )
