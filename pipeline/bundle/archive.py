"""Opens a bundle's file with suspicion: three stored entries of a sane size, and nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from pyarrow.lib import ArrowException

from pipeline.bundle.contents import NAMES, TABLE
from pipeline.errors import ConfigurationError

MOST_BYTES = 200_000_000  # of the file; entries are stored, not packed, so that they are no larger
MOST_UNPACKED = 1_000_000_000  # of the table in memory
MOST_ROWS = 3_000_000


def read_entries(file: Path) -> dict[str, bytes]:
    """Name -> content of a bundle's three entries. Raises ConfigurationError for anything else."""
    if not file.is_file():
        raise ConfigurationError(f"{file}: no such file.")
    if file.stat().st_size > MOST_BYTES:
        raise ConfigurationError(f"{file}: larger than a bundle can be ({MOST_BYTES:,} bytes). Ask for it again.")
    try:
        with zipfile.ZipFile(file) as archive:
            _check(file, archive)
            return {name: archive.read(name) for name in NAMES}
    # zipfile raises RuntimeError, or a kind of it, for an archive that is locked or packed in a way it does not know
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: no whole bundle ({error}). Ask for it again.") from None


def _check(file: Path, archive: zipfile.ZipFile) -> None:
    names = sorted(archive.namelist())
    if names != sorted(NAMES):
        raise ConfigurationError(
            f"{file}: holds {', '.join(names) or 'nothing'}; a bundle holds {', '.join(NAMES)} and nothing else."
        )
    packed = [i.filename for i in archive.infolist() if i.compress_type != zipfile.ZIP_STORED]
    total = sum(i.file_size for i in archive.infolist())
    if packed or total > MOST_BYTES:
        raise ConfigurationError(
            f"{file}: {packed[0] if packed else 'its content'} is packed or too large; "
            "bundles come as `cips moments export` writes them. Ask for it again."
        )


def read_table(file: Path, content: bytes) -> pl.DataFrame:
    """A bundle's table, of TABLE's columns in their order."""
    try:
        about = pq.read_metadata(io.BytesIO(content))
        unpacked = sum(about.row_group(k).total_byte_size for k in range(about.num_row_groups))
        if about.num_rows > MOST_ROWS or unpacked > MOST_UNPACKED:
            raise ConfigurationError(f"{file}: its table has {about.num_rows:,} rows, more than a bundle can have.")
        table = pl.read_parquet(io.BytesIO(content))
    except (ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: its table can't be read ({error}). Ask for it again.") from None
    if dict(table.schema) != TABLE or table.columns != list(TABLE):
        raise ConfigurationError(
            f"{file}: its table has the columns {', '.join(table.columns)}; a bundle's are {', '.join(TABLE)}."
        )
    return table
