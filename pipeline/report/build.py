"""Renders the pages in every language and copies the shared files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from uuid import uuid4

from pipeline.report.findings import FINDINGS, write_findings
from pipeline.report.languages import FIRST, known, languages
from pipeline.report.maker import maker
from pipeline.report.member_pages import member_pages
from pipeline.report.member_release import MemberRelease
from pipeline.report.release import Release
from pipeline.report.shared_pages import shared_pages
from pipeline.report.site import Site
from pipeline.report.source import INTERNAL, Source
from pipeline.report.standing import Pages, Standing, read_standing, write_record
from pipeline.report.templates import compile_all
from pipeline.report.wording import REPORTS, worded
from pipeline.workers import workers


def render(release: Path, out: Path, earlier: Path | None = None) -> Path:
    """Every page of a release in every language, into `out`, which is emptied first; returns the index.

    earlier: the pages that stand; those of members that would come out the same are copied from there.
    """
    source = Source(Release(release))
    spoken = languages(source.manifest.get("languages"))
    made_by = maker(spoken)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(REPORTS / "assets", out / "assets")
    made = _all_pages(release, out, spoken, source.reported["member"].unique().sort().to_list(), read_standing(earlier, made_by))
    write_findings(out / FINDINGS, source.release.edition, (found for pages in made.values() for found in pages.findings))
    if source.tier == INTERNAL:  # what is handed on is not made again
        write_record(out, made_by, made)
    return out / "index.html"


def get_ready() -> None:
    """Read words and templates: a worker has time for that while a release is made."""
    compile_all()
    for language in known():
        worded(language)


def _all_pages(release: Path, out: Path, spoken: tuple[str, ...], members: list[str], standing: Standing) -> dict[str, Pages]:
    """Makes them; returns those of each member."""
    rendering = Rendering(release, out, spoken, standing)
    of_members = workers().map(partial(_of_member, rendering), members)
    shared = workers().map(partial(_shared, rendering), spoken)
    made = dict(zip(members, of_members, strict=True))
    list(shared)
    return made


@dataclass(frozen=True, eq=False)
class Rendering:
    """What a worker is told of it; id: its own, as another one may find another release at the same place."""

    release: Path
    out: Path
    spoken: tuple[str, ...]
    standing: Standing
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def opened(self) -> Release:
        return _opened(self.release, self.id)


@lru_cache(maxsize=1)
def _opened(release: Path, rendering: str) -> Release:
    return Release(release)


def _shared(rendering: Rendering, language: str) -> None:
    shared_pages(Site(Source(rendering.opened, language), rendering.out, rendering.spoken))


def _of_member(rendering: Rendering, member: str) -> Pages:
    """All pages of one member: those that stand, else new ones, whose figures are chosen once for all languages."""
    own = MemberRelease(rendering.opened, member)
    return rendering.standing.take(member, own.mark, rendering.out) or _rendered(own, rendering.out, rendering.spoken)


def _rendered(own: MemberRelease, out: Path, spoken: tuple[str, ...]) -> Pages:
    sites = {language: Site(Source(own, language), out, spoken) for language in spoken}
    told = {language: member_pages(site, own.member) for language, site in sites.items()}
    files = {name: mark for site in sites.values() for name, mark in site.written.items()}
    return Pages(own.mark, files, told[FIRST])

