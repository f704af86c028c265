"""Which groups of respondents an adjusted change can hold fixed: the same, and large enough, in every wave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipeline.estimate.asked import Unit
from pipeline.estimate.design import UNIT
from pipeline.estimate.moments import CROSSED

FEWEST = 5  # respondents of a group in a wave: with fewer its mean is hardly known
MERGED = "\x1e"  # the level of all groups that must not be told apart


@dataclass(frozen=True)
class Held:
    """What is held fixed between waves of one member and population.

    direct: the variables (links) of direct standardisation, the most important
    first; regression: those of the regression; missing: named by the instrument,
    but not asked in every wave or with a single group; reason: why nothing can be
    adjusted (no_overlap, nothing_shared, answers_elsewhere), else ""; where: the
    variable of no_overlap.
    groups: UNIT, crossing, direct (the group), levels (of the regression, in the
    order of its variables), both null where a respondent has no part in it.
    """

    direct: tuple[str, ...] = ()
    regression: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    where: str = ""
    groups: pl.DataFrame | None = None


def hold(
    units: list[Unit],
    sizes: pl.DataFrame,
    variables: dict[Unit, list[tuple[str, str]]],
    merged: Iterable[tuple[str, str]] = (),
) -> Held:
    """Choose variables and groups for the waves `units`, the latest last.

    sizes: UNIT, crossing, n (see Moments.crossing_sizes); variables: per unit
    (link, code), the most important first; merged: (link, category) of groups that
    are taken together, because they are not shown.

    A group of FEWEST or more in one wave that is missing in another is no overlap:
    nothing is adjusted. Direct standardisation crosses as many variables, in their
    order, as leave FEWEST respondents in each crossing in every wave.
    """
    links = [link for link, _ in variables[units[-1]]]
    shared = [link for link in links if all(link in dict(variables[u]) for u in units)]
    if not shared:
        return Held(missing=tuple(links), reason="nothing_shared")
    table = pl.concat(_levels(u, sizes, variables[u], shared, set(merged)) for u in units)
    for link in shared:
        counts = _counts(table, [link])
        if counts.filter((pl.col("waves") < len(units)) & (pl.col("most") >= FEWEST)).height:
            return Held(missing=_without(links, shared), reason="no_overlap", where=link)
        table = table.with_columns(
            pl.when(pl.col(link).is_in(counts.filter(waves=len(units))[link].implode())).then(link)
        )
    useful = [link for link in shared if table[link].n_unique() - table[link].has_nulls() > 1]
    if not useful:
        return Held(missing=tuple(links), reason="nothing_shared")
    direct = _crossed(table, useful, len(units))
    groups = table.select(
        *UNIT,
        "crossing",
        direct=_joined(direct) if direct else pl.lit(None, pl.String),
        levels=_joined(useful),
    )
    return Held(tuple(direct), tuple(useful), _without(links, useful), groups=groups)


def _without(all_links: list[str], used: list[str]) -> tuple[str, ...]:
    return tuple(link for link in all_links if link not in used)


def _levels(
    unit: Unit, sizes: pl.DataFrame, variables: list[tuple[str, str]], shared: list[str], merged: set[tuple[str, str]]
) -> pl.DataFrame:
    """One unit's crossings taken apart: UNIT, crossing, n and each shared variable's level, null where it was left open."""
    mine = sizes.filter(pl.struct(UNIT) == dict(zip(UNIT, unit, strict=True)))
    places = {link: place for place, (link, _) in enumerate(variables)}
    codes = pl.col("crossing").str.split(CROSSED)
    taken = {link: [category for name, category in merged if name == link] for link in shared}
    levels = {
        link: pl.when(codes.list.get(places[link]) == "")
        .then(None)
        .when(codes.list.get(places[link]).is_in(taken[link]))
        .then(pl.lit(MERGED))
        .otherwise(codes.list.get(places[link]))
        for link in shared
    }
    return mine.with_columns(**levels)


def _counts(table: pl.DataFrame, links: list[str]) -> pl.DataFrame:
    """Per level (or crossing of levels): in how many waves it is, and its smallest and greatest size where it is."""
    per_wave = table.drop_nulls(links).group_by([*UNIT, *links]).agg(pl.col("n").sum())
    return per_wave.group_by(links).agg(waves=pl.len(), least=pl.col("n").min(), most=pl.col("n").max())


def _crossed(table: pl.DataFrame, links: list[str], waves: int) -> list[str]:
    """The longest beginning of `links` whose crossings all have FEWEST respondents in every wave."""
    for length in range(len(links), 0, -1):
        counts = _counts(table, links[:length])
        if counts.filter((pl.col("waves") < waves) | (pl.col("least") < FEWEST)).is_empty():
            return links[:length]
    return []


def _joined(links: list[str]) -> pl.Expr:
    return pl.concat_str(links, separator=CROSSED)
