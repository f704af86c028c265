"""A page of the reports as PDF, printed by the Chromium that is on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.errors import ConfigurationError, StageError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS = 180
FLAGS = (
    *("--headless", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--no-pdf-header-footer", "--virtual-time-budget=20000"),
)


def find_page(reports: Path, name: str) -> Path:
    """The page that is meant: a path, or its name among the reports (national/XAA-2025, national/XAA-2025.fr).

    Raises ConfigurationError with what is there where it is none.
    """
    for path in (Path(name), reports / name, reports / f"{name}.html"):
        if path.suffix == ".html" and path.is_file():
            return path.resolve()
    there = sorted(p.relative_to(reports).with_suffix("").as_posix() for p in reports.rglob("*.html"))
    near = [p for p in there if Path(name).stem.split(".")[0].lower() in p.lower()][:5] or there[:5]
    hint = f"Pages there: {', '.join(near)}, ..." if there else "There are no reports yet; run `cips run` first."
    raise ConfigurationError(f"{name}: no page of {reports}. {hint}")


def print_page(page: Path, pdf: Path) -> Path:
    """Print a page on A4, all tables open; returns the PDF. Raises ConfigurationError without a browser, StageError where it fails."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise ConfigurationError(
            "No Chromium was found to print with. Install it (on Debian: apt install chromium), or open the page in any browser and print it from there."
        )
    pdf.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "page.pdf"
        # a superuser's Chromium has no sandbox; the page is our own and loads nothing
        flags = [*FLAGS, *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]
        command = [browser, *flags, f"--user-data-dir={scratch}/profile", f"--print-to-pdf={made}", page.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise StageError(f"{page.name}: {browser} did not finish printing within {SECONDS} seconds.") from None
        if not made.is_file() or not made.stat().st_size:
            said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
            raise StageError(f"{page.name}: {browser} made no PDF. It said: {said}")
        shutil.copyfile(made, pdf)
    return pdf
