"""What a page says of changed questions: which changes are bridged and how, which are not drawn and why, and of changed modes."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.report import rows
from pipeline.report.release import kept
from pipeline.report.verdicts import SHIFT

MARK = "⇄"
BRIDGED = ("declared", "recoded", "anchored")
AS_PUBLISHED = ("same", "declared")


def marked(label: str, row: dict) -> str:
    """The label of a comparison, with a mark where a bridge leads over a change of the question."""
    return f"{MARK} {label}" if row.get("bridge") in BRIDGED else label


@kept
def links(n, population: str, wave: str = "", before: str = "") -> list[dict] | None:
    """Rows of `bridges` for two waves (the report's and the one before it, if none are named); None where both followed one questionnaire."""
    waves = (wave or n.wave, before or n.before(population))
    names = [n.source.instrument_name(n.member, w, population) for w in waves if w]
    if len(set(names)) < 2:
        return None
    return n.source.bridges.filter(instrument=names[0], other_instrument=names[1]).rows(named=True)


def asked_alike(n, population: str, wave: str = "", before: str = "") -> set[str] | None:
    """The questions that were the same in the earlier of two waves (see `links`), by the later's code; None for all."""
    found = links(n, population, wave, before)
    return None if found is None else {r["indicator"] for r in found if r["bridge"] in AS_PUBLISHED}


def bridge_notes(n, population: str, shown: list[dict]) -> dict:
    """bridged: a sentence for each bridged row of `shown`; apart: one for what is not compared; mode: a warning, or None."""
    found = links(n, population)
    if found is None:
        return {"bridged": [], "apart": [], "mode": mode_change(n, population)}
    drawn = {(r["indicator"], r["indicator_kind"]) for r in shown if r["bridge"] in BRIDGED}
    over = [r for r in found if (r["indicator"], r["indicator_kind"]) in drawn]
    gone = [r for r in found if r["bridge"] == "not_comparable"]
    said = [[_sentence(n, population, r) for r in _ordered(n, population, part)] for part in (over, gone)]
    return {"bridged": said[0], "apart": said[1], "mode": mode_change(n, population)}


def _ordered(n, population: str, found: list[dict]) -> list[dict]:
    return rows.in_order(n.source, n.instruments[population], found)


def _sentence(n, population: str, link: dict) -> Markup:
    """What changed, and how it is compared or that it is not."""
    label = rows.label(n.source, n.instruments[population], link | {"measure": ""})
    part = "item" if link["indicator_kind"] == "item" else "score"
    key = "bridge_apart" if link["bridge"] == "not_comparable" else f"bridge_{link['bridge']}_{part}"
    why = ", ".join(str(n.t(f"bridge_why_{reason}")) for reason in link["reason"].split())
    counts = {k: link[k] for k in ("anchors", "items", "other_items")}
    said = [n.t(key, label=label, why=why, **counts)] + _left_out(n, population, link)
    return Markup(" ").join([*said, *([Markup.escape(link["note"])] if link["note"] else [])])


def _left_out(n, population: str, link: dict) -> list[Markup]:
    """The answers of a recoded question that correspond to none, this wave's and the one before's."""
    sides = [("bridge_left_out", n.wave, "indicator", "left_out")]
    sides.append(("bridge_left_out", n.before(population), "other_indicator", "other_left_out"))
    said = []
    for key, wave, item, codes in sides:
        if link[codes]:
            names = n.source.answers(n.member, wave, population, link[item])
            answers = ", ".join(names.get(code, code) for code in link[codes].split())
            said.append(n.t(key, wave=wave, answers=answers))
    return said


def mode_change(n, population: str) -> Markup | None:
    """A warning where answers came in otherwise than in the wave before: a mode's share moved by more than SHIFT."""
    before = n.before(population)
    now, then = (_modes(n, wave, population) for wave in (n.wave, before))
    if not now or not then:
        return None
    if None in (*now.values(), *then.values()):
        first = [max(known, key=lambda m, k=known: k[m] or 0) for known in (now, then)]
        return n.t("mode_first", now=first[0], then=first[1]) if first[0] != first[1] else None
    moved = [m for m in sorted({*now, *then}) if abs(now.get(m, 0) - then.get(m, 0)) > SHIFT + 1e-9]
    shares = [
        str(n.t("mode_moved", mode=m, now=round(100 * now.get(m, 0)), then=round(100 * then.get(m, 0)))) for m in moved
    ]
    return n.t("mode_changed", moved="; ".join(shares)) if moved else None


@kept
def _modes(n, wave: str, population: str) -> dict[str, float | None]:
    found = n.source.modes.filter(member=n.member, wave=wave, population=population, status="published")
    return dict(found.select("mode", "share").iter_rows())
