"""Seeded workspaces of any size, every file of them in one format. The same seed gives the same answers in each."""

from __future__ import annotations

from pathlib import Path

from pipeline.demo import write_demo, writers

MEMBERS, WAVES = 10, 2
PER_OFFICIAL = 1.65  # respondents of both populations for each official that is asked for, on average
FORMATS = {
    "csv": (writers.write_codes_csv, "csv"),
    "parquet": (writers.write_parquet, "parquet"),
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
