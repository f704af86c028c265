"""Refuses what is larger than limits.yaml allows, before it is unpacked or read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl

from pipeline.errors import SubmissionError
from pipeline.limits import WHERE, Limits

CHUNK = 1 << 20


def check_size(path: Path, limits: Limits) -> None:
    """Raises SubmissionError."""
    megabytes = path.stat().st_size / CHUNK
    if megabytes > limits.file_megabytes:
        raise SubmissionError(_beyond(f"the file has {megabytes:,.0f} MB", limits.file_megabytes, "file_megabytes"))


def check_columns(columns: int, limits: Limits) -> None:
    if columns > limits.columns:
        raise SubmissionError(_beyond(f"it has {columns:,} columns", limits.columns, "columns"), "malformed")


def check_characters(frame: pl.DataFrame, limits: Limits) -> None:
    longest = frame.select(pl.all().str.len_chars().max()).max_horizontal().item() if frame.width and frame.height else None
    if longest and longest > limits.cell_characters:
        raise SubmissionError(_beyond(f"one of its cells has {longest:,} characters", limits.cell_characters, "cell_characters"), "malformed")


def check_sheet(cells: int, limits: Limits) -> None:
    if cells > limits.sheet_cells:
        raise SubmissionError(_beyond(f"its sheet has {cells:,} cells", limits.sheet_cells, "sheet_cells"))


def check_unpacked(archive: zipfile.ZipFile, limits: Limits) -> None:
    """What a packed file really holds: what it says of itself may be a lie. Raises SubmissionError, or zipfile's errors."""
    left = limits.unpacked_megabytes * CHUNK
    for member in archive.infolist():
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise SubmissionError(_beyond("it is packed and grows when unpacked", f"{limits.unpacked_megabytes} MB", "unpacked_megabytes"))


def _beyond(what: str, limit: int | str, name: str) -> str:
    shown = f"{limit:,}" if isinstance(limit, int) else limit
    return f"{what}, more than the {shown} that are read ({name} in {WHERE}); export the answers alone, or raise the limit"
