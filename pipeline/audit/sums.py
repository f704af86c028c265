"""Attacks on one hidden figure among shown ones that add up to it: shares, sides, factors, indices."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, place
from pipeline.audit.tables import DOMAIN, UNIT

PLACE = [*UNIT, *DOMAIN]


def missing_shares(desk: Desk) -> Iterator[Finding]:
    """The one hidden answer of a question whose other answers are shown: shares add up to one."""
    shares = desk.estimates.filter(pl.col("measure") == "share", pl.col("answer_kind") != "multiple")
    lone = _lone(shares, [*PLACE, "indicator"], "category")
    for row in lone.iter_rows(named=True):
        yield Finding("share-sum", place("estimates", row), "one less the other answers' shares")


def missing_sides(desk: Desk) -> Iterator[Finding]:
    """A hidden side whose answers are shown, or the one hidden answer of a shown side."""
    shares = desk.estimates.filter(pl.col("measure") == "share").join(
        _sides(desk), on=["instrument", "indicator", "category"]
    )
    sides = desk.estimates.filter(pl.col("measure").is_in(["favourable", "unfavourable"]))
    keys = [*PLACE, "indicator"]
    answers = shares.group_by([*keys, "side"]).agg(
        hidden=(~pl.col("shown")).sum(), answer=pl.col("category").filter(~pl.col("shown")).first()
    )
    both = sides.select(*keys, "shown", side="measure").join(answers, on=[*keys, "side"])
    known = (~pl.col("shown") & (pl.col("hidden") == 0)) | (pl.col("shown") & (pl.col("hidden") == 1))
    for row in both.filter(known).sort([*keys, "side"]).iter_rows(named=True):
        what = f"answer {row['answer']} is the {row['side']} side less its other answers"
        if not row["shown"]:
            what = f"the {row['side']} side is the sum of its answers"
        yield Finding("side-sum", place("estimates", row), what)


def _sides(desk: Desk) -> pl.DataFrame:
    rows = [
        (name, item["code"], c["code"], c["side"])
        for name, instrument in desk.codebook["instruments"].items()
        for item in instrument["items"]
        for c in item["categories"]
        if item["kind"] != "multiple"
    ]
    names = ["instrument", "indicator", "category", "side"]
    return pl.DataFrame([(a, b, str(c), d) for a, b, c, d in rows], dict.fromkeys(names, pl.String), orient="row")


def missing_items(desk: Desk) -> Iterator[Finding]:
    """The one hidden question of a shown factor, or factor of a shown index: k times the mean less the others."""
    scores = desk.estimates.filter(pl.col("measure") == "mean_score")
    parts = scores.join(_wholes(desk), on=["instrument", "indicator"])
    lone = _lone(parts, [*PLACE, "whole"], "indicator")
    shown = scores.filter("shown").select(*PLACE, whole="indicator")
    for row in lone.join(shown, on=[*PLACE, "whole"], how="semi").iter_rows(named=True):
        where = place("estimates", row)
        yield Finding("factor-item", where, f"{row['parts']} x {row['whole']} less the other {row['parts'] - 1} scores")


def _wholes(desk: Desk) -> pl.DataFrame:
    """Instrument, indicator, and the factor or index it is part of."""
    rows = []
    for name, instrument in desk.codebook["instruments"].items():
        rows += [(name, i["code"], i["factor"]) for i in instrument["items"] if i["factor"]]
        rows += [(name, part, index["code"]) for index in instrument["indices"] for part in index["of"]]
    return pl.DataFrame(rows, dict.fromkeys(["instrument", "indicator", "whole"], pl.String), orient="row")


def _lone(rows: pl.DataFrame, keys: list[str], part: str) -> pl.DataFrame:
    """Keys, `part` and how many `parts`, where exactly one of several is hidden."""
    counted = rows.group_by(keys).agg(
        pl.col(part).filter(~pl.col("shown")).first(), hidden=(~pl.col("shown")).sum(), parts=pl.len()
    )
    return counted.filter(pl.col("hidden") == 1, pl.col("parts") > 1).sort(keys)
