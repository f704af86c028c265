"""One reader per file format; each gives every cell as text, untouched.

Nothing is inferred: a code must not turn into a number, nor N/A into nothing.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline.errors import SubmissionError
from pipeline.ingest.dialects import as_table
from pipeline.ingest.limits import check_columns, check_size
from pipeline.ingest.readers import delimited
from pipeline.ingest.readers.apart import read_apart
from pipeline.ingest.readers.statistical import PORTABLE
from pipeline.ingest.table import Cells, RawTable, Vocabulary
from pipeline.limits import Limits

TEXT = "delimited"
READERS = {  # how a file begins -> the module that reads it
    b"PK\x03\x04": "workbook",
    b"\xd0\xcf\x11\xe0": "workbook",  # the binary workbook of old (.xls)
    b"$FL2": "statistical",
    b"$FL3": "statistical",
    b"<stata_dta>": "statistical",
    b"HEADER RECORD*******LIB": "statistical",
    b"PAR1": "columnar",
}
OLD_STATA = (b"\x72", b"\x73", b"\x71")  # versions 8 to 12: the first byte is the version, the second the byte order
PROMISES = {  # endings that promise one of these readers
    "workbook": (".xlsx", ".xls"),
    "statistical": (".sav", ".zsav", ".por", ".dta", ".xpt"),
    "columnar": (".parquet",),
}


def read_export(path: Path, vocabulary: Vocabulary | None = None, limits: Limits | None = None) -> RawTable:
    """Read an export by what it contains, whatever its name says. Raises SubmissionError.

    vocabulary: the instruments' headings and words, which tell headings from what stands above them and code pages apart.
    """
    vocabulary, limits = vocabulary or Vocabulary(), limits or Limits()
    check_size(path, limits)
    content = _content(path)
    kind = _kind(content)
    promised = next((k for k, endings in PROMISES.items() if path.suffix.lower() in endings), TEXT)
    if promised not in (TEXT, kind):
        raise SubmissionError(
            f"it is named {path.suffix} but its content is no such file; export it again or mend the extension"
        )
    read = delimited.read if kind == TEXT else partial(read_apart, f"{__name__}.{kind}")
    found = read(path, content, vocabulary, limits)
    table = as_table(found, vocabulary) if isinstance(found, Cells) else found
    check_columns(len(table.headings), limits)
    if table.rows.is_empty():
        raise SubmissionError("it has headings but no row of answers; export it again with the responses", "empty")
    return table


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"the file can't be opened ({error.strerror}); check its permissions") from None
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise SubmissionError("the file is empty; export it again from the survey tool", "empty")
    return content


def _kind(content: bytes) -> str:
    named = next((module for magic, module in READERS.items() if content.startswith(magic)), None)
    old_stata = content[:1] in OLD_STATA and content[1:2] in (b"\x01", b"\x02") and content[3:4] == b"\0"
    return named or ("statistical" if old_stata or PORTABLE in content[:512] else TEXT)
