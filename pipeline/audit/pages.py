"""Attacks on rendered pages, each in all its languages at once, and who does them."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from uuid import uuid4

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding
from pipeline.audit.inspection import Inspector
from pipeline.audit.published import page_files, scope_of
from pipeline.workers import workers

MANY = 60  # pages from which other processes are worth their start
Versions = list[tuple[str, Path]]  # of one page in its languages: path below the reports' folder, file

_seated: tuple[str, Inspector] | None = None  # in a worker process: of the audit that it is at work for


def leaking_pages(desk: Desk) -> Iterable[Finding]:
    """What the pages hold that the release does not, or that their reader must not see.

    Many pages are given to other processes at once when this is called; who asks for the findings last waits least.
    """
    pages = _pages(desk)
    if not pages:
        return []
    inspect = _by_many if sum(map(len, pages)) >= MANY else _alone
    return chain.from_iterable(inspect(desk, pages))


def _pages(desk: Desk) -> list[Versions]:
    """The pages, those side by side that may show the same figures."""
    pages: dict[str, Versions] = {}
    for name, path in page_files(desk):
        pages.setdefault(_stem(name), []).append((name, path))
    return sorted(pages.values(), key=_scope)


def _stem(name: str) -> str:
    """A page's name without its language."""
    return re.sub(r"(?:\.[a-z]{2})?\.html$", "", name)


def _scope(versions: Versions) -> tuple[str, str]:
    return scope_of(versions[0][0])


def _alone(desk: Desk, pages: list[Versions]) -> Iterator[list[Finding]]:
    inspector = Inspector(desk)
    yield from map(inspector.findings, pages)


def _by_many(desk: Desk, pages: list[Versions]) -> Iterator[list[Finding]]:
    unread = replace(desk)  # each process reads the tables itself; they need not be sent
    return workers().map(partial(_inspect, unread, uuid4().hex), [list(those) for _, those in groupby(pages, _scope)])


def _inspect(desk: Desk, audit: str, pages: list[Versions]) -> list[Finding]:
    """All pages that may show the same figures. `audit`: its own id, as another one may find another release at the same place."""
    global _seated
    if _seated is None or _seated[0] != audit:
        _seated = audit, Inspector(desk)
    gc.disable()  # pages hold no circles, and looking for some again and again takes a sixth of the time
    try:
        return [finding for versions in pages for finding in _seated[1].findings(versions)]
    finally:
        gc.enable()
