"""What disclosure control will hide: a preview by the same rules, without the partners that a release hides too."""

from __future__ import annotations

from collections import Counter

import polars as pl

from pipeline.instrument import Item, label
from pipeline.letters.case import Case, spans
from pipeline.letters.groups import groups_of
from pipeline.letters.letter import Section, Table
from pipeline.letters.understood import shortened
from pipeline.letters.words import Words
from pipeline.protect import primary
from pipeline.protect.blocks import DOMAIN

LONG = 90


def hidden(case: Case, t: Words) -> Section:
    """How many groups are too small and which questions too few answered; never how many those are."""
    rules, title = case.rules, t("hidden")
    if rules.off:
        return Section(title, lines=(t("hidden_off"),))
    found = groups_of(case, breakdowns(case))
    if not primary.small_units(found.sizes, rules).is_empty():
        return Section(title, lines=(t("hidden_unit", n=rules.minimum_unit),))
    small = primary.small_domains(found.sizes, found.largest, rules)
    few = primary.small_bases(found.blocks, found.largest, rules)
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
    return Section(title, (), tuple(_groups(case, found.sizes, small, t)), tuple(lines))


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
