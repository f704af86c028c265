"""The good release's pages, in the shape of the project's templates."""

from __future__ import annotations

import json

import polars as pl

SCRIPTS = '<script src="{root}assets/plotly-basic.min.js"></script><script src="{root}assets/report.js"></script>'


def good_pages(estimates: pl.DataFrame, peers: pl.DataFrame) -> dict[str, str]:
    """Path below the reports' folder -> page."""
    return {
        "index.html": _page(
            "Survey", '<p class="quiet">9,000 answers</p><a href="national/KEN-2024.html">2024</a>', ""
        ),
        "method.html": _page("Method", "<p>Benjamini and Hochberg (1995)</p>", ""),
        "national/KEN-2024.html": _page("Kenya 2024", _national(estimates), "../"),
        "cross-member.html": _page("Members compared", _cross(peers, ""), ""),
        "cross-member/KEN.html": _page("Members compared: Kenya", _cross(peers, "KEN"), "../"),
    }


def _page(title: str, body: str, root: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{root}assets/report.css"></head>'
        f'<body><main><h1>{title}</h1>{body}</main><footer id="stamp" data-edition="5eed5eed5eed" data-version="0.1.0">'
        f"Release 5eed5eed5eed, questionnaires cips, minimum base 10</footer>{SCRIPTS.format(root=root)}</body></html>"
    )


def _national(estimates: pl.DataFrame) -> str:
    mine = estimates.filter(pl.col("member") == "KEN", pl.col("wave") == "2024", pl.col("measure") == "mean_score")
    shown = mine.filter(pl.col("domain_variable") == "").sort("indicator")
    cells = "".join(
        f'<td data-raw="{v / 10:.1f}" title="{v / 10:.1f} of 10">{v / 10:.1f}</td>' for v in shown["estimate"]
    )
    sizes = f'<span data-n="{shown["n"][0]}">{shown["n"][0]} respondents</span>'
    hidden = '<td class="suppressed">hidden</td>'
    return (
        f'<table><tr>{cells}{hidden}</tr></table>{sizes}{chart(shown, 10)}<a href="../../receipts/index.html">Files</a>'
    )


def _cross(peers: pl.DataFrame, recipient: str) -> str:
    rows = peers.filter(pl.col("recipient") == recipient, pl.col("indicator") == "F01").sort("pseudonym")
    heads = "".join(f"<th>{n}</th>" for n in rows["pseudonym"])
    cells = "".join(f"<td>{v / 10:.1f}</td>" for v in rows["estimate"])
    return f'<nav><a href="{"../" if recipient else ""}index.html">All</a></nav><table><tr>{heads}</tr><tr>{cells}</tr></table>{chart(rows, 10)}'


def chart(rows: pl.DataFrame, scale: float) -> str:
    """Dots with their intervals, as the reports draw them."""
    x = [round(v * scale / 100, 1) for v in rows["estimate"]]
    low, high = ([round(v * scale / 100, 1) for v in rows[c]] for c in ("ci_low", "ci_high"))
    bars = {
        "array": [round(h - v, 2) for h, v in zip(high, x, strict=True)],
        "arrayminus": [round(v - h, 2) for h, v in zip(low, x, strict=True)],
    }
    trace = {
        "type": "scatter",
        "x": x,
        "y": [k - 0.12 for k in range(len(x))],
        "error_x": bars | {"thickness": 1.6},
        "marker": {"size": 10},
    }
    figure = {"data": [trace], "layout": {"height": 596, "xaxis": {"range": [0, scale * 1.1]}}}
    return f'<div class="chart"><script type="application/json">{json.dumps(figure)}</script></div>'
