"""Reports: pages and charts made from the release folder and nothing else."""

from __future__ import annotations

from pathlib import Path


def render_reports(release: Path, out: Path, earlier: Path | None = None) -> Path:
    """Render every page of a release into `out`; returns the index page. `earlier`: see build.render."""
    from pipeline.report.build import render

    return render(release, out, earlier)
