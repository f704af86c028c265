"""What changed since the wave before, or why nothing may be called a change."""

from __future__ import annotations

from pipeline.report.narrator.finding import MATTERS, WARNING, Finding, difference, figure
from pipeline.report.narrator.lists import alike, largest, names, seen, sure
from pipeline.report.wording import release_number

SAME = 0.2 * MATTERS  # "nothing changed" weighs as much as a change of one sure point


def changed(n, blocks: list[dict]) -> list[Finding]:
    """Per population a finding for what rose and what fell, or that nothing did; first of all that waves can't be compared."""
    return [finding for block in blocks for finding in _of_population(n, block)]


def _of_population(n, block: dict) -> list[Finding]:
    about, where = ("change", block["population"]), block["id"]
    if not block["comparable"]:
        key = "finding_not_comparable" if block["rows"] else "finding_nothing_alike"
        text = n.t(key, population=block["population"])
        return [Finding(text, about, where, WARNING, population=block["code"], verdict="not_comparable")]
    found = [_moved(n, block, way, lines) for way, lines in alike(block["rows"]).items()]
    if block["shifts"]:
        found.append(_who_was_asked(n, block))
    return found or [_unmoved(n, block)]


def _moved(n, block: dict, way: str, lines: list[dict]) -> Finding:
    key = "finding_change_adjusted" if block["shifts"] else "finding_change"
    text = n.t(
        key,
        mark=lines[0]["mark"],
        population=block["population"],
        verdict=lines[0]["word"],
        names=names(n.t, [r["label"] for r in lines]),
        **largest(n, lines[0]),
    )
    about, facts = ("change", block["population"], way), tuple(difference(r["row"]) for r in lines)
    weight = max(sure(n, r) for r in lines)
    return Finding(text, about, block["id"], weight, population=block["code"], verdict=way, facts=facts)


def _who_was_asked(n, block: dict) -> Finding:
    """A change that is only a change in who was asked is the first thing to know."""
    shift = block["shifts"][0]
    waves = {"now": n.wave, "then": block["since"]}
    keys = {k: f"estimates/{n.member}/{w}/{block['code']}/{shift['link']}/share/{shift['code']}" for k, w in waves.items()}
    shares = {k: release_number(n.t.number(shift[k]), key) for k, key in keys.items()}
    words = {k: shift[k] for k in ("variable", "category")}
    text = n.t("finding_who_was_asked", population=block["population"], **words, **shares)
    facts = tuple(figure(r) for r in n.shares_of(block["code"], shift["link"], shift["code"], (n.wave, block["since"])))
    return Finding(text, ("asked", block["population"]), block["id"], WARNING, population=block["code"], facts=facts)


def _unmoved(n, block: dict) -> Finding:
    if all(r["verdict"] == "about_the_same" for r in block["rows"]):
        said, text = "about_the_same", n.t("finding_change_same", population=block["population"])
    else:
        said, text = "cannot_tell", n.t("finding_change_none", population=block["population"], **seen(n, block["rows"]))
    about, facts = ("change", block["population"]), tuple(difference(r["row"]) for r in block["rows"])
    return Finding(text, about, block["id"], SAME, population=block["code"], verdict=said, facts=facts)
