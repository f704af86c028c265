"""Charts that a browser's plotly draws are ones that plotly knows."""

import json
import re

import plotly.graph_objects as go


def test_plotly_knows_every_part_of_every_chart(sample_run):
    pages = [sample_run / "reports" / name for name in ("cross-member.html", "national/XAB-2025.html", "national/XAC-2025.html")]
    figures = [json.loads(text) for page in pages for text in re.findall(r'<script type="application/json">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)]
    assert len(figures) > 60
    for figure in figures:
        go.Figure(figure)  # raises where a name or a value is none of plotly's
