"""What every peer is given: the answers as numbers and which estimates are asked for, questionnaire by questionnaire."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.estimate.measures import BLANK, scoring
from pipeline.instrument import Instrument, Item
from pipeline.load import answers_table
from pipeline.store import Store, identifier
from pipeline.workspace import Workspace

MEASURES = ("share", "favourable", "mean_score", "mean")
KEY = [*UNIT, "domain_variable", "domain_category", "indicator", "measure", "category"]


def asked_of(estimates: pl.DataFrame) -> pl.DataFrame:
    """KEY, estimate, se of every estimate that the peers are asked for."""
    of_items = estimates.filter(pl.col("indicator_kind") == "item", pl.col("measure").is_in(MEASURES))
    return of_items.select(*KEY, "estimate", "se")


def share_out(workspace: Workspace, units: dict[tuple, Instrument], folder: Path) -> None:
    """Write answers-, measures- and domains-QUESTIONNAIRE, the answers as Parquet and CSV, the others as CSV.

    answers: UNIT; each profile question and, as `code.ITEM`, each question of one answer: which category was given,
    from 1, null if none; `y0`, `y1`, ...: what an answer counts in a measure, null outside its denominator.
    measures: item, measure, category, column (of the answers), code (what the category is in `code.ITEM`, if anything).
    domains: variable, category, code.
    """
    folder.mkdir(parents=True)
    for instrument in {i.instrument: i for i in units.values()}.values():
        stem = instrument.instrument
        answers = _stored(workspace, instrument)
        measures, scored = _measures(instrument, answers)
        table = _numbers(instrument, answers, measures, scored)
        table.write_parquet(folder / f"answers-{stem}.parquet")
        table.write_csv(folder / f"answers-{stem}.csv")
        measures.write_csv(folder / f"measures-{stem}.csv")
        _domains(instrument).write_csv(folder / f"domains-{stem}.csv")


def _stored(workspace: Workspace, instrument: Instrument) -> pl.DataFrame:
    store = Store(workspace.store, read_only=True)
    try:
        answers = store.frame(f"SELECT * FROM {identifier(answers_table(instrument))} ORDER BY _submission, _row")
    finally:
        store.close()
    return answers.with_columns(pl.col(i.code).fill_null(BLANK) for i in instrument.estimated)


def _measures(instrument: Instrument, answers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is asked for, see `share_out`, and the y of every code that was given: column, code, y."""
    seen = answers.unpivot([i.code for i in instrument.estimated], variable_name="item", value_name="code").unique()
    scored = scoring(instrument, seen.sort("item", "code")).filter(pl.col("measure").is_in(MEASURES))
    key = ["item", "measure", "category"]
    asked = scored.select(key).unique(maintain_order=True).with_row_index("number")
    asked = asked.select(*key, column=pl.format("y{}", "number")).join(_codes(instrument), on=["item", "category"], how="left")
    return asked.sort(pl.col("column").str.slice(1).cast(pl.Int64)), scored.join(asked.drop("code"), on=key).select("column", "code", "y")


def _codes(instrument: Instrument) -> pl.DataFrame:
    rows = [(i.code, category, k) for i in instrument.estimated for k, category in enumerate(_categories(instrument, i), 1)]
    return pl.DataFrame(rows, schema={"item": pl.String, "category": pl.String, "code": pl.Int64}, orient="row")


def _categories(instrument: Instrument, item: Item) -> list[str]:
    """Of which a respondent gives one; none where several or any number can be given."""
    scale = instrument.scale_of(item)
    return [] if scale.kind in ("multiple", "number") else [c.code for c in scale.categories]


def _domains(instrument: Instrument) -> pl.DataFrame:
    return (
        _codes(instrument)
        .filter(pl.col("item").is_in([i.code for i in instrument.profile]))
        .rename({"item": "variable"})
    )


def _numbers(instrument: Instrument, answers: pl.DataFrame, measures: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    item_of = dict(measures.select("column", "item").iter_rows())
    ys = {column: rows for (column,), rows in scored.partition_by("column", as_dict=True).items()}
    coded = {i.code: _categories(instrument, i) for i in instrument.estimated}
    return answers.select(
        *(pl.col(f"_{name}").alias(name) for name in UNIT),
        *(_place(i.code, coded[i.code]).alias(i.code) for i in instrument.profile),
        *(_place(item, codes).alias(f"code.{item}") for item, codes in coded.items() if codes),
        *(_value(item, ys[column]).alias(column) for column, item in item_of.items()),
    )


def _place(item: str, codes: list[str]) -> pl.Expr:
    return pl.col(item).replace_strict(codes, range(1, len(codes) + 1), default=None, return_dtype=pl.Int64)


def _value(item: str, rows: pl.DataFrame) -> pl.Expr:
    return pl.col(item).replace_strict(rows["code"], rows["y"], default=None, return_dtype=pl.Float64)
