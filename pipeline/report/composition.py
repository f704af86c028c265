"""Who answered in this wave and in the one before: a change may be only a change in who was asked."""

from __future__ import annotations

from pipeline.report.bridges import asked_alike
from pipeline.report.release import kept
from pipeline.report.verdicts import SHIFT


def composition(n, population: str, wave: str = "", before: str = "") -> list[dict]:
    """Per profile question: each category's share in a wave and in one before (None where unknown or hidden).

    They are the report's wave and the one before it, if none are named.
    """
    wave, before = wave or n.wave, before or n.before(population)
    now, then = _shares(n, wave, population), _shares(n, before, population) if before else {}
    tables, alike = [], asked_alike(n, population, wave, before)
    for item in n.instruments[population]["items"]:
        key = item["concept"] or item["code"]
        if item["role"] == "profile" and key in now:
            known = then if alike is None or item["code"] in alike else {}
            rows = [_row(n, c, _share(now, key, c["code"]), _share(known, key, c["code"])) for c in item["categories"]]
            tables.append(
                {
                    "title": n.source.text(item["text"], item["code"]),
                    "link": key,
                    "rows": rows,
                    "checked": any(r["then"] is not None for r in rows),
                }
            )
    return tables


def shifts(tables: list[dict]) -> list[dict]:
    """The categories whose share moved by more than SHIFT."""
    return [
        {"variable": t["title"], "link": t["link"], "category": r["label"], "code": r["code"], "then": r["then"], "now": r["now"]}
        for t in tables
        for r in t["rows"]
        if r["moved"]
    ]


def largest_shift(tables: list[dict]) -> dict | None:
    """The category whose share moved most, in points; None where nothing could be compared."""
    known = [(abs(r["now"] - r["then"]), t, r) for t in tables for r in t["rows"] if None not in (r["now"], r["then"])]
    if not known:
        return None
    points, table, row = max(known, key=lambda found: found[0])
    return {"points": points, "variable": table["title"], "category": row["label"]}


def _row(n, category: dict, now: float | None, then: float | None) -> dict:
    moved = now is not None and then is not None and abs(now - then) > SHIFT
    percent = {k: None if v is None else round(100 * v) for k, v in (("now", now), ("then", then))}
    return {"code": category["code"], "label": n.source.text(category["label"], category["code"]), "moved": moved, **percent}


def _share(shares: dict, key: str, category: str) -> float | None:
    """A category's share; a category nobody chose is 0 where the question was asked and nothing of it is hidden."""
    asked = shares.get(key)
    return asked.get(category, None if None in asked.values() else 0.0) if asked else None


@kept
def _shares(n, wave: str, population: str) -> dict[str, dict[str, float | None]]:
    """A question's concept or code -> category -> its share."""
    found: dict[str, dict[str, float | None]] = {}
    rows = n.source.estimates.filter(member=n.member, wave=wave, population=population, domain_variable="", measure="share")
    for concept, indicator, category, share in rows.select("concept", "indicator", "category", "estimate").iter_rows():
        found.setdefault(concept or indicator, {})[category] = share
    return found
