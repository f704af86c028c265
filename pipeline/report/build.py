"""Renders the pages in every language and copies the shared files."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from pipeline.report.breakdowns import breakdowns
from pipeline.report.changes import changes
from pipeline.report.composition import composition
from pipeline.report.context import context
from pipeline.report.cross_member import cross_member
from pipeline.report.differences import gaps
from pipeline.report.drivers import drivers
from pipeline.report.explorer import Explorer
from pipeline.report.findings import lines
from pipeline.report.handouts import summary, workshop
from pipeline.report.indirect import indirect
from pipeline.report.languages import FIRST, languages
from pipeline.report.narrator import headlines, offered, weightiest
from pipeline.report.national import National
from pipeline.report.outcomes import outcomes, over_members
from pipeline.report.quality import other_answers, quality
from pipeline.report.reliability import reliability
from pipeline.report.sample import samples
from pipeline.report.site import Site
from pipeline.report.source import Source
from pipeline.report.trends import trends
from pipeline.report.wording import REPORTS, Wording


def render(release: Path, out: Path) -> Path:
    """Every page of a release in every language, into `out`, which is emptied first; returns the index."""
    spoken = languages(Source(release).manifest.get("languages"))
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(REPORTS / "assets", out / "assets")
    # spawned, as a fork would not take polars' threads along
    with ProcessPoolExecutor(min(len(spoken), os.cpu_count() or 1), get_context("spawn")) as workers:
        list(workers.map(partial(render_language, release, out, spoken), spoken))
    return out / "index.html"


def render_language(release: Path, out: Path, spoken: tuple[str, ...], language: str) -> None:
    """Every page in one of the languages `spoken`."""
    source = Source(release, language)
    site = Site(source, Wording(language), out, spoken)
    reports = source.reported.select("member", "wave").unique().sort("member", "wave").rows()
    found = [_of_member(site, National(source, site.t, member, wave)) for member, wave in reports]
    if language == FIRST:
        (out / "findings.jsonl").write_text("".join(line for told in found for line in told), encoding="utf-8")
    for member in sorted({member for member, _ in reports}):
        _questions(site, member)
    if site.internal:
        _of_members(site)
    measures = over_members(source, site.t)
    if measures:
        site.write("results", "results.html", blocks=measures)
    site.write("method", "method.html", sections=source.methods)
    site.write("index", "index.html", reports=_index(site, reports), new=_new(site), measures=bool(measures))


def _of_members(site: Site) -> None:
    """What is of several members, or for those who have several members' reports."""
    source = site.source
    for recipient in ["", *source.recipients]:
        reader = source.member(recipient) if recipient else None
        site.write(_cross_page(recipient), "cross-member.html", blocks=cross_member(source, site.t, recipient), reader=reader)
    site.write("tiers", "tiers.html")


def _questions(site: Site, member: str) -> None:
    """A member's page of every question."""
    found = Explorer(site.source, site.t, member)
    site.write(f"items/{member}", "items.html", member=site.source.member(member), lists=found.lists, data=found.data)


def _cross_page(recipient: str) -> str:
    return f"cross-member/{recipient}" if recipient else "cross-member"


def _of_member(site: Site, n: National) -> list[str]:
    """A member's report for one wave, and what it takes to meetings. Returns its findings for machines."""
    name = f"{n.member}-{n.wave}"
    place, report = f"national/{name}", _national(n)
    sheets = workshop(n, report, place)
    site.write(place, "national.html", r=report, code=n.member, sheets=[f"summary/{name}", *([f"workshop/{name}"] if sheets else [])])
    site.write(f"summary/{name}", "summary.html", s=summary(n, report, place))
    if sheets:
        site.write(f"workshop/{name}", "workshop.html", w=sheets)
    return lines(n.source, n.member, n.wave, report["findings"])


def _national(n: National) -> dict:
    profile, moved, apart = n.profile(), changes(n), gaps(n)
    found = offered(n, profile, moved, apart)
    report = {
        "member": n.source.member(n.member),
        "wave": n.wave,
        "sizes": n.sizes(),
        "profile": profile,
        "findings": weightiest(found),
        "samples": samples(n),
        "reliability": reliability(n),
        "who": [{"population": n.t.name(p), "before": n.before(p), "tables": composition(n, p)} for p in n.populations],
        "items": n.items(),
        "other": other_answers(n),
        "indirect": indirect(n),
        "changes": moved,
        "trends": trends(n),
        "gaps": apart,
        "outcomes": outcomes(n),
        "breakdowns": breakdowns(n),
        "drivers": drivers(n),
        "context": context(n),
        "quality": quality(n),
    }
    return report | {"headlines": headlines(n, found, report)}


def _index(site: Site, reports: list[tuple]) -> list[dict]:
    source, rows = site.source, []
    for member in source.units["member"].unique().sort():
        waves = [
            {"wave": w, "href": site.file(f"national/{m}-{w}"), "populations": _populations(source, site.t, m, w)}
            for m, w in reports
            if m == member
        ]
        cross = site.file(_cross_page(member)) if member in source.recipients else None
        rows.append(
            {
                "member": source.member(member),
                "waves": waves,
                "items": site.file(f"items/{member}") if waves else None,
                "at_home": _at_home(source, site.t, member),
                "cross": cross,
                "shares": source.shares(member),
            }
        )
    return rows


def _new(site: Site) -> dict | None:
    """What came since the release before; None where there was none, or where an older version made the release."""
    since, t = site.source.manifest.get("since"), site.t
    if since is None:
        return None
    told = [("new_unit", unit) for unit in since["new"]] + [("new_changed", unit) for unit in since["again"]]
    lines = [t(key, member=site.source.member(m), wave=w, population=t.name(p)) for key, (m, w, p) in told]
    return {"title": t("new_since", release=since["release"]), "lines": lines}


def _populations(source: Source, t: Wording, member: str, wave: str) -> str:
    return ", ".join(t.name(p) for p in source.reported.filter(member=member, wave=wave)["population"])


def _at_home(source: Source, t: Wording, member: str) -> list[dict]:
    """Per wave the populations that came as a bundle."""
    mine = source.bundled.filter(member=member).group_by("wave", maintain_order=True).agg("population")
    return [{"wave": w, "populations": ", ".join(t.name(p) for p in ps)} for w, ps in mine.iter_rows()]

