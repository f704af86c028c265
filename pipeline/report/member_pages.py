"""The pages of one member: its report for each wave, what it takes to meetings, and every question."""

from __future__ import annotations

from pipeline.report.breakdowns import breakdowns
from pipeline.report.changes import changes
from pipeline.report.composition import composition
from pipeline.report.context import context
from pipeline.report.differences import gaps
from pipeline.report.drivers import drivers
from pipeline.report.explorer import Explorer
from pipeline.report.findings import for_machines
from pipeline.report.handouts import summary, workshop
from pipeline.report.indirect import indirect
from pipeline.report.narrator import headlines, offered, weightiest
from pipeline.report.national import National
from pipeline.report.outcomes import outcomes
from pipeline.report.quality import other_answers, quality
from pipeline.report.reliability import reliability
from pipeline.report.sample import samples
from pipeline.report.site import Site
from pipeline.report.trends import trends


def member_pages(site: Site, member: str) -> list[dict]:
    """Writes them in the language of `site`; returns the findings of the reports for machines."""
    source = site.source
    waves = source.reported.filter(member=member)["wave"].unique().sort()
    told = [found for wave in waves for found in _of_wave(site, National(source, site.t, member, wave))]
    _questions(site, member)
    return told


def _of_wave(site: Site, n: National) -> list[dict]:
    """A member's report for one wave, and what it takes to meetings. Returns its findings."""
    name = f"{n.member}-{n.wave}"
    place, report = f"national/{name}", _national(n)
    sheets = workshop(n, report, place)
    site.write(place, "national.html", r=report, code=n.member, sheets=[f"summary/{name}", *([f"workshop/{name}"] if sheets else [])])
    site.write(f"summary/{name}", "summary.html", s=summary(n, report, place))
    if sheets:
        site.write(f"workshop/{name}", "workshop.html", w=sheets)
    return for_machines(n.source, n.member, n.wave, report["findings"])


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


def _questions(site: Site, member: str) -> None:
    """A member's page of every question."""
    found = Explorer(site.source, site.t, member)
    site.write(f"items/{member}", "items.html", member=site.source.member(member), lists=found.lists, data=found.data)
