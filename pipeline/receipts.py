"""Receipts: what became of each submission, in words its uploader can act on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from pipeline.code import PROJECT
from pipeline.ingest.submission import Submission
from pipeline.validate.suite import Finding, by_submission
from pipeline.workspace import Misplaced

VERDICTS = {
    "accepted": "Accepted. Nothing is needed from you.",
    "accepted_with_quarantine": "Accepted, but some rows were set aside.",
    "refused": "Refused. Nothing of this file was used.",
    "superseded": "Replaced by a later file. Nothing of this file was used.",
}


def write_receipts(
    folder: Path, submissions: list[Submission], findings: list[Finding], misplaced: list[Misplaced]
) -> None:
    """One JSON and one HTML receipt per submission, and index.html over all."""
    of = by_submission(findings)
    receipts = [receipt(s, of[s.id]) for s in submissions]
    environment = _environment()
    folder.mkdir(parents=True, exist_ok=True)
    for document in receipts:
        _write(folder, document, environment)
    (folder / "index.html").write_text(
        environment.get_template("index.html").render(receipts=receipts, misplaced=misplaced), encoding="utf-8"
    )


def write_receipt(folder: Path, submission: Submission, findings: list[Finding]) -> Path:
    """The receipt of one submission; returns its HTML page."""
    folder.mkdir(parents=True, exist_ok=True)
    return _write(folder, receipt(submission, findings), _environment())


def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(PROJECT / "reports" / "receipts")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


def _write(folder: Path, document: dict, environment) -> Path:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / f"{document['id']}.json").write_text(text + "\n", encoding="utf-8")
    page = folder / f"{document['id']}.html"
    page.write_text(environment.get_template("receipt.html").render(r=document), encoding="utf-8")
    return page


def receipt(s: Submission, findings: list[Finding]) -> dict:
    """The receipt as data. Only counts and cells that failed: never a row of answers."""
    problems = Counter((f.column, f.value, f.reason) for f in findings)
    first = {}
    for f in findings:
        first.setdefault((f.column, f.value, f.reason), f.row)
    return {
        "id": s.id,
        "file": s.export.name,
        "sha256": s.export.sha256,
        "member": s.export.member,
        "wave": s.export.wave,
        "population": s.export.population,
        "state": s.state,
        "verdict": VERDICTS[s.state],
        "format": f"{s.tool} ({s.described})" if s.tool else s.described,
        "instrument": s.instrument.instrument if s.instrument else None,
        "rows_in": s.rows_in,
        "rows_accepted": s.rows_accepted if s.state != "superseded" else 0,
        "rows_quarantined": s.rows_quarantined,
        "superseded_by": s.superseded_by or None,
        "notes": [{"level": n.level, "what": n.what, "mend": n.mend} for n in s.notes],
        "cells": [
            {"column": c, "value": v, "reason": r, "rows": n, "first_row": first[c, v, r]}
            for (c, v, r), n in problems.most_common(50)
        ],
    }
