"""Whether the rows of a bundle's table are what they must be: shown figures of its units, by codes that are known."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.bundle.contents import TABLE, Manifest
from pipeline.errors import ConfigurationError
from pipeline.estimate.design import UNIT
from pipeline.estimate.measures import scoring
from pipeline.estimate.moments import CELL
from pipeline.instrument import Instrument, Item


def check_cells(file: Path, table: pl.DataFrame, manifest: Manifest, instruments: dict[str, Instrument]) -> None:
    """Raises ConfigurationError that names the first row at fault.

    A text that is no code of the questionnaire, and a group that is none of a
    profile question's, have no place in a bundle: they could name an office.
    """
    for what, wrong in _faults(manifest):
        _refuse(file, table.filter(wrong.fill_null(True)), what)
    _refuse(file, table.filter(pl.struct(CELL).is_duplicated()), "stands twice")
    found = set(table.select(UNIT).unique().iter_rows())
    listed = {(manifest.member, u.wave, u.population): u for u in manifest.units}
    if found != set(listed):
        named = sorted(" ".join(u) for u in found ^ set(listed))
        raise ConfigurationError(f"{file}: {named[0]} is only in one of table and manifest. Ask for the bundle again.")
    for unit, facts in listed.items():
        mine = table.filter(*(pl.col(k) == v for k, v in zip(UNIT, unit, strict=True)))
        _refuse(file, mine.filter(pl.col("n") > facts.n), f"rests on more than the {facts.n} respondents of its unit")
        _check_codes(file, mine, instruments[facts.instrument], manifest.rules.off)


def _faults(manifest: Manifest) -> list[tuple[str, pl.Expr]]:
    fewest = manifest.rules.minimum_respondents
    numbers = [c for c, kind in TABLE.items() if kind == pl.Float64]
    crooked = pl.any_horizontal(~pl.col(c).is_finite().fill_null(False) for c in numbers if c != "variance")
    crooked |= pl.col("variance").is_nan().fill_null(False) | (pl.col("variance") < 0).fill_null(False)
    return [
        (f"is of another member than {manifest.member}", pl.col("member") != manifest.member),
        (f"rests on fewer than {fewest} respondents", pl.col("n") < fewest),
        ("has no figure of its own", crooked | (pl.col("sw") <= 0) | (pl.col("sw2") <= 0) | (pl.col("df") < 0)),
    ]


def _check_codes(file: Path, mine: pl.DataFrame, instrument: Instrument, off: bool) -> None:
    for known in (_domains(instrument), _figures(instrument)):
        unknown = mine.join(known, on=known.columns, how="anti")
        _refuse(file, unknown, f"is about something that the instrument {instrument.instrument!r} does not have")
    profile = [i.code for i in instrument.profile]
    crossed = (pl.col("domain_variable") != "") & pl.col("indicator").is_in(profile)
    _refuse(file, mine.filter(crossed & pl.lit(not off)), "crosses two profile questions")


def _domains(instrument: Instrument) -> pl.DataFrame:
    """domain_variable, domain_category: everybody, and each category of each profile question."""
    rows = [(i.code, c.code) for i in instrument.profile for c in instrument.scale_of(i).categories]
    return pl.DataFrame(
        [("", ""), *rows], dict.fromkeys(["domain_variable", "domain_category"], pl.String), orient="row"
    )


def _figures(instrument: Instrument) -> pl.DataFrame:
    """indicator_kind, indicator, measure, category: all that can be measured with the questionnaire."""
    codes = [(i.code, code) for i in instrument.estimated for code in _answers(instrument, i)]
    seen = pl.DataFrame(codes, dict.fromkeys(["item", "code"], pl.String), orient="row")
    items = scoring(instrument, seen).select(
        pl.lit("item").alias("indicator_kind"), pl.col("item").alias("indicator"), "measure", "category"
    )
    scores = [("factor", f.code) for f in instrument.factors] + [("index", x.code) for x in instrument.indices]
    rows = [(kind, code, "mean_score", "") for kind, code in scores]
    return pl.concat([items.unique(), pl.DataFrame(rows, items.schema, orient="row")])


def _answers(instrument: Instrument, item: Item) -> list[str]:
    """Its categories; for a number any will do, as all count as one."""
    return [c.code for c in instrument.scale_of(item).categories] or ["0"]


def _refuse(file: Path, rows: pl.DataFrame, what: str) -> None:
    if not rows.is_empty():
        place = " ".join(str(v) for v in rows.select(CELL).row(0) if v)
        raise ConfigurationError(
            f"{file}: the row {place} {what}. Ask for a bundle as `cips moments export` writes it."
        )
