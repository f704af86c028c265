"""Several indicators that say the same, in one sentence."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.report.narrator.finding import sure_size
from pipeline.report.verdicts import CLEAR
from pipeline.report.wording import cell_number

NAMED = 5  # indicators named before "and 3 more"


def alike(lines: list[dict]) -> dict[str, list[dict]]:
    """Lines whose difference stands by direction (higher, lower), the largest first.

    An index is made of the factors beside it, so that it says nothing of its own.
    """
    told = [r for r in lines if r["kind"] != "index"] or lines
    clear = sorted((r for r in told if r["verdict"] in CLEAR), key=lambda r: -abs(r["x"]))
    return {way: found for way in CLEAR if (found := [r for r in clear if r["verdict"] == way])}


def names(t, labels: list[str]) -> Markup:
    """"A, B and C", or the first few "and 3 more"."""
    if len(labels) > NAMED:
        return t("names_more", names=t.listed(labels[:NAMED]), more=len(labels) - NAMED)
    return Markup(t.listed(labels, final=True))


def points_of(n, share: bool) -> float:
    """Points of 100 in one unit of the page's scale."""
    return 1.0 if share else 100 / n.source.scale[0]


def sure(n, line: dict) -> float:
    """See finding.sure_size, of a line as it is printed."""
    return sure_size(line["low"], line["high"], points_of(n, line["share"]))


def seen(n, lines: list[dict]) -> dict[str, Markup]:
    """What half of the comparisons would have seen, tied to its cell: seen."""
    known = sorted((r for r in lines if r["seen"] is not None), key=lambda r: r["seen"])
    if not known:
        return {"seen": n.t("seen_unknown")}
    line = known[len(known) // 2]
    return {"seen": cell_number(n.t.number(line["seen"], 0 if line["share"] else n.source.scale[1]), f"{line['id']}-seen")}


def largest(n, line: dict) -> dict[str, Markup]:
    """The numbers of a line, each tied to its cell: x, low, high."""
    decimals = 0 if line["share"] else n.source.scale[1]
    return {k: cell_number(n.t.number(line[k], decimals), f"{line['id']}-{k}") for k in ("x", "low", "high")}
