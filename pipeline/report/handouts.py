"""Pages to take to a meeting: the summary on one sheet, and a sheet a factor for the workshop."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.report.factors import by_factor

MOST = 5  # findings on the summary


def summary(n, report: dict, place: str) -> dict:
    """The parts of the summary; `place`: the name of the report that it is of (see site.py)."""
    return _common(n, report, place) | {
        "sizes": report["sizes"],
        "samples": report["samples"],
        "findings": [_elsewhere(finding.text, place) for finding in report["findings"][:MOST]],
        "factors": by_factor(n, report),
    }


def workshop(n, report: dict, place: str) -> dict | None:
    """The parts of the pages for the workshop; None where the questionnaires have no factor with a score."""
    factors = [f for f in by_factor(n, report) if not f["index"]]
    blocks = {f["code"]: [b for b in report["items"] if b["factor"] == f["code"]] for f in factors}
    common = _common(n, report, place) | {"populations": [n.t.name(p) for p in n.populations]}
    return common | {"factors": [f | {"blocks": blocks[f["code"]]} for f in factors]} if factors else None


def _common(n, report: dict, place: str) -> dict:
    return {
        "member": report["member"],
        "wave": n.wave,
        "report": place,
        "since": [n.before(p) for p in n.populations],
    }


def _elsewhere(text: Markup, place: str) -> Markup:
    """A finding whose cells stand in the report, not on this page."""
    return Markup(str(text).replace('data-cell="', f'data-key="{place}#'))
