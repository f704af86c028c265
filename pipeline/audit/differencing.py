"""Attacks with an earlier release beside this one: one more respondent gives all of that person's answers away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import polars as pl

from pipeline.audit.bounds import bounded, judged
from pipeline.audit.desk import Desk, known, read_estimates
from pipeline.audit.finding import Finding, place
from pipeline.audit.relations import CELL, VALID, cells, relations
from pipeline.audit.tables import DOMAIN, UNIT

FIGURE = [*UNIT, *DOMAIN, "indicator", "measure", "category"]
COUNTED = ["share", "favourable", "unfavourable", "nonresponse"]


def against_earlier(desk: Desk) -> Iterator[Finding]:
    """Every earlier release against this one."""
    for published in _as_published(desk):
        before = known(published, desk)
        both = _both(desk.shown, before.filter("shown"))
        yield from _grown(both, desk.rules["minimum_respondents"])
        yield from _changed(both, desk.rules["minimum_respondents"])
        yield from _newcomers_alike(both, desk.rules["minimum_complement"])
        yield from _together(desk, before)


def _as_published(desk: Desk) -> Iterator[pl.DataFrame]:
    """Estimates of earlier releases with `folder`, until each unit of this release was seen with all figures that it ever had.

    Releases become many, and most units of one are those of the last: what is the same in several is looked at once.
    """
    versions: dict[tuple, list[tuple[str, pl.DataFrame]]] = {unit: [] for unit in desk.units.select(UNIT).iter_rows()}
    for folder in desk.earlier:
        for unit, figures in read_estimates(folder).partition_by(UNIT, as_dict=True, maintain_order=True).items():
            mine = versions.get(unit)
            if mine is not None and not any(figures.equals(before) for _, before in mine):
                mine.append((folder.name, figures))
    for some in zip_longest(*versions.values()):
        parts = [figures.with_columns(folder=pl.lit(name)) for name, figures in filter(None, some)]
        yield pl.concat(parts, how="diagonal_relaxed")


def _both(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Figures shown in both, with what changed: `more` respondents, `moved` of them in the answer."""
    old = before.select(*FIGURE, "folder", n_before="n", estimate_before="estimate")
    count = (pl.col("estimate") * pl.col("n")).round()
    count_before = (pl.col("estimate_before") * pl.col("n_before")).round()
    return now.join(old, on=FIGURE).with_columns(
        more=pl.col("n") - pl.col("n_before"),
        moved=pl.when(pl.col("measure").is_in(COUNTED) & ~pl.col("weighted")).then(count - count_before),
    )


def _grown(both: pl.DataFrame, fewest: int) -> Iterator[Finding]:
    few = both.filter(pl.col("more") != 0, pl.col("more").abs() < fewest)
    for row, figures in _per_domain(few):
        what = f"{figures} figures rest on {abs(row['more'])} respondents more or less than in {row['folder']}: theirs alone follow"
        yield Finding("grown", place("estimates", row), what)


def _changed(both: pl.DataFrame, fewest: int) -> Iterator[Finding]:
    """Questions of which so few changed their answer that the change is theirs; of a question of which many did, any figure may move a little."""
    most = pl.col("moved").abs().max().over([*UNIT, *DOMAIN, "indicator"])
    few = both.filter(pl.col("more") == 0).filter(most < fewest, pl.col("moved") != 0)
    for row, figures in _per_domain(few):
        what = f"{figures} figures on the same base as in {row['folder']} moved by {abs(row['moved']):.0f} respondents"
        yield Finding("changed-answers", place("estimates", row), what)


def _newcomers_alike(both: pl.DataFrame, fewest: int) -> Iterator[Finding]:
    others = pl.col("more") - pl.col("moved")
    alike = both.filter("sensitive", pl.col("measure") == "share", pl.col("more") >= fewest, others.abs() < fewest)
    for row, figures in _per_domain(alike):
        what = f"nearly all {row['more']} respondents new since {row['folder']} gave the same answer ({figures} figures)"
        yield Finding("newcomers-alike", place("estimates", row), what)


def _per_domain(rows: pl.DataFrame) -> Iterator[tuple[dict, int]]:
    """The first row of each unit and domain, and how many rows there are."""
    for _, group in rows.sort(FIGURE).group_by([*UNIT, *DOMAIN], maintain_order=True):
        yield group.row(0, named=True), group.height


def _together(desk: Desk, before: pl.DataFrame) -> Iterator[Finding]:
    """Groups that this release hides but not together with the earlier one, made of the same answers."""
    same = _unchanged(desk.shown, before.filter("shown"))
    now = desk.cells.join(same, on=[*UNIT, "indicator"], how="semi")
    then = cells(before).filter(~pl.col("hidden")).select(*CELL, then="n")
    merged = now.join(then, on=CELL, how="left").with_columns(
        exposed=pl.col("hidden") & pl.col("then").is_not_null(),
        n=pl.coalesce("n", "then"),
        hidden=pl.col("hidden") & pl.col("then").is_null(),
    )
    few = merged.filter("exposed", pl.col("n") < desk.rules["minimum_respondents"])
    for row in few.iter_rows(named=True):
        what = f"hidden now, but the earlier release shows it, on {row['n']} respondents"
        yield Finding("earlier-small", place("estimates", row), what)
    # Only relations to which the earlier release adds something; the others are judged on their own.
    added = merged.filter("exposed").select(*UNIT, "domain_variable", "indicator").unique()
    per = relations(desk.estimates, merged.select(CELL + ["n", "hidden", "derived"]))
    per = per.join(added, on=[*UNIT, "domain_variable", "indicator"], how="semi")
    yield from judged(bounded(per), desk.rules, prefix="earlier-")


def _unchanged(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Units and indicators whose figures for everybody are the same in both releases."""
    keys = [*UNIT, "indicator"]
    valid = pl.col("measure").is_in(VALID) & (pl.col("domain_variable") == "")
    joined = now.filter(valid).join(
        before.filter(valid).select(*FIGURE, n_before="n", estimate_before="estimate"), on=FIGURE
    )
    same = (pl.col("n") == pl.col("n_before")) & ((pl.col("estimate") - pl.col("estimate_before")).abs() < 1e-9)
    return joined.group_by(keys).agg(same=same.all()).filter("same").select(keys)
