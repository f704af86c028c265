"""Did the measures work: initiatives and targets of one member, and of all members together."""

from __future__ import annotations

import polars as pl

from pipeline.report.bridges import BRIDGED, marked
from pipeline.report.release import kept
from pipeline.report.rows import shown

MARKS = {
    **{"improved": "▲", "worsened": "▼", "no_detectable_change": "·", "too_little_data": "?", "not_comparable": "‖"},
    **{"met": "✓", "missed": "✗", "cannot_tell": "?", "not_due": "…", "no_figure": "?"},
}
RULES = ("improved", "worsened", "no_detectable_change", "too_little_data", "not_comparable")
TARGET_RULES = ("met", "missed", "cannot_tell", "not_due", "no_figure")


def outcomes(n) -> dict:
    """{factors: blocks by population, targets: rows}; empty where the member set out nothing."""
    mine = _results(n)
    initiatives = [i for i in n.source.codebook["initiatives"] if i["member"] == n.member]
    factors = [r for r in mine if r["kind"] == "factor"]
    blocks = [_block(n, p, [r for r in factors if r["population"] == p], initiatives) for p in n.populations if initiatives]
    return {"factors": [b for b in blocks if b["rows"]], "targets": [_target(n, r) for r in mine if r["kind"] == "target"]}


@kept
def _results(n) -> list[dict]:
    return n.source.results.filter(pl.col("population").is_in(n.populations), member=n.member, wave=n.wave).rows(named=True)


def _block(n, population: str, rows: list[dict], initiatives: list[dict]) -> dict:
    """The factors with initiatives first, each in the codebook's order."""
    mine = [i for i in initiatives if i["population"] in ("", population)]
    titles = {code: [i["title"] for i in mine if i["factor"] == code] for code in n.source.titles}
    order = {code: k for k, code in enumerate(n.source.titles)}
    found = sorted(rows, key=lambda r: (r["supported"] != "yes", order.get(r["indicator"], 0)))
    lines = [_factor(n, r, titles.get(r["indicator"], []), f"outcome-{population}-{r['indicator']}") for r in found]
    return {
        "id": f"outcomes-{population}",
        "population": n.t.name(population),
        "since": found[0]["other_wave"] if found else "",
        "rows": lines,
        "counts": [_count(n, lines, supported) for supported in (True, False)],
    }


def _factor(n, row: dict, titles: list[str], cell: str) -> dict:
    figures = ("baseline", "latest", "latest_low", "latest_high", "value", "ci_low", "ci_high")
    return {
        "id": cell,
        "label": marked(n.source.titles.get(row["indicator"], row["indicator"]), row),
        "supported": row["supported"] == "yes",
        "titles": titles if row["supported"] == "yes" else [],
        "adjusted": row["adjustment"] not in (None, "none"),
        "bridged": row["bridge"] in BRIDGED,
        **_verdict(n, row["verdict"]),
        **{k: shown(n.source, "mean_score", row[k]) for k in figures},
    }


def _verdict(n, verdict: str | None) -> dict:
    """Nothing is said of a suppressed row."""
    known = verdict is not None
    return {"verdict": verdict, "mark": MARKS[verdict] if known else "", "word": n.t(f"outcome_{verdict}") if known else ""}


def _count(n, lines: list[dict], supported: bool) -> dict:
    """Of the factors with (or without) initiatives, how many there are and how many improved."""
    mine = [r for r in lines if r["supported"] == supported and r["verdict"]]
    return {"supported": supported, "all": len(mine), "improved": sum(r["verdict"] == "improved" for r in mine)}


def _target(n, row: dict) -> dict:
    measure = row["measure"]
    known = n.source.titles.get(row["indicator"]) or n.source.titles_of(n.member, n.wave, row["population"], row["indicator"])
    figures = ("baseline", "latest", "latest_low", "latest_high", "target", "value")
    return {
        "label": known,
        "population": n.t.name(row["population"]),
        "share": measure != "mean_score",
        "due": row["statistic"],
        **_verdict(n, row["verdict"]),
        **{k: shown(n.source, measure, row[k]) for k in figures},
    }


def over_members(source, t) -> list[dict]:
    """Per population the statistics over members; empty where no member set out anything."""
    mine = source.results.filter(pl.col("kind") == "members")
    return [_population(source, t, p, part) for (p,), part in mine.group_by("population", maintain_order=True)]


def _population(source, t, population: str, part: pl.DataFrame) -> dict:
    rows = {r["statistic"]: r for r in part.iter_rows(named=True)}
    first = next(iter(rows.values()))
    return {
        "population": t.name(population),
        "members": first["members"],
        "hidden": first["status"] == "suppressed",
        "shares": [_statistic(rows[name], 100.0, 0) for name in _SHARES if name in rows],
        "differences": [_statistic(rows[name], source.scale[0] / 100, source.scale[1] + 1) for name in _DIFFERENCES if name in rows],
    }


_SHARES = ("share_improved_supported", "share_improved_unsupported", "share_difference")
_DIFFERENCES = ("difference_in_differences", "difference_in_differences_corrected")


def _statistic(row: dict, unit: float, decimals: int) -> dict:
    """Shares in percent, differences on the page's scale with one decimal more than scores have."""
    figures = {k: None if row[k] is None else round(row[k] * unit, decimals) + 0.0 for k in ("value", "ci_low", "ci_high")}
    return {"name": row["statistic"], "n": row["n"], "p": row["p_value"], "decimals": decimals, **figures}
