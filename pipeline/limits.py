"""How large an export may be (limits.yaml)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, PositiveInt

WHERE = "limits.yaml"


class Limits(BaseModel):
    """What the file leaves out is as here; far beyond any survey, and little enough for a machine to bear."""

    model_config = ConfigDict(extra="forbid")
    file_megabytes: PositiveInt = 4096
    unpacked_megabytes: PositiveInt = 512  # of a workbook, which is packed
    sheet_cells: PositiveInt = 8_000_000
    columns: PositiveInt = 5_000
    cell_characters: PositiveInt = 50_000
    reader_seconds: PositiveInt = 300
    reader_megabytes: PositiveInt = 8192
