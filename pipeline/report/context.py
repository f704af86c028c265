"""What an administration counts itself, beside what people answered: tables, charts, and totals that do not add up."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from math import floor, log10

from markupsafe import Markup

from pipeline.report import charts
from pipeline.report.perception import perception
from pipeline.report.release import kept
from pipeline.report.wording import Wording

KEY = ["period_start", "period_end", "indicator", "breakdown"]
WEEK = 7  # days: leap years do not make periods unlike


def context(n) -> dict | None:
    """Tables by indicator, charts over periods, sums that differ, perception by wave; None where nothing was given."""
    figures, checks = _given(n)
    if not figures:
        return None
    return {
        "tables": [_table(n.t, name, list(mine)) for name, mine in groupby(figures, lambda r: r["indicator"])],
        "sums": _sums(n.t, checks),
        "perception": perception(n),
    }


@kept
def _given(n) -> tuple[list[dict], list[dict]]:
    """A member's figures, each with whether its total differs, and the checks of totals.

    The figures by indicator; in it one breakdown after another, each over its periods, wholes first.
    """
    figures = n.source.context.filter(member=n.member)
    checks = n.source.context_checks.filter(member=n.member).rows(named=True)
    wrong = {tuple(c[k] for k in KEY) for c in checks if c["status"] == "differs"}
    rows = [r | {"differs": tuple(r[k] for k in KEY) in wrong} for r in figures.iter_rows(named=True)]
    ordered = sorted(rows, key=lambda r: (r["indicator"], r["status"] != "whole", r["breakdown"], r["period_start"]))
    return ordered, checks


def _table(t: Wording, indicator: str, rows: list[dict]) -> dict:
    return {
        "indicator": indicator,
        "rows": [_row(t, r) for r in rows],
        "charts": [c for c in (_chart(t, list(found)) for found in _comparable(rows)) if c],
    }


def _row(t: Wording, r: dict) -> dict:
    return {
        "period": period(t, r["period_start"], r["period_end"]),
        "breakdown": r["breakdown"] or t("context_everything"),
        "value": r["value"],
        "shown": _plain(t, r["value"]),
        "unit": r["unit"],
        "differs": r["differs"],
        "source": r["source"],
        "why": "" if r["status"] == "published" else t(f"context_{r['status']}"),
        "rate": _rate(t, r),
    }


def _rate(t: Wording, r: dict) -> dict | None:
    """The rate in words and its interval, as many digits as the rate is told with."""
    if r["status"] != "published":
        return None
    digits = digits_of(r["rate"] or r["ci_high"])
    key = {"share": "context_percent", "rate": "context_per", "year": "context_per_year"}[_kind(r)]
    base = "context_base_years" if _kind(r) == "year" else "context_base"
    when = period(t, r["base_start"], r["base_end"])
    return {
        "raw": r["rate"],
        "words": t(key, rate=t.number(r["rate"], digits), per=_plain(t, r["rate_per"])),
        "low": {"raw": r["ci_low"], "words": t.number(r["ci_low"], digits)},
        "high": {"raw": r["ci_high"], "words": t.number(r["ci_high"], digits)},
        "of": t(base, of=_of(r), period=when, value=_plain(t, r["rate_base"])),
    }


def _of(r: dict) -> str:
    """What a rate is of: "staff, total"."""
    return ", ".join(r["rate_of"].split(" / "))


def _kind(r: dict) -> str:
    """year: events per persons and year; share: in percent; rate: per some other number."""
    if r["method"] == "garwood":
        return "year"
    return "share" if r["rate_per"] == 100 else "rate"


def period(t: Wording, start: str, end: str) -> str:
    """Calendar years by their number, anything else by its days."""
    if start.endswith("-01-01") and end.endswith("-12-31"):
        return start[:4] if start[:4] == end[:4] else f"{start[:4]}–{end[:4]}"
    return str(t("context_span", start=t.date(date.fromisoformat(start)), end=t.date(date.fromisoformat(end))))


def digits_of(value: float) -> int:
    """Decimals that leave three digits that count, one at least."""
    return 1 if value <= 0 else min(6, max(1, 2 - floor(log10(value))))


def _plain(t: Wording, value: float) -> str:
    return t.count(int(value)) if value == int(value) else t.number(value, digits_of(value))


def _comparable(rows: list[dict]) -> list[list[dict]]:
    """Rates that may stand on one axis: of one kind, and, if they are not per year, of periods equally long."""
    kinds: dict[tuple, list[dict]] = {}
    for r in rows:
        if r["status"] == "published":
            length = None if _kind(r) == "year" else round(_days(r) / WEEK)
            kinds.setdefault((_kind(r), r["rate_per"], length), []).append(r)
    return list(kinds.values())


def _days(r: dict) -> int:
    return (date.fromisoformat(r["period_end"]) - date.fromisoformat(r["period_start"])).days + 1


def _chart(t: Wording, rows: list[dict]) -> dict | None:
    """Dots over periods, of the breakdowns that have two or more of them; None where there is none."""
    names = [r["breakdown"] for r in rows]
    kept = [r for r in rows if names.count(r["breakdown"]) > 1]
    if not kept:
        return None
    one = kept[0]
    of = ", ".join(dict.fromkeys(_of(r) for r in kept))
    return {
        "title": t(f"context_chart_{_kind(one)}", indicator=one["indicator"], of=of, per=_plain(t, one["rate_per"])),
        "chart": _dots(t, kept),
    }


def _dots(t: Wording, rows: list[dict]) -> str:
    """A line for each period, a mark for each breakdown."""
    spans = sorted({_span(r) for r in rows})
    digits = max(digits_of(r["rate"] or r["ci_high"]) for r in rows)
    found = {(r["breakdown"], *_span(r)): _point(r, digits) for r in rows}
    groups = {
        b or str(t("context_everything")): [found.get((b, *s)) for s in spans]
        for b in dict.fromkeys(r["breakdown"] for r in rows)
    }
    top = 1.1 * max(r["ci_high"] for r in rows)
    return charts.dots([period(t, *s) for s in spans], groups, 0, top, digits=digits)


def _span(r: dict) -> tuple[str, str]:
    return r["period_start"], r["period_end"]


def _point(r: dict, digits: int) -> dict:
    return {k: round(r[c], digits) for k, c in (("x", "rate"), ("low", "ci_low"), ("high", "ci_high"))}


def _sums(t: Wording, checks: list[dict]) -> dict:
    """How many totals were checked, and a sentence for each that is not what its parts add up to."""
    differing = [c for c in checks if c["status"] == "differs"]
    return {
        "checked": len(checks),
        "differing": len(differing),
        "lines": [_sum(t, r) for r in differing],
    }


def _sum(t: Wording, r: dict) -> Markup:
    parts = r["parts"].split(", ")
    named = r["breakdown"] and all(r["breakdown"] in part for part in parts)  # parts bear the name of what they are of
    total = t("context_sums_quoted", breakdown=r["breakdown"]) if named else t("context_sums_total")
    shown = {"sum": r["parts_sum"], "value": r["value"], "difference": abs(r["difference"])}
    return t(
        "context_sums_more" if r["difference"] > 0 else "context_sums_less",
        indicator=r["indicator"],
        period=period(t, *_span(r)),
        parts=r["parts"],
        total=total,
        **{slot: _number(t, value) for slot, value in shown.items()},
    )


def _number(t: Wording, value: float) -> Markup:
    return Markup('<span class="number" data-raw="{}">{}</span>').format(value, _plain(t, value))
