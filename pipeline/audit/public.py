"""Matching pseudonyms with what is publicly known of members."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from pipeline.audit.desk import Desk
from pipeline.audit.finding import Finding
from pipeline.audit.published import page_files, scope_of
from pipeline.errors import StageError

COLUMNS = ["member", "wave", "population", "statistic", "value"]
SCORES = ["mean_score", "mean"]


def public_matches(desk: Desk) -> Iterator[Finding]:
    """A pseudonymed figure that fits exactly one member's public figure, and no other pseudonym's does."""
    if desk.public is None:
        return
    known = _public(desk)
    # What the recipient's own table shows is the same for all; one list without own rows is enough per recipient.
    for keys, rows in (
        desk.tables["peers"].filter(~pl.col("own")).group_by(["recipient", "population"], maintain_order=True)
    ):
        yield from _of_table(*keys, rows, known.filter(pl.col("population") == keys[1]), desk.rules)
    yield from _sizes_on_pages(desk, known)


def _public(desk: Desk) -> pl.DataFrame:
    try:
        known = pl.read_csv(desk.public, schema_overrides={"wave": pl.String})
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StageError(f"The public figures can't be read: {desk.public.name} ({error}).") from error
    if missing := [c for c in COLUMNS if c not in known.columns]:
        raise StageError(f"The public figures in {desk.public.name} lack the columns {', '.join(missing)}.")
    return known if "indicator" in known.columns else known.with_columns(indicator=pl.lit(None, dtype=pl.String))


def _of_table(
    recipient: str, population: str, rows: pl.DataFrame, known: pl.DataFrame, rules: dict
) -> Iterator[Finding]:
    for fact in known.iter_rows(named=True):
        slack, column, mine = _comparable(fact, rows, rules)
        if column not in mine.columns:
            continue
        fitting = mine.filter((pl.col(column) - fact["value"]).abs() <= slack + 1e-9)
        rivals = known.filter(
            pl.col("statistic") == fact["statistic"],
            pl.col("indicator").eq_missing(fact["indicator"]),
            (pl.col("value") - fact["value"]).abs() <= 2 * slack,
        )
        if fitting["pseudonym"].n_unique() == 1 and rivals["member"].n_unique() == 1:
            name = fitting["pseudonym"][0]
            where = f"peers: {f'table of {recipient}' if recipient else 'everybody'} {population}, {name}"
            what = f"only {name} fits the public {fact['statistic']} {fact['value']:g} of {fact['member']}"
            yield Finding("public-match", where, what)


def _comparable(fact: dict, rows: pl.DataFrame, rules: dict) -> tuple[float, str, pl.DataFrame]:
    """Rounding, column and rows that a public figure can be held against."""
    if fact["statistic"] == "sample_size":
        return 0.0, "n", rows
    if fact["indicator"] is not None:
        rows = rows.filter(pl.col("indicator") == fact["indicator"])
    if fact["statistic"] == "score":
        return rules["score_step"] / 2, "estimate", rows.filter(pl.col("measure").is_in(SCORES))
    return rules["share_step"] / 200, "estimate", rows.filter(~pl.col("measure").is_in(SCORES))


def _sizes_on_pages(desk: Desk, known: pl.DataFrame) -> Iterator[Finding]:
    """Public sample sizes in the text of pages under pseudonyms; up to 100 a number may be a percentage."""
    sizes = known.filter(pl.col("statistic") == "sample_size", pl.col("value") > 100)
    for name, page in page_files(desk):
        if scope_of(name)[0] != "cross":
            continue
        text = re.sub(
            r"(?<=\d)[,\u202f\u00a0 ](?=\d{3})", "", re.sub(r"<[^>]*>", " ", page.read_text(encoding="utf-8"))
        )
        for fact in sizes.iter_rows(named=True):
            if re.search(rf"(?<![\w.-]){fact['value']:.0f}(?![\w.])", text):
                what = f"shows {fact['value']:.0f}, the public sample size of {fact['member']} {fact['wave']}"
                yield Finding("public-match", f"reports: {name}", what)
