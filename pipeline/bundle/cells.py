"""Whether the rows of a bundle's table are what they must be: shown figures of its units, by codes that are known."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.bundle.contents import TABLE, Manifest
from pipeline.errors import ConfigurationError
from pipeline.estimate.design import UNIT
from pipeline.estimate.moments import CELL
from pipeline.instrument import Instrument, Item

MEASURES = ("share", "favourable", "unfavourable", "mean_score", "mean", "nonresponse")
Words = dict[str, set[tuple]]


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
        ("is of no measure that is known", ~pl.col("measure").is_in(MEASURES)),
    ]


def _check_codes(file: Path, mine: pl.DataFrame, instrument: Instrument, off: bool) -> None:
    words, profile = _words(instrument), [i.code for i in instrument.profile]
    for name, columns in (
        ("domains", ["domain_variable", "domain_category"]),
        ("indicators", ["indicator_kind", "indicator"]),
        ("answers", ["indicator", "category"]),
    ):
        known = pl.DataFrame(sorted(words[name]), dict.fromkeys(columns, pl.String), orient="row")
        unknown = mine.join(known, on=columns, how="anti", nulls_equal=True)
        _refuse(file, unknown, f"has {' and '.join(columns)} that {instrument.instrument} does not know")
    crossed = (pl.col("domain_variable") != "") & pl.col("indicator").is_in(profile)
    _refuse(file, mine.filter(crossed & pl.lit(not off)), "crosses two profile questions")


def _words(instrument: Instrument) -> Words:
    scores = [("factor", f.code) for f in instrument.factors] + [("index", x.code) for x in instrument.indices]
    return {
        "domains": {("", "")} | {(i.code, code) for i in instrument.profile for code in _codes(instrument, i)},
        "indicators": {("item", i.code) for i in instrument.questions} | set(scores),
        "answers": {(i.code, code) for i in instrument.questions for code in _codes(instrument, i)}
        | {(code, "") for code in [*(i.code for i in instrument.questions), *(code for _, code in scores)]},
    }


def _codes(instrument: Instrument, item: Item) -> set[str]:
    """Codes and reasons that stand as categories."""
    scale = instrument.scale_of(item)
    return {c.code for c in scale.categories} | {w for m in scale.missing for w in (m.code, m.reason)}


def _refuse(file: Path, rows: pl.DataFrame, what: str) -> None:
    if not rows.is_empty():
        place = " ".join(str(v) for v in rows.select(CELL).row(0) if v)
        raise ConfigurationError(f"{file}: the row {place} {what}. Ask for a bundle as `cips moments export` writes it.")
