"""Renders the pages and copies the shared files."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report.breakdowns import breakdowns
from pipeline.report.changes import changes
from pipeline.report.composition import composition
from pipeline.report.context import context
from pipeline.report.cross_member import cross_member
from pipeline.report.differences import gaps
from pipeline.report.drivers import drivers
from pipeline.report.findings import lines
from pipeline.report.narrator import narrate
from pipeline.report.national import National
from pipeline.report.outcomes import RULES, TARGET_RULES, outcomes, over_members
from pipeline.report.quality import other_answers, quality
from pipeline.report.reliability import reliability
from pipeline.report.sample import samples
from pipeline.report.source import Source
from pipeline.report.trends import trends
from pipeline.report.verdicts import MARKS
from pipeline.report.wording import REPORTS, Wording


def render(release: Path, out: Path) -> Path:
    """Every page of a release, into `out`, which is emptied first; returns the index."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(REPORTS / "assets", out / "assets")
    source = Source(release)
    t = Wording(source.language)
    page = _pages(source, t)
    reports = source.reported.select("member", "wave").unique().sort("member", "wave").rows()
    findings = []
    for member, wave in reports:
        national = _national(source, t, member, wave)
        findings += lines(source, member, wave, national["findings"])
        _write(out / "national" / f"{member}-{wave}.html", page("national.html", "../", r=national))
    _write(out / "findings.jsonl", "".join(findings))
    for recipient in ["", *source.recipients]:
        _write(out / _cross_page(recipient), _cross_member(source, t, page, recipient))
    measures = over_members(source, t)
    if measures:
        _write(out / "results.html", page("results.html", "", blocks=measures))
    _write(out / "method.html", page("method.html", "", sections=source.methods))
    _write(out / "index.html", page("index.html", "", reports=_index(source, t, reports), measures=bool(measures)))
    return out / "index.html"


def _pages(source: Source, t: Wording):
    environment = Environment(
        loader=FileSystemLoader(REPORTS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=t, manifest=source.manifest, scale_max=source.scale[0], decimals=source.scale[1], safe=Markup, marks=MARKS, rules=RULES, target_rules=TARGET_RULES
    )
    environment.filters["score"] = lambda value, share=False: t.number(value, 0 if share else source.scale[1])
    environment.filters["count"] = t.count
    environment.filters["number"] = t.number
    return lambda name, root, **values: environment.get_template(name).render(root=root, **values)


def _cross_page(recipient: str) -> str:
    return f"cross-member/{recipient}.html" if recipient else "cross-member.html"


def _cross_member(source: Source, t: Wording, page, recipient: str) -> str:
    return page(
        "cross-member.html",
        "../" if recipient else "",
        blocks=cross_member(source, t, recipient),
        reader=source.member(recipient) if recipient else None,
    )


def _national(source: Source, t: Wording, member: str, wave: str) -> dict:
    n = National(source, t, member, wave)
    profile, moved, apart = n.profile(), changes(n), gaps(n)
    return {
        "member": source.member(member),
        "wave": wave,
        "sizes": n.sizes(),
        "profile": profile,
        "findings": narrate(n, profile, moved, apart),
        "samples": samples(n),
        "reliability": reliability(n),
        "who": [{"population": t.name(p), "before": n.before(p), "tables": composition(n, p)} for p in n.populations],
        "items": n.items(),
        "other": other_answers(n),
        "changes": moved,
        "trends": trends(n),
        "gaps": apart,
        "outcomes": outcomes(n),
        "breakdowns": breakdowns(n),
        "drivers": drivers(n),
        "context": context(n),
        "quality": quality(n),
    }


def _index(source: Source, t: Wording, reports: list[tuple]) -> list[dict]:
    rows = []
    for member in source.units["member"].unique().sort():
        waves = [
            {"wave": w, "href": f"national/{m}-{w}.html", "populations": _populations(source, t, m, w)}
            for m, w in reports
            if m == member
        ]
        cross = _cross_page(member) if member in source.recipients else None
        rows.append(
            {
                "member": source.member(member),
                "waves": waves,
                "at_home": _at_home(source, t, member),
                "cross": cross,
                "shares": source.shares(member),
            }
        )
    return rows


def _populations(source: Source, t: Wording, member: str, wave: str) -> str:
    return ", ".join(t.name(p) for p in source.reported.filter(member=member, wave=wave)["population"])


def _at_home(source: Source, t: Wording, member: str) -> list[dict]:
    """Per wave the populations that came as a bundle."""
    mine = source.bundled.filter(member=member).group_by("wave", maintain_order=True).agg("population")
    return [{"wave": w, "populations": ", ".join(t.name(p) for p in ps)} for w, ps in mine.iter_rows()]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
