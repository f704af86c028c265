"""One unit's suppression: groups first, then indicator by indicator, items before the scores that they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.protect.cover import Cover
from pipeline.protect.linked import Node, Relation
from pipeline.protect.secondary import (
    Groups,
    Unstated,
    cover_blocks,
    cover_groups,
    solve_together,
    with_unstated,
)
from pipeline.workspace import Rules

EVERYBODY: Node = ("", "")
KINDS = ("item", "factor", "index", "rate")  # each is made of none but those before it


@dataclass
class Indicator:
    """What is known of one indicator in one unit, by group (EVERYBODY among them).

    bases: respondents behind its answers; answers: per answer to a sensitive
    question, how many gave it; primary: groups in which it may not be shown for
    what it is; shown_before: see suppression.Before; part_of: scores made of it.
    """

    kind: str
    bases: dict[Node, int] = field(default_factory=dict)
    answers: dict[tuple[str, str], dict[Node, float]] = field(default_factory=dict)
    primary: set[Node] = field(default_factory=set)
    shown_before: set[Node] = field(default_factory=set)
    part_of: list[str] = field(default_factory=list)


@dataclass
class Unit:
    """sizes: respondents by group; relations: see linked.relations; primary: groups of which nothing may be shown."""

    sizes: dict[Node, int]
    relations: list[Relation]
    primary: set[Node]
    indicators: dict[str, Indicator]


@dataclass(frozen=True)
class Choice:
    """groups: hidden altogether; blocks: hidden (indicator, group) pairs; methods: how partners were found."""

    groups: set[Node]
    blocks: set[tuple[str, Node]]
    methods: set[str]


def choose(unit: Unit, rules: Rules) -> Choice:
    """Everything of one unit that has to be hidden.

    A group of which no block is left is a hidden one: nobody can tell for which reason it is, and how many are in it is hidden too.
    """
    choice = _chosen(unit, rules)
    while silent := _silent(unit, choice):
        unit = replace(unit, primary=unit.primary | silent)
        choice = _chosen(unit, rules)
    return choice


def _silent(unit: Unit, choice: Choice) -> set[Node]:
    asked = {node: [code for code, i in unit.indicators.items() if node in i.bases] for node in unit.sizes if node not in choice.groups}
    return {node for node, codes in asked.items() if codes and all((code, node) in choice.blocks for code in codes)}


def _chosen(unit: Unit, rules: Rules) -> Choice:
    groups = Groups.of(unit.sizes, unit.relations)
    seen = groups.mask(_shown_before(unit.indicators))
    (lost,), methods = solve_together([cover_groups(groups, groups.mask(unit.primary), seen, rules)], rules.method)
    hidden_groups = {node for node, gone in zip(groups.nodes, lost, strict=True) if gone}
    blocks: set[tuple[str, Node]] = set()
    for kind in KINDS:
        mine = {code: i for code, i in unit.indicators.items() if i.kind == kind}
        found, used = _hide(groups, lost, mine, rules)
        methods |= used
        blocks |= found
        _pass_on(unit.indicators, found, hidden_groups)
    return Choice(hidden_groups, blocks, methods)


def _shown_before(indicators: Mapping[str, Indicator]) -> set[Node]:
    return {node for indicator in indicators.values() for node in indicator.shown_before}


def _hide(
    groups: Groups, lost: np.ndarray, indicators: dict[str, Indicator], rules: Rules
) -> tuple[set[tuple[str, Node]], set[str]]:
    """Hidden (indicator, group) pairs of indicators that share nothing."""
    covers = {code: _cover(groups, lost, indicator, rules) for code, indicator in indicators.items()}
    touched = {code: indicators[code] for code, cover in covers.items() if cover.hidden.any()}
    found, methods = solve_together([covers[code] for code in touched], rules.method)
    blocks = set()
    for (code, indicator), hidden in zip(touched.items(), found, strict=True):
        gone_here = {node for node, gone in zip(groups.nodes, hidden, strict=False) if gone}
        blocks |= {(code, node) for node in gone_here}
        # everybody's figures are those of a group that all who answered are in
        if EVERYBODY in indicator.primary or any(indicator.bases.get(node) == indicator.bases.get(EVERYBODY, 0) for node in gone_here):
            blocks |= {(code, node) for node in (EVERYBODY, *groups.nodes)}
    return {(code, node) for code, node in blocks if node in indicators[code].bases}, methods


def _cover(groups: Groups, lost: np.ndarray, indicator: Indicator, rules: Rules) -> Cover:
    """The cover problem of one indicator; cells beyond the groups are those who left a profile question open."""

    def by_group(values: Mapping[Node, float]) -> np.ndarray:
        return np.array([values.get(node, 0) for node in groups.nodes], float)

    bases, answers = by_group(indicator.bases), [by_group(counts) for counts in indicator.answers.values()]
    hidden = lost | groups.mask(indicator.primary)
    cover = cover_blocks(groups, bases, answers, hidden, groups.mask(indicator.shown_before), rules)
    for unstated in _unstated(groups, indicator, bases, answers) if answers else ():
        if unstated.tells(rules):
            cover = with_unstated(cover, bases, answers, unstated, rules)
    return cover


def _unstated(groups: Groups, indicator: Indicator, bases: np.ndarray, answers: list[np.ndarray]) -> list[Unstated]:
    """By profile question; only of sensitive questions: nobody else can tell who left a profile question open."""
    everybody = indicator.bases.get(EVERYBODY, 0)
    given = [counts.get(EVERYBODY, 0) for counts in indicator.answers.values()]
    return [
        Unstated(cells, everybody - bases[cells].sum(), [k - c[cells].sum() for k, c in zip(given, answers, strict=True)])
        for cells in groups.whole
    ]


def _pass_on(indicators: dict[str, Indicator], blocks: set[tuple[str, Node]], hidden_groups: set[Node]) -> None:
    """A score less the parts that are shown is the part that is hidden: the score goes too.

    Not where so few answered the part that the score hardly depends on it, if another part is hidden as well.
    """
    hidden_parts = Counter((parent, node) for code, node in blocks for parent in indicators[code].part_of)
    for code, node in blocks:
        for name in indicators[code].part_of:
            parent = indicators.get(name)
            if parent is None or node in hidden_groups or not parent.bases.get(node):
                continue
            if hidden_parts[name, node] == 1 or 2 * indicators[code].bases[node] >= parent.bases[node]:
                parent.primary.add(node)
