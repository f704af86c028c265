"""Which units are counted, how many at a time, and which were counted before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import polars as pl

from pipeline.estimate.bridged import anchor_tables, anchored_names
from pipeline.estimate.counted import Counted, Terms, count
from pipeline.estimate.design import UNIT
from pipeline.estimate.kept import KeptCounts, mark_of
from pipeline.instrument import Instrument
from pipeline.store import Store, identifier

MOST = 50_000  # respondents that are counted at once, if one unit alone has not more


def count_all(store: Store, tables: dict[str, Instrument], terms: Terms, kept: KeptCounts) -> list[tuple[Instrument, Counted]]:
    """Of each instrument the sums of all its units, in the order of units; those that `kept` has are not counted again."""
    units = {table: _units(store, table) for table in tables}
    marks = {(table, unit): mark for table, i in tables.items() for unit, mark in _marks(units[table], i, terms)}
    found = {place: kept.read(mark) for place, mark in marks.items()}
    open_ = {table: units[table].filter([found[table, unit] is None for unit in units[table].select(UNIT).iter_rows()]) for table in tables}
    work = [(table, portion) for table in tables for portion in portions(open_[table])]

    def done(table: str, portion: pl.DataFrame) -> dict[tuple, Counted]:
        return _apart(count(store.beside(), table, portion, tables[table], terms))

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # side by side: the store's queries keep to one thread each
        for (table, _), parts in zip(work, threads.map(lambda w: done(*w), work), strict=True):
            for unit, counted in parts.items():
                kept.write(marks[table, unit], counted)
                found[table, unit] = counted
    kept.forget()
    return [(i, joined([c for (name, _), c in found.items() if name == table])) for table, i in tables.items()]


def portions(units: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """UNIT of `units` (UNIT, n), in order and so many at a time that none has more than MOST respondents, or one unit alone."""
    start, size = 0, 0
    for place, n in enumerate(units["n"]):
        if place > start and size + n > MOST:
            yield units[start:place].select(UNIT)
            start, size = place, 0
        size += n
    if units.height:
        yield units[start:].select(UNIT)


def joined(parts: list[Counted]) -> Counted:
    return Counted(*(pl.concat([getattr(p, f.name) for p in parts], how="vertical_relaxed") for f in fields(Counted)))


def _units(store: Store, table: str) -> pl.DataFrame:
    """UNIT, n and content (a hash of all their answers, whatever their order) of an answers table, in order."""
    return store.frame(
        f"""SELECT _member AS member, _wave AS wave, _population AS population, count(*) AS n, sum(hash(answers))::VARCHAR AS content
        FROM {identifier(table)} AS answers GROUP BY ALL ORDER BY ALL"""
    )


def _marks(units: pl.DataFrame, instrument: Instrument, terms: Terms) -> Iterator[tuple[tuple, str]]:
    """(unit, hash of all that its sums are made of)."""
    anchors = [*(table.write_json() for table in anchor_tables(instrument, terms.bridges).values()), *anchored_names(instrument, terms.bridges)]
    shared = (instrument.model_dump_json(), repr(terms.cap), repr(terms.together), *anchors)
    for *unit, n, content in units.iter_rows():
        yield tuple(unit), mark_of(*unit, str(n), content, repr(terms.frames.get(tuple(unit))), *shared)


def _apart(counted: Counted) -> dict[tuple, Counted]:
    """The sums of each unit."""
    parts = [getattr(counted, f.name).partition_by(UNIT, as_dict=True, maintain_order=True) for f in fields(Counted)]
    nothing = [getattr(counted, f.name).clear() for f in fields(Counted)]
    units = counted.weighting.select(UNIT).iter_rows()  # of which every unit has one row
    return {unit: Counted(*(part.get(unit, none) for part, none in zip(parts, nothing, strict=True))) for unit in units}
