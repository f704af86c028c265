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


def pairs_as_published(
    pairs: pl.DataFrame, name: str, held: dict[tuple, Edition], sources: dict[tuple, str]
) -> pl.DataFrame:
    """Rows on two units (`comparisons`, `adjustments`): with a held side as their edition has them, suppressed where the other side has moved on since."""
    if not held:
        return pairs
    units = _units(held).with_columns(held=pl.lit(True))
    sides = _with_sides(pairs).join(units, on=UNIT, how="left").join(
        units.rename(dict(zip([*UNIT, "held"], [*OTHER, "other_held"], strict=True))), on=OTHER, how="left"
    )
    touched = pl.col("held").fill_null(False) | pl.col("other_held").fill_null(False)
    free = sides.filter(~touched)
    gone = sides.filter(touched).with_columns(status=pl.lit("suppressed"))
    old = _still_true(name, held, sources)
    lost = gone.join(old, on=KEYS[name], how="anti", nulls_equal=True)
    return pl.concat([free, old, lost], how="diagonal_relaxed").select(pairs.columns)


def _with_sides(pairs: pl.DataFrame) -> pl.DataFrame:
    """The other side is of the same member and population where a table does not say."""
    return pairs.with_columns(pl.col(c).alias(f"other_{c}") for c in UNIT if f"other_{c}" not in pairs.columns)


def _still_true(name: str, held: dict[tuple, Edition], sources: dict[tuple, str]) -> pl.DataFrame:
    """Of each edition the rows both sides of which stand as they did."""
    parts = []
    for edition in dict.fromkeys(held.values()):
        stands = [u for u, e in held.items() if e is edition]
        stands += [u for u, source in sources.items() if u not in held and edition.sources.get(u) == source]
        mine = _units(stands)
        rows = _with_sides(edition.table(name)).join(mine, on=UNIT, how="semi")
        other = mine.rename(dict(zip(UNIT, OTHER, strict=True)))
        either = rows.join(_units(u for u, e in held.items() if e is edition), on=UNIT, how="semi")
        parts.append(either.filter(pl.col("other_member") == "peers"))
        parts.append(rows.join(other, on=OTHER, how="semi").filter(_side_held(held, edition)))
    return pl.concat(parts, how="diagonal_relaxed").unique(subset=KEYS[name], maintain_order=True)


def _side_held(held: dict[tuple, Edition], edition: Edition) -> pl.Expr:
    mine = [chr(31).join(u) for u, e in held.items() if e is edition]
    sides = [pl.concat_str(columns, separator=chr(31)).is_in(mine) for columns in (UNIT, OTHER)]
    return sides[0] | sides[1]


def _units(units) -> pl.DataFrame:
    return pl.DataFrame(list(units), dict.fromkeys(UNIT, pl.String), orient="row")
