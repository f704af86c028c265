"""The parts of a national report put together by factor: for the summary and the pages for workshops."""

from __future__ import annotations


def by_factor(n, report: dict) -> list[dict]:
    """Per factor and index with a score: {code, label, index, cells (score by population), changes, gaps}.

    n: a National; report: the parts of its page. changes: population -> the line of its
    change; gaps: the lines of the pairs of populations; None for what the page does not draw.
    """
    if not report["profile"]:
        return []
    changes = {b["population"]: _lines(b) if b["comparable"] else {} for b in report["changes"]}
    gaps = [(f"{b['one']} − {b['other']}", _lines(b)) for b in report["gaps"]]
    names = [n.t.name(p) for p in n.populations]
    return [
        {
            **row,
            "changes": [(name, changes.get(name, {}).get(row["code"])) for name in names],
            "gaps": [(pair, lines.get(row["code"])) for pair, lines in gaps],
        }
        for row in report["profile"]["rows"]
    ]


def _lines(block: dict) -> dict[str, dict]:
    """The lines of a figure by indicator; those of questions are left out."""
    return {line["indicator"]: line for line in block["rows"] if line["kind"] != "item"}
