"""The release's tables for other tools: described (dictionary, CSVW), as a workbook, and as SDMX. Nothing here computes."""

from pipeline.formats.dictionary import described
from pipeline.formats.write import write_formats

__all__ = ["described", "write_formats"]
