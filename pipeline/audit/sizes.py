"""Attacks on who is too few to be shown: small bases, small units, small counts of flags."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding, listed, place
from pipeline.audit.tables import UNIT

FLAGS = ["mostly_silent", "straight_lining", "speeding", "any_flag"]  # shares of respondents; other checks are none


def small_bases(desk: Desk) -> Iterator[Finding]:
    """Published figures on fewer respondents than the rules ask for."""
    fewest = desk.rules["minimum_respondents"]
    for name in ("estimates", "reliability", "quality", "drivers"):
        table = desk.tables[name]
        few = table.filter((pl.col("status") != "suppressed") & (pl.col("n") < fewest))
        for row in few.iter_rows(named=True):
            yield Finding("small-base", place(name, row), f"rests on {row['n']} respondents, fewer than {fewest}")


def small_units(desk: Desk) -> Iterator[Finding]:
    """Units under the minimum that are published, or of which any other table publishes a figure."""
    fewest = desk.rules["minimum_unit"]
    few = desk.units.filter((pl.col("status") != "suppressed") & (pl.col("n") < fewest))
    for row in few.iter_rows(named=True):
        yield Finding("small-unit", place("units", row), f"{row['n']} respondents, fewer than {fewest}")
    hidden = desk.units.filter(pl.col("status") == "suppressed").select(UNIT)
    for name in ("estimates", "adequacy", "reliability", "quality", "comparisons", "coded", "drivers"):
        yield from _figures_of_hidden(desk.tables[name], name, hidden)


def _figures_of_hidden(table: pl.DataFrame, name: str, hidden: pl.DataFrame) -> Iterator[Finding]:
    shown = table.filter(pl.col("status") != "suppressed")
    for unit, rows in shown.join(hidden, on=UNIT, how="semi").group_by(UNIT, maintain_order=True):
        what = f"{rows.height} figures of a unit that is itself suppressed"
        yield Finding("small-unit", f"{name}: {' '.join(unit)}", what)


def unit_sizes(desk: Desk) -> Iterator[Finding]:
    """Sizes of suppressed units from the manifest's total less the units that are shown."""
    hidden = desk.units.filter(pl.col("status") == "suppressed")
    units = set(hidden.select(UNIT).iter_rows())
    for file in desk.manifest.get("inputs", []):
        counts = [key for key, value in file.items() if isinstance(value, int)]
        if counts and tuple(file.get(k) for k in UNIT) in units:
            where = f"manifest: inputs, {' '.join(file[k] for k in UNIT)}"
            yield Finding("unit-size", where, f"{listed(counts)} of a unit that is suppressed")
    total = desk.manifest.get("counts", {}).get("respondents")
    if hidden.is_empty() or total is None:
        return
    left = total - int(desk.units.filter(pl.col("status") != "suppressed")["n"].sum())
    largest = desk.rules["minimum_unit"] - 1
    low, high = max(0, left - largest * (hidden.height - 1)), min(largest, left)
    if left > 0 and high - low < desk.rules["minimum_interval"]:
        names = listed(" ".join(r) for r in hidden.select(UNIT).iter_rows())
        what = f"{total} respondents less the published units leave {left}; each has {low} to {high}"
        yield Finding("unit-size", f"manifest: counts, {names}", what)


def small_flags(desk: Desk) -> Iterator[Finding]:
    """Flagged respondents that are so few that colleagues can tell who they are."""
    fewest = desk.rules["minimum_respondents"]
    counted = desk.tables["quality"].with_columns(count=(pl.col("value") * pl.col("n")).round())
    few = counted.filter(
        pl.col("status") != "suppressed", pl.col("check").is_in(FLAGS), pl.col("count") > 0, pl.col("count") < fewest
    )
    for row in few.iter_rows(named=True):
        what = f"share x base = {row['count']:.0f} respondents, fewer than {fewest}"
        yield Finding("flag-count", place("quality", row), what)
