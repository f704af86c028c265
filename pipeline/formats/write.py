"""Writes the files beside a release's tables. They hold what the tables hold and no more; the audit reads them again."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.formats.csvw import metadata
from pipeline.formats.dictionary import dictionary, document
from pipeline.formats.sdmx import observations
from pipeline.formats.sdmx_structure import structure
from pipeline.formats.workbook import write_workbook
from pipeline.release import write_document


def write_formats(folder: Path, tables: dict[str, pl.DataFrame], documents: dict) -> None:
    """Into the release `folder`: dictionary.json, NAME.csv-metadata.json, release.xlsx, estimates.sdmx.csv and .json."""
    write_document(folder / "dictionary.json", document())
    for name in tables:
        write_document(folder / f"{name}.csv-metadata.json", metadata(dictionary()[name]))
    write_workbook(folder / "release.xlsx", {n: tables[n] for n in dictionary() if n in tables}, documents["manifest"])
    observations(tables["estimates"]).write_csv(folder / "estimates.sdmx.csv")
    write_document(folder / "estimates.sdmx.json", structure(tables["estimates"], documents["codebook"]))
