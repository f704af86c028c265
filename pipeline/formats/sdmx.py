"""The estimates as SDMX: a data file (SDMX-CSV 2.0) and the structure that explains its codes (SDMX-JSON 2.0)."""

from __future__ import annotations

import re

import polars as pl

AGENCY, FLOW, VERSION = "CIPS", "DF_ESTIMATES", "1.0.0"
ALL, NOT_APPLICABLE = "_T", "_Z"  # SDMX's own codes for "total" and "not applicable"
# Dimension -> (column, what an empty one means). Their order is that of the data structure.
DIMENSIONS = {
    "REF_AREA": ("member", ALL),
    "WAVE": ("wave", ALL),
    "POPULATION": ("population", ALL),
    "DOMAIN_VARIABLE": ("domain_variable", ALL),
    "DOMAIN_CATEGORY": ("domain_category", ALL),
    "INDICATOR": ("indicator", NOT_APPLICABLE),
    "MEASURE": ("measure", NOT_APPLICABLE),
    "CATEGORY": ("category", NOT_APPLICABLE),
}
TIME = "TIME_PERIOD"
ATTRIBUTES = {
    "STD_ERR": "se",
    "CI_LOW": "ci_low",
    "CI_HIGH": "ci_high",
    "DF": "df",
    "BASE": "n",
    "DEFF": "deff",
}
# The codes of SDMX's cross-domain list CL_OBS_STATUS.
STATUS = {"published": "A", "unreliable": "U", "suppressed": "Q"}
UNIT = {"mean_score": "SCORE", "mean": "NUMBER"}  # else a share
SHARE = "SHARE"
_FREE = re.compile(r"[^A-Za-z0-9_@-]")


def code_id(code: str) -> str:
    """A code as SDMX allows it in an identifier: what it does not is the character's number in hexadecimal between `$`."""
    own = code in (ALL, NOT_APPLICABLE)  # an answer's own code, which must not be taken for SDMX's
    return f"${ord('_'):X}${code[1:]}" if own else _FREE.sub(lambda found: f"${ord(found[0]):X}$", code)


def observations(estimates: pl.DataFrame) -> pl.DataFrame:
    """One row for each row of `estimates`, suppressed ones without a value; columns as SDMX-CSV 2.0 has them."""
    dimensions = [_coded(estimates[column], empty).alias(name) for name, (column, empty) in DIMENSIONS.items()]
    return estimates.select(
        STRUCTURE=pl.lit("dataflow"),
        STRUCTURE_ID=pl.lit(f"{AGENCY}:{FLOW}({VERSION})"),
        ACTION=pl.lit("I"),
        **{d.name: d for d in dimensions},
        **{TIME: pl.col("wave").str.slice(0, 4)},
        OBS_VALUE="estimate",
        OBS_STATUS=pl.col("status").replace_strict(STATUS),
        UNIT_MEASURE=pl.col("measure").replace_strict(UNIT, default=SHARE, return_dtype=pl.String),
        **ATTRIBUTES,
    )


def _coded(column: pl.Series, empty: str) -> pl.Series:
    known = column.unique().drop_nulls().to_list()
    return column.replace_strict(known, [code_id(c) if c else empty for c in known], default=empty, return_dtype=pl.String)
