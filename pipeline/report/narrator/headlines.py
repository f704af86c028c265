"""What each figure shows, in a sentence: its title."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from pipeline.report.narrator.finding import Finding
from pipeline.report.narrator.lists import seen
from pipeline.report.wording import cell_number


def headlines(n, offered: Iterable[Finding], report: dict) -> dict[str, Markup]:
    """Id of a figure -> its finding: the weightiest on it, else that nothing on it stands.

    offered: see narrate.offered; report: the parts of the page (gaps, breakdowns, items).
    """
    told: dict[str, list[Markup]] = {}
    for finding in sorted(offered, key=lambda f: -f.weight):
        told.setdefault(finding.evidence, []).append(finding.text)
    titles = {where: texts[0] for where, texts in told.items()}
    titles["profile"] = Markup(" ").join(told.get("profile", []))
    for block in report["gaps"]:
        titles.setdefault(block["id"], n.t("headline_gap_none", one=block["one"], other=block["other"], **seen(n, block["rows"])))
    for block in report["breakdowns"]:
        titles.setdefault(block["id"], n.t("headline_groups_none"))
    return titles | {block["id"]: text for block in report["items"] if (text := _items(n, block))}


def _items(n, block: dict) -> Markup | None:
    """The questions with the highest and the lowest favourable share, where their intervals lie apart."""
    known = [r for r in block["rows"] if r["favourable"] and r["favourable"]["ci_low"] is not None]
    if not known:
        return None
    low, high = (pick(known, key=lambda r: r["favourable"]["estimate"]) for pick in (min, max))
    shares = _share(n, block, high, "x") | _share(n, block, low, "y")
    if len(known) == 1:
        return n.t("headline_item", x=shares["x"])
    if low["favourable"]["ci_high"] >= high["favourable"]["ci_low"]:
        return n.t("headline_items_alike", **shares)
    return n.t("headline_items", best=high["label"], worst=low["label"], **shares)


def _share(n, block: dict, row: dict, slot: str) -> dict[str, Markup]:
    return {slot: cell_number(n.t.number(row["favourable"]["estimate"]), f"{block['id']}-{row['code']}")}
