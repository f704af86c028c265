"""What is measured: which number y each answer stands for, per measure.

A share is the mean of 0 and 1, a score the mean of the categories' scores, so
that one estimator serves all measures.
"""

from __future__ import annotations

import math

import polars as pl

from pipeline.instrument import Instrument, Item

SCORING = {"item": pl.String, "code": pl.String, "measure": pl.String, "category": pl.String, "y": pl.Float64}
BLANK = ""


def scoring(instrument: Instrument, seen: pl.DataFrame) -> pl.DataFrame:
    """Rows (item, code, measure, category, y) for every code in `seen` (item, code).

    A code without a row for a measure is outside that measure's denominator.
    """
    codes: dict[str, list[str]] = dict(seen.group_by("item", maintain_order=True).agg("code").iter_rows())
    rows = [row for item in instrument.estimated for row in _item_rows(instrument, item, codes.get(item.code, []))]
    return pl.DataFrame(rows, schema=SCORING, orient="row")


def _item_rows(instrument: Instrument, item: Item, seen: list[str]) -> list[tuple]:
    scale = instrument.scale_of(item)
    missing = {m.code: m.reason for m in scale.missing} | {BLANK: "blank"}
    valid = [code for code in seen if code not in missing]
    if not valid:
        return []  # not asked of anybody here
    rows = {"multiple": _multiple, "number": _number}.get(scale.kind, _single)(instrument, item, valid)
    return rows + _nonresponse(item.code, valid, missing)


def _single(instrument: Instrument, item: Item, valid: list[str]) -> list[tuple]:
    scale = instrument.scale_of(item)
    codes = [c.code for c in scale.categories]
    rows = [(item.code, code, "share", k, float(code == k)) for code in codes for k in codes]
    for measure, side in zip(("favourable", "unfavourable"), instrument.sides(item), strict=True):
        rows += [
            (item.code, code, measure, "", float(code in side))
            for code in codes
            if scale.favourable or scale.unfavourable
        ]
    if scale.scored:
        rows += [(item.code, c.code, "mean_score", "", instrument.score(item, c)) for c in scale.categories]
    return rows


def _multiple(instrument: Instrument, item: Item, valid: list[str]) -> list[tuple]:
    codes = [c.code for c in instrument.scale_of(item).categories]
    return [(item.code, answer, "share", k, float(k in answer.split("|"))) for answer in valid for k in codes]


def _number(instrument: Instrument, item: Item, valid: list[str]) -> list[tuple]:
    return [(item.code, answer, "mean", "", float(answer)) for answer in valid]


def _nonresponse(item: str, valid: list[str], missing: dict[str, str]) -> list[tuple]:
    """Share of all asked without a valid answer: in all (category ''), and by reason."""
    reasons = sorted(set(missing.values()))
    rows = [(item, code, "nonresponse", "", float(code in missing)) for code in [*valid, *missing]]
    return rows + [
        (item, code, "nonresponse", reason, float(missing.get(code) == reason))
        for code in [*valid, *missing]
        for reason in reasons
    ]


def factor_tables(instrument: Instrument) -> dict[str, pl.DataFrame]:
    """The small tables that scores.scores and sql/037_weighted.sql to sql/038_membership.sql read."""
    members = [(i.factor, i) for i in instrument.coded_items() if i.factor and instrument.scale_of(i).scored]
    items = [(f, i.code, c.code, instrument.score(i, c)) for f, i in members for c in instrument.scale_of(i).categories]
    factors = sorted({f for f, _ in members})
    parts = [(index.code, f) for index in instrument.indices for f in index.of if f in factors]
    return {
        "factor_item": pl.DataFrame(
            items, schema={"factor": pl.String, "item": pl.String, "code": pl.String, "y": pl.Float64}, orient="row"
        ),
        "factor_size": needed([f for f, _ in members], "factor", instrument.score_needs),
        "index_factor": pl.DataFrame(parts, schema={"index_code": pl.String, "factor": pl.String}, orient="row"),
        "index_size": needed([index for index, _ in parts], "index_code", instrument.score_needs),
        "profile_category": pl.DataFrame(
            [(i.code, c.code) for i in instrument.profile for c in instrument.scale_of(i).categories],
            schema={"item": pl.String, "code": pl.String},
            orient="row",
        ),
        "crossed_item": pl.DataFrame(
            [(i.code, place) for place, i in enumerate(instrument.held_fixed)],
            schema={"item": pl.String, "place": pl.Int64},
            orient="row",
        ),
    }


def needed(names: list[str], key: str, share: float) -> pl.DataFrame:
    """For each name: of how many parts a score needs an answer."""
    rows = [(name, max(1, math.ceil(share * names.count(name)))) for name in sorted(set(names))]
    return pl.DataFrame(rows, schema={key: pl.String, "needed": pl.Int64}, orient="row")
