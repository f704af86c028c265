"""Whether the questions of a factor belong together, as a table."""

from __future__ import annotations

from pipeline.report.release import kept

CANNOT = "cannot_carry_a_mean"


def reliability(n) -> list[dict]:
    """Per population: factor, alpha and omega with intervals, weakest item, and the verdict in words."""
    return [block for p in n.populations if (block := _population(n, p))]


@kept
def doubtful(n) -> set[tuple[str, str]]:
    """(factor, population) whose mean says little, for a mark beside it."""
    found = n.source.reliability.filter(member=n.member, wave=n.wave, item="", statistic="alpha", verdict=CANNOT)
    return set(found.select("indicator", "population").iter_rows())


def _population(n, population: str) -> dict | None:
    cells = _statistics(n, population)
    codes = [c for c in n.source.titles if (c, "alpha") in cells]
    if not codes:
        return None
    rows = [
        {
            "label": n.source.titles[c],
            "alpha": _cell(cells[c, "alpha"]),
            "omega": _cell(cells.get((c, "omega"))),
            "word": n.t(f"reliability_{cells[c, 'alpha']['verdict']}"),
            "doubtful": cells[c, "alpha"]["verdict"] == CANNOT,
        }
        for c in codes
    ]
    return {"population": n.t.name(population), "rows": rows}


@kept
def _statistics(n, population: str) -> dict[tuple[str, str], dict]:
    """(factor, statistic) -> its row, of the whole factor."""
    found = n.source.reliability.filter(member=n.member, wave=n.wave, population=population, status="published", item="")
    return {(r["indicator"], r["statistic"]): r for r in found.iter_rows(named=True)}


def _cell(row: dict | None) -> dict | None:
    if row is None or row["estimate"] is None:
        return None
    return {k: row[k] for k in ("estimate", "ci_low", "ci_high")}
