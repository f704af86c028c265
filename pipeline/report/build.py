"""Renders the pages in every language and copies the shared files."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from pipeline.report.findings import FINDINGS, write_findings
from pipeline.report.languages import FIRST, languages
from pipeline.report.member_pages import member_pages
from pipeline.report.member_release import MemberRelease
from pipeline.report.release import Release
from pipeline.report.shared_pages import shared_pages
from pipeline.report.site import Site
from pipeline.report.source import Source
from pipeline.report.wording import REPORTS


def render(release: Path, out: Path) -> Path:
    """Every page of a release in every language, into `out`, which is emptied first; returns the index."""
    source = Source(Release(release))
    spoken = languages(source.manifest.get("languages"))
    members = source.reported["member"].unique().sort().to_list()
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(REPORTS / "assets", out / "assets")
    # spawned, as a fork would not take polars' threads along
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        told = workers.map(partial(_of_member, release, out, spoken), members)
        shared = workers.map(partial(_shared, release, out, spoken), spoken)
        findings = [found for of_member in told for found in of_member]
        list(shared)
    write_findings(out / FINDINGS, source.release.edition, findings)
    return out / "index.html"


def _shared(release: Path, out: Path, spoken: tuple[str, ...], language: str) -> None:
    shared_pages(Site(Source(_opened(release), language), out, spoken))


def _of_member(release: Path, out: Path, spoken: tuple[str, ...], member: str) -> list[dict]:
    """All pages of one member, whose figures are chosen once for all languages; returns its findings in FIRST."""
    own = MemberRelease(_opened(release), member)
    told = {language: member_pages(Site(Source(own, language), out, spoken), member) for language in spoken}
    return told[FIRST]


@lru_cache(maxsize=1)
def _opened(release: Path) -> Release:
    """The release that a worker, which lives for one rendering, makes pages of."""
    return Release(release)
