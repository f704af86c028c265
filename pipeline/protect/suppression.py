"""Which blocks are hidden, over all units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.protect import primary
from pipeline.protect.blocks import BLOCK, DOMAIN, bases, sensitive_answers
from pipeline.protect.editions import Before
from pipeline.protect.linked import Node, relations
from pipeline.protect.unit import Indicator, Unit, choose
from pipeline.workspace import Rules


@dataclass(frozen=True)
class Hidden:
    """blocks: BLOCK of what is not shown; groups: DOMAIN of groups of which nothing is; methods: how partners were found."""

    blocks: pl.DataFrame
    groups: pl.DataFrame
    methods: tuple[str, ...] = ()


def decide(
    estimates: pl.DataFrame,
    sizes: pl.DataFrame,
    largest: pl.DataFrame,
    known: pl.DataFrame,
    rules: Rules,
    before: Before | None = None,
) -> Hidden:
    """Every block that has to be hidden: primary for what it is, secondary for what it would give away.

    estimates: DOMAIN, indicator, indicator_kind, measure, category, n, estimate,
    total_weight, events and indirect.GUARDED; sizes: DOMAIN, respondents; largest: see
    primary.small_domains; known: see blocks.roles. Crossings of profile questions
    may still stand in `estimates`: they tell which groups are part of which.
    Source: Hundepool and others (2012), ch. 4.
    """
    nothing = estimates.select(BLOCK).clear()
    if rules.off:
        return Hidden(nothing, sizes.select(DOMAIN).clear())
    before = before or Before({}, sizes.select(DOMAIN).clear(), nothing, nothing)
    blocks = bases(estimates)
    lost = primary.small_units(sizes, rules)
    units = _units(blocks, estimates, sizes, largest, known, rules, before)
    parts = [(unit, choose(tables, rules)) for unit, tables in units.items() if unit not in set(lost.rows())]
    found = [(*unit, *node, code) for unit, choice in parts for code, node in sorted(choice.blocks)]
    groups = [(*unit, *node) for unit, choice in parts for node in sorted(choice.groups)]
    whole = before.blocks.filter(pl.col("domain_variable") == "")
    of_profile = whole.join(known.filter("profile"), on=[*UNIT, "indicator"], how="semi")  # which have no part in sums
    return Hidden(
        pl.concat([blocks.join(lost, on=UNIT, how="semi").select(BLOCK), _frame(found, BLOCK), of_profile.select(BLOCK)]),
        pl.concat([sizes.join(lost, on=UNIT, how="semi").select(DOMAIN), _frame(groups, DOMAIN)]),
        tuple(sorted({m for _, choice in parts for m in choice.methods})),
    )


def _frame(rows: list[tuple], columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")


def _units(blocks, estimates, sizes, largest, known, rules: Rules, before: Before) -> dict[tuple, Unit]:
    """Everything that `choose` reads, unit by unit."""
    answers = sensitive_answers(estimates, known)
    small = pl.concat([primary.small_domains(sizes, largest, rules), before.groups])
    units = _with_groups(sizes, relations(sizes, _crossed(estimates, known)), small)
    _add_indicators(units, blocks.join(known.filter("profile"), on=[*UNIT, "indicator"], how="anti"), known)
    _add_answers(units, answers)
    few = primary.small_bases(blocks, largest, rules)
    hidden = pl.concat([few, primary.unanimous(answers, rules), primary.given_away(estimates, rules), before.blocks])
    for indicator, node in _found(units, hidden):
        indicator.primary.add(node)
    for indicator, node in _found(units, before.shown):
        indicator.shown_before.add(node)
    return units


def _crossed(estimates: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """How many of each group are in each category of each other profile question (see linked.relations)."""
    shares = estimates.filter(
        pl.col("measure") == "share",
        pl.col("domain_variable") != "",
        pl.col("domain_variable") != pl.col("indicator"),
    )
    of_profile = shares.join(known.filter("profile"), on=[*UNIT, "indicator"], how="semi")
    return of_profile.select(*DOMAIN, "indicator", "category", count="events")


def _with_groups(sizes: pl.DataFrame, related: dict[tuple, list], small: pl.DataFrame) -> dict[tuple, Unit]:
    names = sizes.select(UNIT).unique(maintain_order=True).rows()
    units = {unit: Unit({}, related.get(unit, []), set(), {}) for unit in names}
    for m, w, p, variable, category, respondents in sizes.select(*DOMAIN, "respondents").iter_rows():
        if variable:
            units[m, w, p].sizes[variable, category] = respondents
    for m, w, p, variable, category in small.iter_rows():
        units[m, w, p].primary.add((variable, category))
    return units


def _add_indicators(units: dict[tuple, Unit], blocks: pl.DataFrame, known: pl.DataFrame) -> None:
    parts = {tuple(row[:4]): row[4] for row in known.select(*UNIT, "indicator", "part_of").iter_rows()}
    columns = blocks.select(*BLOCK, "indicator_kind", "answered")
    for m, w, p, variable, category, code, kind, n in columns.iter_rows():
        found = units[m, w, p].indicators.get(code)
        if found is None:
            found = units[m, w, p].indicators[code] = Indicator(kind, part_of=parts.get((m, w, p, code), []))
        found.bases[variable, category] = n


def _add_answers(units: dict[tuple, Unit], answers: pl.DataFrame) -> None:
    columns = answers.select(*BLOCK, "measure", "category", "count")
    for m, w, p, variable, category, code, measure, answer, count in columns.iter_rows():
        indicator = units[m, w, p].indicators.get(code)
        if indicator is not None:
            indicator.answers.setdefault((measure, answer), {})[variable, category] = count


def _found(units: dict[tuple, Unit], blocks: pl.DataFrame) -> Iterator[tuple[Indicator, Node]]:
    """The indicators and groups that blocks name."""
    for m, w, p, variable, category, code in blocks.select(BLOCK).iter_rows():
        unit = units.get((m, w, p))
        if unit is not None and code in unit.indicators:
            yield unit.indicators[code], (variable, category)
