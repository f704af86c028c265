"""Whether a page says what its release says, and the release what its files say: made anew and set beside each other."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline import __version__
from pipeline.columns import TABLE_KEYS
from pipeline.errors import ConfigurationError, StageError
from pipeline.manifest import read_manifest
from pipeline.protect.editions import editions
from pipeline.release import beside
from pipeline.workspace import Workspace

STAMP = re.compile(r'<footer id="stamp" data-edition="(?P<edition>[^"]+)" data-version="(?P<version>[^"]+)" data-page="(?P<page>[^"]+)"')
CELL = re.compile(r'id="([^"]+)" data-raw="([^"]+)"')
KEYED = re.compile(r'data-key="([^"]+)">([^<]*)<')
CHART = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
SAME = 1e-9  # of the larger of 1 and the figure: what another machine's last digits may differ by
MOST = 5  # differences of one kind that are listed


def verify(workspace: Workspace, target: Path, recompute: bool = True) -> list[str]:
    """Differences, a line each: files that changed, page against release, release against what comes out now.

    target: a page, or a folder of pages of one release. Raises ConfigurationError
    where it is no page of this software, or of a release that is not kept here.
    """
    pages = _pages(target)
    edition = _edition(workspace, {stamp["edition"] for _, stamp in pages})
    found = list(_changed_files(workspace, edition))
    with tempfile.TemporaryDirectory() as scratch:
        found += _pages_against(edition, pages, Path(scratch))
        if recompute:
            found += _recomputed(workspace, edition, Path(scratch))
    return found


def versions(target: Path) -> tuple[str, str]:
    """(the version that made the page, this one)."""
    return _pages(target)[0][1]["version"], __version__


def _pages(target: Path) -> list[tuple[Path, dict]]:
    paths = sorted(target.rglob("*.html")) if target.is_dir() else [target]
    stamped = [(p, m) for p in paths if p.is_file() and (m := STAMP.search(p.read_text(encoding="utf-8", errors="replace")))]
    if not stamped:
        raise ConfigurationError(f"{target}: no report page. Name a page of build/reports, or the folder.")
    return [(path, match.groupdict()) for path, match in stamped]


def _edition(workspace: Workspace, named: set[str]) -> Path:
    """The folder of the newest release that gives all the editions that the pages bear."""
    kept = _kept(workspace)
    for copies in kept.values():
        if named <= set().union(*map(_editions_of, copies)):
            return copies[0]
    several = "; verify pages of several releases one by one" if len(named) > 1 else ""
    there = ", ".join(sorted(kept)) or "none"
    raise ConfigurationError(f"No one release in {workspace.out} has pages of edition {', '.join(sorted(named))}{several}. There are {there}.")


def _kept(workspace: Workspace) -> dict[str, list[Path]]:
    """Releases by name, the newest first, each with its folders: where it stands, and as it was published."""
    standing = read_manifest(workspace.release)
    found = {standing["release"]: [workspace.release]} if standing else {}
    for edition in reversed(editions(workspace.published)):
        found.setdefault(edition.manifest["release"], []).append(edition.folder)
    return found


def _editions_of(folder: Path) -> set[str]:
    """The editions of a release's pages: its own name, and that of what each member's pages are made from."""
    from pipeline.report.member_release import MemberRelease
    from pipeline.report.release import Release

    release = Release(folder)
    members = release.table("units")["member"].unique()
    try:
        return {release.edition, *(MemberRelease(release, member).edition for member in members)}
    except StageError:  # an older release may lack a table, and then pages are not made of it any more
        return {release.edition}


def _changed_files(workspace: Workspace, edition: Path) -> Iterator[str]:
    """Files of the inbox that came, went or changed since the release."""
    then = {i["sha256"] for i in read_manifest(edition)["inputs"]}
    now = {export.sha256: export.name for export in workspace.inbox_files()[0]}
    yield from (f"inputs: {name} is not what the release was made of" for mark, name in now.items() if mark not in then)
    gone = len(then - now.keys())
    if gone:
        yield f"inputs: {gone} files that the release was made of are not in the inbox"


def _pages_against(edition: Path, pages: list[tuple[Path, dict]], scratch: Path) -> Iterator[str]:
    """Each page against one made anew from its release."""
    from pipeline.report import render_reports

    render_reports(edition, scratch / "pages")
    for path, stamp in pages:
        again = scratch / "pages" / f"{stamp['page']}.html"
        if not again.is_file():
            yield f"{path.name}: the release makes no page {stamp['page']}"
            continue
        old, new = (p.read_text(encoding="utf-8") for p in (path, again))
        for kind, pattern in (("cell", CELL), ("number", KEYED)):
            yield from _unlike(path.name, kind, pattern.findall(old), pattern.findall(new))
        if CHART.findall(old) != CHART.findall(new):
            yield f"{path.name}: a chart draws other figures than the release has"


def _unlike(page: str, kind: str, old: list[tuple], new: list[tuple]) -> list[str]:
    if old == new:
        return []
    known = dict(new)
    other = [f"{page}: {kind} {where} says {said}, the release {known.get(where, 'nothing')}" for where, said in old if known.get(where) != said]
    missing = [f"{page}: {kind} {where} of the release is not there" for where in known if where not in dict(old)]
    return (other + missing)[:MOST] or [f"{page}: its {kind}s stand in another order or number than the release's"]


def _recomputed(workspace: Workspace, edition: Path, scratch: Path) -> Iterator[str]:
    """The release's tables against those that the workspace gives now."""
    from pipeline.publish import publish
    from pipeline.run import ingest

    again = replace(workspace, out=scratch / "out")
    again.out.mkdir()
    if not workspace.kept_key.exists() and workspace.key.exists():
        shutil.copy2(workspace.key, again.key)
    for before in _before(workspace, edition):
        shutil.copytree(before, again.published / before.name)
    ingest(again)
    publish(again)
    for path in sorted(edition.glob("*.parquet")):
        yield from _tables_unlike(path.stem, pl.read_parquet(path), beside(again.release) / path.name)


def _before(workspace: Workspace, edition: Path) -> list[Path]:
    """The editions that were kept when this one was made."""
    name, earlier = read_manifest(edition)["release"], []
    for kept in editions(workspace.published):
        if kept.manifest["release"] == name:
            break
        earlier.append(kept.folder)
    return earlier


def _tables_unlike(name: str, old: pl.DataFrame, path: Path) -> Iterator[str]:
    if not path.is_file():
        yield f"{name}: is not made any more"
        return
    new, keys = pl.read_parquet(path), [c for c in TABLE_KEYS[name] if c in old.columns]
    joined = old.join(new, on=keys, how="full", suffix=" now", nulls_equal=True, coalesce=False, maintain_order="left_right")
    lone = pl.all_horizontal(pl.col(f"{c} now").is_null() for c in keys) | pl.all_horizontal(pl.col(c).is_null() for c in keys)
    apart = joined.select(lone.sum()).item()
    if apart:
        yield f"{name}: {apart} rows are in one of the two alone"
    for column in (c for c in old.columns if c not in keys and c in new.columns):
        differs = joined.filter(~lone & _differs(column, old.schema[column]))
        if differs.height:
            row = differs.row(0, named=True)
            where = " ".join(str(row[k]) for k in keys if row[k])
            yield f"{name}: {column} differs in {differs.height} rows, first {where}: {row[column]} then, {row[f'{column} now']} now"


def _differs(column: str, kind: pl.DataType) -> pl.Expr:
    then, now = pl.col(column), pl.col(f"{column} now")
    if kind.is_float():
        apart = (then - now).abs() > SAME * pl.max_horizontal(pl.lit(1.0), then.abs())
        return pl.when(then.is_null() | now.is_null()).then(then.is_null() != now.is_null()).otherwise(apart & then.is_not_nan())
    return ~then.eq_missing(now)
