"""Units whose published figures stand, because setting new ones against them would tell of a few respondents."""

from __future__ import annotations

import polars as pl

from pipeline.columns import KEYS
from pipeline.estimate.design import UNIT
from pipeline.protect.editions import Edition

OTHER = [f"other_{u}" for u in UNIT]


def as_published(table: pl.DataFrame, name: str, held: dict[tuple, Edition]) -> pl.DataFrame:
    """The rows of held units as their edition has them; `table` has columns (or more than) those of the release."""
    if not held:
        return table
    kept = [table.join(_units(held), on=UNIT, how="anti")]
    for edition in dict.fromkeys(e for e in held.values() if e.has(name)):
        mine = _units(u for u, e in held.items() if e is edition)
        rows = edition.table(name).join(mine, on=UNIT, how="semi")
        if "as_of" in rows.columns:
            rows = rows.with_columns(as_of=pl.coalesce("as_of", pl.lit(edition.manifest["release"])))
        kept.append(rows)
    return pl.concat(kept, how="diagonal_relaxed").select(table.columns).sort(KEYS.get(name, UNIT), nulls_last=True)


def comparisons_as_published(
    comparisons: pl.DataFrame, held: dict[tuple, Edition], sources: dict[tuple, str]
) -> pl.DataFrame:
    """Comparisons with a held side as their edition has them, suppressed where the other side has moved on since."""
    if not held:
        return comparisons
    units = _units(held).with_columns(held=pl.lit(True))
    sides = comparisons.join(units, on=UNIT, how="left").join(
        units.rename(dict(zip([*UNIT, "held"], [*OTHER, "other_held"], strict=True))), on=OTHER, how="left"
    )
    touched = pl.col("held").fill_null(False) | pl.col("other_held").fill_null(False)
    keys = KEYS["comparisons"]
    free = sides.filter(~touched).drop("held", "other_held")
    gone = sides.filter(touched).drop("held", "other_held").with_columns(status=pl.lit("suppressed"))
    old = _still_true(held, sources, keys)
    return pl.concat(
        [free, old, gone.join(old, on=keys, how="anti", nulls_equal=True)], how="diagonal_relaxed"
    )


def _still_true(held: dict[tuple, Edition], sources: dict[tuple, str], keys: list[str]) -> pl.DataFrame:
    """Of each edition the comparisons both sides of which stand as they did."""
    parts = []
    for edition in dict.fromkeys(held.values()):
        stands = [u for u, e in held.items() if e is edition]
        stands += [u for u, source in sources.items() if u not in held and edition.sources.get(u) == source]
        mine = _units(stands)
        rows = edition.table("comparisons").join(mine, on=UNIT, how="semi")
        other = mine.rename(dict(zip(UNIT, OTHER, strict=True)))
        either = rows.join(_units(u for u, e in held.items() if e is edition), on=UNIT, how="semi")
        parts.append(either.filter(pl.col("other_member") == "peers"))
        parts.append(rows.join(other, on=OTHER, how="semi").filter(_side_held(held, edition)))
    return pl.concat(parts, how="diagonal_relaxed").unique(subset=keys, maintain_order=True)


def _side_held(held: dict[tuple, Edition], edition: Edition) -> pl.Expr:
    mine = [chr(31).join(u) for u, e in held.items() if e is edition]
    sides = [pl.concat_str(columns, separator=chr(31)).is_in(mine) for columns in (UNIT, OTHER)]
    return sides[0] | sides[1]


def _units(units) -> pl.DataFrame:
    return pl.DataFrame(list(units), dict.fromkeys(UNIT, pl.String), orient="row")
