"""Who gave a valid answer to what, of one submission."""

from __future__ import annotations

import polars as pl

from pipeline.ingest.submission import Submission
from pipeline.instrument import Instrument, Item


def valid_answers(s: Submission) -> pl.DataFrame:
    """One column of true and false per question: whether the row has an answer that counts."""
    return s.answers.select(_is_valid(s.instrument, item).alias(item.code) for item in s.instrument.questions)


def _is_valid(instrument: Instrument, item: Item) -> pl.Expr:
    scale = instrument.scale_of(item)
    if scale.kind in ("multiple", "number"):
        return pl.col(item.code).is_not_null() & ~pl.col(item.code).is_in([m.code for m in scale.missing])
    return pl.col(item.code).is_in([c.code for c in scale.categories]).fill_null(False)


def group_sizes(s: Submission, item: Item) -> dict[str, int]:
    """Code -> respondents, of a profile question; codes that nobody gave are left out."""
    codes = [c.code for c in s.instrument.scale_of(item).categories]
    found = s.answers.filter(pl.col(item.code).is_in(codes)).group_by(item.code).len()
    return dict(found.iter_rows())


def weights(s: Submission) -> pl.Series:
    """The export's weights, or 1 for everybody."""
    item = s.instrument.design_item("weight")
    column = s.answers[item.code].cast(pl.Float64, strict=False) if item else pl.Series([None] * s.answers.height)
    return column.cast(pl.Float64).fill_null(1.0).alias("weight")
