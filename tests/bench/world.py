"""Seeded workspaces of any size, every file of them in one format. The same seed gives the same answers in each."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.demo import write_demo, writers
from pipeline.instrument import Instrument

MEMBERS, WAVES = 10, 2
PER_OFFICIAL = 1.65  # respondents of both populations for each official that is asked for, on average


def _write_parquet(path: Path, instrument: Instrument, answers: writers.Answers) -> None:
    """Codes as text, item codes as names."""
    pl.DataFrame({column: [str(answer) for answer in given] for column, given in answers.items()}).write_parquet(path)


FORMATS = {
    "csv": (writers.write_codes_csv, "csv"),
    "parquet": (_write_parquet, "parquet"),
    "xlsx": (writers.write_xlsx, "xlsx"),
}


def world(folder: Path, respondents: int, form: str = "csv") -> Path:
    """A workspace of about so many respondents; its pages in English alone."""
    root = folder / f"world-{respondents}-{form}"
    each = max(1, round(respondents / MEMBERS / WAVES / PER_OFFICIAL))
    write_demo(root, MEMBERS, WAVES, each, seed=1, written=FORMATS[form])
    (root / "reports.yaml").write_text("languages: []\n", encoding="utf-8")
    return root


def exports(root: Path) -> list[Path]:
    return sorted(path for path in (root / "inbox").rglob("*") if path.is_file())
