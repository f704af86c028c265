"""What disclosure control will hide: a preview by the same rules, without the partners that a release hides too."""

from __future__ import annotations

from collections import Counter

import polars as pl

from pipeline.estimate.design import UNIT
from pipeline.instrument import Item, label
from pipeline.letters.answers import valid_answers, weights
from pipeline.letters.case import Case, present, spans
from pipeline.letters.letter import Section, Table
from pipeline.letters.understood import shortened
from pipeline.letters.words import Words
from pipeline.protect import primary
from pipeline.protect.blocks import BLOCK, DOMAIN

LONG = 90


def hidden(case: Case, t: Words) -> Section:
    """How many groups are too small and which questions too few answered; never how many those are."""
    rules, title = case.rules, t("hidden")
    if rules.off:
        return Section(title, lines=(t("hidden_off"),))
    sizes, largest, blocks = _tables(case)
    if not primary.small_units(sizes, rules).is_empty():
        return Section(title, lines=(t("hidden_unit", n=rules.minimum_unit),))
    small = primary.small_domains(sizes, largest, rules)
    few = primary.small_bases(blocks, largest, rules)
    lines = [t("hidden_note", n=rules.minimum_respondents)]
    lines += [] if small.height else [t("hidden_no_group")]
    everybody = pl.col("domain_variable") == ""
    gone = few.filter(everybody)["indicator"].to_list()
    # what is hidden for everybody, and groups of which nothing is shown, are not said again
    in_groups = few.filter(~everybody, ~pl.col("indicator").is_in(gone)).join(small, on=DOMAIN, how="anti")
    order = [i.code for i in case.instrument.questions]
    for name, codes in (("hidden_questions", gone), ("hidden_in_groups", in_groups["indicator"].to_list())):
        lines += [t(name, codes=t.listed(spans(codes, order)))] if codes else []
    lines += [t("hidden_sensitive")] if any(i.sensitive for i in case.instrument.questions) else []
    return Section(title, (), tuple(_groups(case, sizes, small, t)), tuple(lines))


def _groups(case: Case, sizes: pl.DataFrame, small: pl.DataFrame, t: Words) -> list[Table]:
    all_, gone = (Counter(frame["domain_variable"].to_list()) for frame in (sizes, small))
    rows = tuple(
        (_text(item, t), t.number(all_[item.code]), t.number(gone[item.code]))
        for item in breakdowns(case)
        if gone[item.code]
    )
    heads = (t("th_question"), t("th_groups"), t("th_hidden"))
    return [Table(t("hidden_groups"), heads, rows)] if rows else []


def _text(item: Item, t: Words) -> str:
    return f"{item.code} {t.apart(shortened(label(item.text, '', t.language), LONG))}".strip()


def breakdowns(case: Case) -> list[Item]:
    """The profile questions that the rules allow to make groups."""
    named = case.rules.breakdown_by
    allowed = None if named is None or case.rules.off else set(named)
    return [i for i in case.instrument.profile if allowed is None or allowed & {i.code, i.concept}]


def _tables(case: Case) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Sizes, largest weights and bases of everybody and of each group, as protect/primary.py reads them."""
    s = case.submission
    valid = valid_answers(s)
    flat = valid.with_columns(weights(s))
    estimated = [i for i in present(s) if i in case.instrument.estimated]
    asked = [i.code for i in estimated if i.role != "profile"]  # who is in a group is not broken down again
    parts = [_part(case, "", flat.with_columns(domain_category=pl.lit("")), [i.code for i in estimated])]
    for item in breakdowns(case):
        codes = [c.code for c in case.instrument.scale_of(item).categories]
        grouped = flat.with_columns(domain_category=s.answers[item.code])
        parts.append(_part(case, item.code, grouped.filter(pl.col("domain_category").is_in(codes)), asked))
    sizes, largest, blocks = (pl.concat(found, how="diagonal_relaxed") for found in zip(*parts, strict=True))
    return sizes, largest, blocks


def _part(case: Case, variable: str, rows: pl.DataFrame, questions: list[str]) -> tuple[pl.DataFrame, ...]:
    e, most = case.submission.export, case.rules.dominance_respondents
    unit = dict(zip(UNIT, map(pl.lit, (e.member, e.wave, e.population)), strict=True))
    alike = (rows["weight"] == 1).all()  # then what answers weigh is how many they are
    n = [pl.col(q).sum().alias(f"n{q}") for q in questions]
    w = [(pl.col(q).sum() if alike else pl.col("weight").filter(pl.col(q)).sum()).cast(pl.Float64).alias(f"w{q}") for q in questions]
    whole = [pl.len().alias("respondents"), pl.col("weight").sum(), pl.col("weight").top_k(most).alias("largest")]
    found = rows.group_by("domain_category").agg(*whole, *n, *w).sort("domain_category")
    found = found.with_columns(**unit, domain_variable=pl.lit(variable), largest=pl.col("largest").list.sort(descending=True))
    heads = found.select(*DOMAIN, "respondents"), found.select(*DOMAIN, "weight", "largest")
    return *heads, _each(found, "n", questions, "n").with_columns(_each(found, "w", questions, "weight")["weight"])


def _each(found: pl.DataFrame, kind: str, questions: list[str], value: str) -> pl.DataFrame:
    """BLOCK and `value`: a row for each group and question."""
    columns = [f"{kind}{q}" for q in questions]
    long = found.select(*DOMAIN, *columns).unpivot(columns, index=DOMAIN, variable_name="indicator", value_name=value)
    return long.with_columns(pl.col("indicator").str.slice(1)).select(*BLOCK, value)
