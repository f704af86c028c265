"""Parquet."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from pipeline.errors import SubmissionError, said_by
from pipeline.ingest.limits import check_characters, check_columns, check_sheet
from pipeline.ingest.table import RawTable, Vocabulary, numbered
from pipeline.limits import Limits


def read(path: Path, content: bytes, vocabulary: Vocabulary, limits: Limits) -> RawTable:
    try:
        # not by polars, which says of a broken file what is of interest to its makers alone
        file = parquet.ParquetFile(io.BytesIO(content))
        check_columns(file.metadata.num_columns, limits)
        check_sheet(file.metadata.num_columns * file.metadata.num_rows, limits)
        frame = pl.from_arrow(file.read())
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, KeyError, TypeError) as error:
        raise SubmissionError(f"it can't be read as a Parquet file ({said_by(error)}); write it again") from None
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype == pl.Binary]
    if nested:
        raise SubmissionError(f"column {nested[0]!r} holds lists or bytes, not one answer a row; write one column a choice", "malformed")
    texts = frame.select(_text(pl.col(name), dtype).alias(f"c{j}") for j, (name, dtype) in enumerate(frame.schema.items()))
    check_characters(texts, limits)
    return RawTable(frame.columns, numbered(texts, 1), "Parquet")


def _text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """4.0 becomes "4"."""
    if not dtype.is_float():
        return column.cast(pl.String)
    whole = column.is_finite() & (column == column.round(0))
    return pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
