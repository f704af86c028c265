"""Figures made for comparing two questionnaires: shown in a difference only where all they are made of is shown."""

from __future__ import annotations

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect import primary
from pipeline.protect.blocks import BLOCK, bases, sensitive_answers
from pipeline.workspace import Rules


def hidden_bridged(
    estimates: pl.DataFrame, bridged: pl.DataFrame, largest: pl.DataFrame, known: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """BLOCK whose recoded or anchored figures must not be in a difference.

    `estimates`: marked with `status`; `known`: see blocks.roles. Where a later
    version has no item but the anchors, its score is the anchored one, so that the
    difference tells the other side's anchored score, and that, set beside the
    published score, the items which only one version has. So every part of a score
    must be shown, and every figure of a recoded question; and the bridged figures
    themselves must pass the rules of the first stage.
    """
    if rules.off:
        return estimates.select(BLOCK).clear()
    gone = estimates.filter(pl.col("status") == "suppressed").select(BLOCK).unique()
    own = pl.concat(
        [
            primary.small_bases(bases(bridged), largest, rules).select(BLOCK),
            primary.unanimous(sensitive_answers(bridged, known), rules).select(BLOCK),
        ]
    )
    wholes = _wholes(known)
    scores = gone.join(wholes, on=[*UNIT, "indicator"]).drop("indicator").rename({"whole": "indicator"})
    return pl.concat([gone, own, scores.select(BLOCK)]).unique()


def _wholes(known: pl.DataFrame) -> pl.DataFrame:
    """UNIT, indicator, whole: the factors and indices that an item or factor is a part of, directly or not."""
    direct = known.select(*UNIT, "indicator", whole="part_of").explode("whole").drop_nulls("whole")
    above = direct.rename({"indicator": "whole", "whole": "index"})
    indices = direct.join(above, on=[*UNIT, "whole"]).drop("whole").rename({"index": "whole"})
    return pl.concat([direct, indices.select(direct.columns)]).unique()
