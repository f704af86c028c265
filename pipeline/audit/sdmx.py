"""Reading SDMX as its reader does: from codes back to the table's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from pipeline.audit.finding import listed

FIXED = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
DIMENSIONS = {
    "REF_AREA": "member",
    "WAVE": "wave",
    "POPULATION": "population",
    "DOMAIN_VARIABLE": "domain_variable",
    "DOMAIN_CATEGORY": "domain_category",
    "INDICATOR": "indicator",
    "MEASURE": "measure",
    "CATEGORY": "category",
}
FIGURES = {"OBS_VALUE": "estimate", "STD_ERR": "se", "CI_LOW": "ci_low", "CI_HIGH": "ci_high", "DF": "df", "BASE": "n", "DEFF": "deff"}
FOLLOWING = ["TIME_PERIOD", "OBS_STATUS", "UNIT_MEASURE"]  # from the wave, the status and the measure
STATUS = {"A": "published", "U": "unreliable", "Q": "suppressed"}
EMPTY = {"_T", "_Z"}


def unlike_observations(observed: pl.DataFrame, table: pl.DataFrame) -> str:
    """What the observations hold that the estimates do not, in words; empty where nothing differs."""
    expected = {*FIXED, *DIMENSIONS, *FIGURES, *FOLLOWING}
    if set(observed.columns) != expected:
        return f"its columns are not those of an SDMX file of estimates: {listed(sorted(expected ^ set(observed.columns)))}"
    if observed.height != table.height:
        return f"it has {observed.height} rows, the table {table.height}"
    words = {column: _words(observed[name]) for name, column in DIMENSIONS.items()}
    words["status"] = observed["OBS_STATUS"].replace_strict(STATUS, default="?")
    differing = [c for c, found in words.items() if not table[c].fill_null("").equals(found)]
    differing += [c for name, c in FIGURES.items() if not _same(observed[name], table[c])]
    return f"its {listed(differing)} differ from the table's" if differing else _not_following(observed, table)


def _not_following(observed: pl.DataFrame, table: pl.DataFrame) -> str:
    """Columns that say more than the wave, the measure and what is the same on every row."""
    following = {
        "TIME_PERIOD": (observed["TIME_PERIOD"] != table["wave"].str.slice(0, 4)).any(),
        "UNIT_MEASURE": observed.select(pl.col("UNIT_MEASURE").n_unique().over("MEASURE").max()).item() not in (None, 1),
    } | {name: observed[name].n_unique() > 1 for name in FIXED}
    return f"its {listed(n for n, wrong in following.items() if wrong)} do not follow from the table" if any(following.values()) else ""


def _same(observed: pl.Series, column: pl.Series) -> bool:
    number = observed.cast(pl.Float64, strict=False)
    readable = bool((number.is_null() == observed.is_null()).all())
    return readable and number.equals(column.cast(pl.Float64), null_equal=True)


def _words(codes: pl.Series) -> pl.Series:
    known = codes.unique().drop_nulls().to_list()
    return codes.replace_strict(known, [_word(c) for c in known], default="", return_dtype=pl.String)


def _word(code: str) -> str:
    return "" if code in EMPTY else re.sub(r"\$([0-9A-F]+)\$", lambda found: chr(int(found[1], 16)), code)


def strange_codes(observed: pl.DataFrame, structure: dict) -> Iterator[str]:
    """Codes that no observation uses: an answer that only hidden people gave, a member that is not there."""
    for codelist in structure["data"]["codelists"]:
        name = codelist["id"].removeprefix("CL_")
        if name in DIMENSIONS:
            unused = sorted({c["id"] for c in codelist["codes"]} - set(observed[name].unique()))
            if unused:
                yield f"{codelist['id']} lists {listed(unused)}, which no observation uses"
