"""Where members stand, as far as it can be known: rank intervals, groups that can't be told apart, pooled figures."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.lists import format_list
from markupsafe import Markup, escape

from pipeline.report.release import kept_for_all
from pipeline.report.rows import shown
from pipeline.report.source import Source
from pipeline.report.wording import Wording, release_number


def ranks(source: Source, t: Wording, recipient: str, population: str, members: list[dict], lines: dict) -> dict | None:
    """What the page says of one population's ranks; None where nobody is ranked.

    members: as cross_member gives them, in the order of columns; lines: (indicator,
    concept) -> label, in the order of rows.
    """
    found = _published(source, recipient, population)
    if not found:
        return None
    rows = [_row(source, t, label, [found.get((*key, m["key"])) for m in members]) for key, label in lines.items()]
    rows = [row for row in rows if row]
    return {
        "rows": rows,
        "own": [_own(t, row, mine) for row in rows for m, mine in zip(members, row["cells"], strict=True) if m["own"]],
        "groups": [{"label": row["label"], "sentences": _groups(t, members, row["cells"])} for row in rows],
        "pooled": any(row["gain"] is not None for row in rows),
    }


@kept_for_all
def _published(source: Source, recipient: str, population: str) -> dict[tuple[str, str, str], dict]:
    """(indicator, concept, pseudonym) -> its row."""
    table = source.ranks.filter(recipient=recipient, population=population, status="published")
    return {(r["indicator"], r["concept"], r["pseudonym"]): r for r in table.iter_rows(named=True)}


def _row(source: Source, t: Wording, label: str, cells: list[dict | None]) -> dict | None:
    """One indicator: what all members share, and each member's row of the release with its words."""
    some = next((c for c in cells if c), None)
    if some is None:
        return None
    return {
        "label": label,
        "members": some["members"],
        "apart": shown(source, some["measure"], some["apart"]),
        "gain": some["gain"],
        "cells": [c and c | {"words": _between(t, c), "drawn": _drawn(source, c)} for c in cells],
    }


def _drawn(source: Source, row: dict) -> float | None:
    return shown(source, row["measure"], row["pooled"])


def _between(t: Wording, row: dict) -> Markup:
    """From which to which rank, never one alone without saying that it is sure."""
    low, high = (_ordinal(t, row[c]) for c in ("rank_low", "rank_high"))
    return t("rank_sure", rank=low) if low == high else t("rank_from_to", low=low, high=high)


@lru_cache(maxsize=10_000)
def _ordinal(t: Wording, number: int) -> Markup:
    """1st, 2nd, ...: the form of a language's ordinals."""
    return t(f"ordinal_{Locale.parse(t.language).ordinal_form(number)}", n=t.count(number))


def _own(t: Wording, row: dict, mine: dict | None) -> Markup:
    """The reader's own rank under one indicator, as a sentence."""
    if mine is None:
        return t("rank_own_hidden", factor=row["label"])
    key = f"ranks|{mine['recipient']}|{mine['pseudonym']}|{mine['population']}|{mine['indicator']}|"
    low, high = (release_number(_ordinal(t, mine[c]), key + c) for c in ("rank_low", "rank_high"))
    of = release_number(t.count(mine["members"]), key + "members")
    if mine["rank_low"] == mine["rank_high"]:
        return t("rank_own_sure", factor=row["label"], rank=low, members=of)
    return t("rank_own", factor=row["label"], low=low, high=high, members=of)


def _groups(t: Wording, members: list[dict], cells: list[dict | None]) -> list[Markup]:
    """Which members can't be told apart, from the highest group to the lowest, and who stands alone."""
    groups: dict[str, list[str]] = {}
    for member, cell in zip(members, cells, strict=True):
        for letter in (cell["group"] or "").split() if cell else []:
            groups.setdefault(letter, []).append(member["mark"])
    ordered = [groups[letter] for letter in sorted(groups, key=lambda g: (len(g), g))]
    if len(ordered) == 1:
        return [t("group_all", members=t.count(len(ordered[0])))]
    return [_sentence(t, names) for names in ordered]


def _sentence(t: Wording, names: list[str]) -> Markup:
    if len(names) == 1:
        return t("group_alone", member=names[0])
    return t("group_alike", members=Markup(format_list([str(escape(n)) for n in names], locale=t.language)))
