"""The key findings of a national report, in words; each number is tied to its cell."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.report.verdicts import CLEAR
from pipeline.report.wording import cell_number

MOST = 2


def findings(n, profile: dict | None, changes: list[dict], gaps: list[dict]) -> list[Markup]:
    """Highest and lowest scores, then what changed, then where the groups differ."""
    lines = [line for k, p in enumerate(n.populations if profile else []) if (line := _extremes(n, profile, k, p))]
    for block in changes:
        lines += _changes(n, block)
    for block in gaps:
        lines += _differences(n, block["rows"], "finding_gap", one=block["one"], other=block["other"])
    return lines


def _extremes(n, profile: dict, column: int, population: str) -> Markup | None:
    cells = [(row["label"], row["cells"][column]) for row in profile["rows"] if not row["index"]]
    ranked = sorted(
        ((name, c) for name, c in cells if c and c["estimate"] is not None), key=lambda pair: pair[1]["estimate"]
    )
    if len(ranked) < 2:
        return None
    (low_name, low), (high_name, high) = ranked[0], ranked[-1]
    numbers = {k: _number(n, c["estimate"], c["id"], False) for k, c in (("high", high), ("low", low))}
    return n.t("finding_extremes", population=n.t.name(population), high_name=high_name, low_name=low_name, **numbers)


def _changes(n, block: dict) -> list[Markup]:
    name = {"population": block["population"]}
    if block["shifts"]:
        return [n.t("finding_not_comparable", **name)]
    if not block["rows"]:
        return [n.t("finding_nothing_alike", **name)]
    lines = _differences(n, block["rows"], "finding_change", **name)
    if lines:
        return lines
    same = all(r["verdict"] == "about_the_same" for r in block["rows"])
    return [n.t("finding_change_same" if same else "finding_change_none", **name)]


def _differences(n, rows: list[dict], key: str, **names: str) -> list[Markup]:
    """A sentence for each of the largest differences that stand."""
    clear = sorted((r for r in rows if r["verdict"] in CLEAR), key=lambda r: -abs(r["x"]))[:MOST]
    return [n.t(key, factor=r["label"], mark=r["mark"], verdict=r["word"], **names, **_numbers(n, r)) for r in clear]


def _numbers(n, row: dict) -> dict[str, Markup]:
    return {k: _number(n, row[k], f"{row['id']}-{k}", row["share"]) for k in ("x", "low", "high")}


def _number(n, value: float, cell: str, share: bool) -> Markup:
    return cell_number(n.t.number(value, 0 if share else n.source.scale[1]), cell)
