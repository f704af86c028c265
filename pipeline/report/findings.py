"""The findings of the national reports for machines: one line of JSON each, with the rows that it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.columns import TABLE_KEYS
from pipeline.report.narrator.finding import Fact, Finding
from pipeline.report.source import Source

FINDINGS = "findings.jsonl"
ASIDE = "family"  # a key that follows from the others


def write_findings(path: Path, release: str, findings: Iterable[dict]) -> None:
    """A line for each finding, with the name of the release that it is told with."""
    rows = ({"release": release} | finding for finding in findings)
    path.write_text("".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows), encoding="utf-8")


def read_findings(path: Path) -> dict[str, list[dict]]:
    """Member -> its findings, as write_findings took them. Raises OSError, ValueError or KeyError where there are none."""
    found: dict[str, list[dict]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        del row["release"]
        found.setdefault(row["member"], []).append(row)
    return found


def for_machines(source: Source, member: str, wave: str, told: list[Finding]) -> list[dict]:
    """A dict for each finding of one report that speaks of what is shown, in its order; all but `text` is in no language.

    kind: change, asked (who was asked changed), gap, groups, prevalence, rate, refusal or extremes; verdict: as on the
    pages, of the rows' own side against the other, empty for a description; numbers: the rows that it comes from,
    each with table, key (empty keys left out) and figures as `source` has them; page: where it is told.
    """
    page = f"national/{member}-{wave}.html"
    told = [shown for f in told if (shown := _shown(source, member, wave, f))]
    common = {"member": member, "wave": wave}
    return [common | _finding(f, page, place) | {"language": source.language} for place, f in enumerate(told, 1)]


def _shown(source: Source, member: str, wave: str, finding: Finding) -> Finding | None:
    """The finding without rows that are hidden; None where nothing is left, or all of its population is hidden."""
    unit = source.unit_of.get((member, wave, finding.population))
    facts = tuple(fact for fact in finding.facts if fact.row["status"] != "suppressed")
    hidden = (unit and unit["status"] == "suppressed") or (finding.facts and not facts)
    return None if hidden else replace(finding, facts=facts)


def _finding(finding: Finding, page: str, place: int) -> dict:
    return {
        "population": finding.population,
        "place": place,
        "kind": finding.about[0],
        "verdict": finding.verdict,
        "sensitive": finding.sensitive,
        "indicators": list(dict.fromkeys(fact.row["indicator"] for fact in finding.facts)),
        "numbers": [_numbers(fact) for fact in finding.facts],
        "page": f"{page}#{finding.evidence}",
        "text": finding.text.striptags(),
    }


def _numbers(fact: Fact) -> dict:
    key = {c: fact.row[c] for c in TABLE_KEYS[fact.table] if c != ASIDE and fact.row[c] not in ("", None)}
    figures = {c: fact.row[c] for c in fact.columns if fact.row[c] is not None}
    return {"table": fact.table, "key": key, "figures": figures}
