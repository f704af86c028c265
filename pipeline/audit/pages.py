"""Attacks on rendered pages: what they hold that the release does not, or that their reader must not see."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed
from pipeline.audit.markup import WORDED, Page, decimals, leaves, numbers, read_page
from pipeline.audit.published import CROSS, Published, page_files, published_aside, published_in, scope_of

MANY = 60  # pages from which several processes are worth their start
STAMPS = {"data-edition", "data-version", "data-config-hash", "data-input-hash", "data-seed", "data-tier", "data-lang"}
# Of a chart, what says how it looks and not what it shows.
LOOKS = frozenset(
    [
        "marker",
        "line",
        "width",
        "thickness",
        "size",
        "opacity",
        "domain",
        "symmetric",
        "legendrank",
        "pad",
        "hoverlabel",
        "font",
        "textfont",
        "height",
        "margin",
        "legend",
        "xaxis",
        "xaxis2",
        "xaxis3",
        "yaxis",
        "yaxis2",
        "template",
        "bargap",
        "type",
        "mode",
    ]
)
VIEWPORT = "width=device-width, initial-scale=1"
COUNTS = {"n", "base", "count", "respondents", "size_n", "total"}
BARS = {"array", "arrayminus"}
ISO_DATE = re.compile(r"(?<!\d)\d{4}-[01]\d-[0-3]\d(?!\d)")


def leaking_pages(desk: Desk) -> Iterator[Finding]:
    """All attacks on one page after another."""
    scopes: dict[tuple, Published] = {}
    files = page_files(desk)
    stems = Counter(_stem(name) for name, _ in files)
    languages: dict[str, list[tuple[str, list]]] = {}
    for (name, path), page in zip(files, _read([path for _, path in files]), strict=True):
        where = f"reports: {name}"
        scope = scope_of(name)
        if scope not in scopes:
            scopes[scope] = published_in(desk, scope)
        yield from _numbers(page, where, scopes[scope], longest_array(desk))
        for name_of_part, part in page.aside.items():
            theirs = published_aside(desk, scope, name_of_part)
            yield from _numbers(part, f"{where}, {name_of_part}", theirs, longest_array(desk))
        yield from _active(page, where, desk.reports, path)
        if digits := [t.strip() for t in page.suppressed if re.search(r"\d", t)]:
            yield Finding("page-suppressed", where, f"a cell that is called suppressed says {listed(digits)}")
        if scope[0] == "cross":
            yield from _unmasking(page, where, desk, scope[1])
        if stems[_stem(name)] > 1:
            languages.setdefault(_stem(name), []).append((name, _fingerprint(page)))
    yield from _unlike_languages(languages)


def _read(paths: list[Path]) -> Iterator[Page]:
    """The pages, many of them by several processes: reading their markup is most of the work."""
    if len(paths) < MANY:
        yield from map(_read_one, paths)
        return
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        yield from workers.map(_read_one, paths, chunksize=8)


def _read_one(path: Path) -> Page:
    return read_page(path.read_text(encoding="utf-8"))


def _stem(name: str) -> str:
    """A page's name without its language."""
    return re.sub(r"(?:\.[a-z]{2})?\.html$", "", name)


def longest_array(desk: Desk) -> int:
    """The longest list that a chart of a table can have: three points for each question or member."""
    questions = [len(i["items"]) for i in desk.codebook["instruments"].values()]
    return 3 * max([20, len(desk.codebook["members"]), *questions])


def _numbers(page: Page, where: str, published: Published, longest: int) -> Iterator[Finding]:
    if page.unreadable:
        yield Finding("page-data", where, f"{page.unreadable} blocks of embedded data can't be read as JSON")
    for kind, source, missing in (
        *_charts(page, published, longest),
        *_attributes(page, published, longest),
        ("page-comment", "comments", published.missing(_in(page.comments))),
        ("page-hidden", "hidden elements", published.missing(_in(page.hidden))),
    ):
        if missing:
            some = listed(f"{v:g}" if isinstance(v, float) else v for v in missing)
            yield Finding(kind, f"{where}, {source}", f"{some}: in no published figure of this page")


def _in(texts: list[str]) -> list[tuple[float, int]]:
    return [n for text in texts for n in numbers(text)]


def _charts(page: Page, published: Published, longest: int) -> Iterator[tuple[str, str, list]]:
    values: list[tuple[float, int]] = []
    bars: list[tuple[float, int]] = []
    counts: list[tuple[float, int]] = []
    for chart in page.charts:
        rows = _rows(chart)
        for path, leaf in leaves(chart, LOOKS):
            found = [(float(v), decimals(v)) for v in leaf if isinstance(v, int | float) and not isinstance(v, bool)]
            found += [n for v in leaf if isinstance(v, str) for n in numbers(v)]
            if len(leaf) > longest:
                yield "page-microdata", ".".join(map(str, path)), [f"a list of {len(leaf)} values"]
            else:
                target = bars if path[-1] in BARS else counts if path[-1] in COUNTS else values
                target += [n for n in found if not _position(path, n, max(rows, len(leaf)))]
    yield "page-number", "charts", published.missing(values)
    yield "page-number", "error bars", published.missing(bars, span=True)
    yield "page-number", "counts in charts", published.missing_counts(counts)


def _rows(chart) -> int:
    """How many rows a chart has: a group need not have a dot in each."""
    layout = chart.get("layout") if isinstance(chart, dict) else None
    axis = layout.get("yaxis") if isinstance(layout, dict) else None
    labels = axis.get("tickvals") if isinstance(axis, dict) else None
    return len(labels) if isinstance(labels, list) else 0


def _position(path: tuple, number: tuple[float, int], rows: int) -> bool:
    """Rows of a chart are numbered, its groups set off by part of a row."""
    return path[-1] == "y" and -1 < number[0] < rows + 1


def _attributes(page: Page, published: Published, longest: int) -> Iterator[tuple[str, str, list]]:
    data: list[tuple[float, int]] = []
    words: list[tuple[float, int]] = []
    counts: list[tuple[float, int]] = []
    for _, name, value in page.attributes:
        if name in STAMPS or value == VIEWPORT:
            continue
        found = [(v, d) for v, d in numbers(value.replace(";", " ").replace(",", " "))] if "data-" in name else []
        if len(found) > longest:
            yield "page-microdata", f"attribute {name}", [f"a list of {len(found)} values"]
        elif name.startswith("data-"):
            (counts if name.removeprefix("data-") in COUNTS else data).extend(found)
        elif name in WORDED:
            words += numbers(value)
    yield "page-number", "data attributes", published.missing(data)
    yield "page-number", "counts in attributes", published.missing_counts(counts)
    yield "page-number", "titles and labels", published.missing(words)


def _active(page: Page, where: str, reports: Path, path: Path) -> Iterator[Finding]:
    """Scripts from elsewhere and event handlers: what a page must not do to its reader."""
    if page.inline:
        what = f"{page.inline} scripts in the page itself, whose data can't be checked"
        yield Finding("page-script", where, what)
    for tag, name in sorted(set(page.handlers)):
        yield Finding("page-handler", where, f"<{tag} {name}>: pages carry no event handlers")
    for tag, name, value in sorted(set(page.links)):
        remote = re.match(r"(?:[a-z][a-z0-9+.-]*:)?//|javascript:|/", value, re.I) or (
            value.startswith("data:") and value != "data:,"
        )
        loaded = tag != "a" or CROSS.search(path.relative_to(reports).as_posix())
        if remote or (loaded and not _inside(reports, path, value)):
            yield Finding("page-link", where, f"<{tag} {name}={value[:60]}>: outside the pages' folder")


def _inside(reports: Path, page: Path, link: str) -> bool:
    target = re.split(r"[?#]", link)[0]
    if not target or link == "data:,":
        return True
    return (page.parent / target).resolve().is_relative_to(reports.resolve())


def _unmasking(page: Page, where: str, desk: Desk, recipient: str) -> Iterator[Finding]:
    """Names, waves, dates and sizes on a page of pseudonyms."""
    words = page.words()
    for instrument in desk.codebook["instruments"]:
        words = words.replace(instrument, " ")  # the questionnaires' names stand on every page
    others = {c: m for c, m in desk.codebook["members"].items() if c != recipient and m["sharing"] != "named"}
    for code, member in sorted(others.items()):
        names = [
            n for n in sorted(set(member["name"].values())) if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", words, re.I)
        ]
        found = ([code] if re.search(rf"(?<![\w]){re.escape(code)}(?![\w])", words) else []) + names
        if found:
            yield Finding("page-name", where, f"names the member {listed(found)}, which is under a pseudonym here")
    waves = [w for w in sorted(desk.units["wave"].unique()) if re.search(rf"(?<![\w-]){re.escape(w)}(?![\w-])", words)]
    if waves:
        yield Finding("page-wave", where, f"says {listed(waves)}: which waves there were is publicly known")
    if dates := sorted(set(ISO_DATE.findall(words))):
        yield Finding("page-date", where, f"says {listed(dates)}: when a member asked is publicly known")
    sizes = set(desk.units.filter(pl.col("n") > 100)["n"].to_list())  # up to 100 a number may be a percentage
    if shown := sorted({int(v) for v, d in numbers(words) if d == 0 and v in sizes}):
        yield Finding("page-size", where, f"says {listed(shown)}, the number of respondents of a member")


def _fingerprint(page: Page) -> list[float]:
    """The figures of a page, whatever its language: of charts and of attributes that hold raw numbers."""
    attributes = [a for part in page.parts() for a in part.attributes]
    raw = [n for _, name, value in attributes if name == "data-raw" for n, _ in numbers(value)]
    charts = [
        float(v)
        for part in page.parts()
        for chart in part.charts
        for _, leaf in leaves(chart, LOOKS)
        for v in leaf
        if isinstance(v, int | float) and not isinstance(v, bool)
    ]
    return sorted(raw + charts)


def _unlike_languages(languages: dict[str, list[tuple[str, list]]]) -> Iterator[Finding]:
    for _stem, versions in sorted(languages.items()):
        first = versions[0]
        for name, figures in versions[1:]:
            if figures != first[1]:
                what = f"shows other numbers than {first[0]}: what one hides the other may tell"
                yield Finding("page-language", f"reports: {name}", what)
