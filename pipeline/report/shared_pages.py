"""The pages that are of no single member: the index, what members are beside each other, the method."""

from __future__ import annotations

from pipeline.report.cross_member import cross_member
from pipeline.report.drivers import drivers_over_members
from pipeline.report.outcomes import over_members
from pipeline.report.site import Site
from pipeline.report.source import INTERNAL, Source
from pipeline.report.wording import Wording


def shared_pages(site: Site) -> None:
    """Writes them in the language of `site`."""
    source = site.source
    if source.tier == INTERNAL:
        _of_members(site)
    measures = over_members(source, site.t)
    if measures:
        site.write("results", "results.html", blocks=measures)
    pooled = drivers_over_members(source, site.t)
    if pooled:
        site.write("drivers", "drivers.html", populations=pooled)
    site.write("method", "method.html", sections=source.methods)
    reports = source.reported.select("member", "wave").unique().sort("member", "wave").rows()
    site.write("index", "index.html", reports=_index(site, reports), new=_new(site), measures=bool(measures), drivers=bool(pooled))


def _of_members(site: Site) -> None:
    """What is of several members, or for those who have several members' reports."""
    source = site.source
    for recipient in ["", *source.recipients]:
        reader = source.member(recipient) if recipient else None
        site.write(_cross_page(recipient), "cross-member.html", blocks=cross_member(source, site.t, recipient), reader=reader)
    site.write("tiers", "tiers.html")


def _cross_page(recipient: str) -> str:
    return f"cross-member/{recipient}" if recipient else "cross-member"


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
