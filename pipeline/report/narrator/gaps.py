"""Where populations differ."""

from __future__ import annotations

from pipeline.report.narrator.finding import Finding, difference
from pipeline.report.narrator.lists import alike, largest, names, sure


def apart(n, blocks: list[dict]) -> list[Finding]:
    """Per pair of populations what the first rates higher, and what lower."""
    return [_finding(n, block, way, lines) for block in blocks for way, lines in alike(block["rows"]).items()]


def _finding(n, block: dict, way: str, lines: list[dict]) -> Finding:
    text = n.t(
        "finding_gap",
        mark=lines[0]["mark"],
        one=block["one"],
        other=block["other"],
        verdict=lines[0]["word"],
        names=names(n.t, [r["label"] for r in lines]),
        **largest(n, lines[0]),
    )
    about, facts = ("gap", block["id"], way), tuple(difference(r["row"]) for r in lines)
    of = lines[0]["row"]["population"]
    return Finding(text, about, block["id"], max(sure(n, r) for r in lines), population=of, verdict=way, facts=facts)
