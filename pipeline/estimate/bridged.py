"""Figures made for the comparison of two questionnaires: recoded answers, and scores over the items that both have.

They stand under a name of their own (indicator, later and earlier questionnaire) and never go to a release.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.bridging import Link
from pipeline.estimate.bridges import Bridges
from pipeline.estimate.measures import SCORING, factor_tables, needed
from pipeline.instrument import Instrument

BETWEEN = "\x1f"  # in no code: a separator of texts since ASCII


def recoding(instrument: Instrument, bridges: Bridges) -> pl.DataFrame:
    """SCORING and indicator: how recoded answers of `instrument` count, for each comparison it takes part in."""
    rows = [
        (item, code, measure, category, y, _name(link.code if mine == 0 else link.other, pair))
        for pair, link, mine in _made_for(instrument, bridges, "item")
        for item, code, measure, category, y in _recoded(instrument, link, mine)
    ]
    return pl.DataFrame(rows, SCORING | {"indicator": pl.String}, orient="row")


def _recoded(instrument: Instrument, link: Link, mine: int) -> Iterator[tuple]:
    """SCORING of one side, 0 the later: favourable shares and scores, else shares of groups."""
    item = next(i for i in instrument.questions if i.code == (link.code, link.other)[mine])
    sides = [(group, (group.here, group.there)[mine]) for group in link.groups]
    codes = [code for _, group in sides for code in group]
    known = {c.code: instrument.score(item, c) for c in instrument.scale_of(item).categories}
    if link.scores:
        yield from ((item.code, code, "mean_score", "", known[code]) for code in codes)
    if link.sided:
        yield from ((item.code, code, "favourable", "", float(g.favourable)) for g, group in sides for code in group)
    elif not link.scores:
        named = [(g.here[0], group) for g, group in sides if len(g.here) == 1]
        yield from ((item.code, code, "share", name, float(code in group)) for name, group in named for code in codes)


def anchor_tables(instrument: Instrument, bridges: Bridges) -> dict[str, pl.DataFrame]:
    """The tables that scores.scores reads (see measures.factor_tables), for scores over anchor items alone.

    Both versions' scores need answers to as many anchors as the later one asks of a score's parts (`score_needs`).
    """
    found = list(_anchored(instrument, bridges))
    plain = factor_tables(instrument)["factor_item"].select("item", "code", "y")
    items = [(name, item) for name, of in found for item in of]
    factor_item = pl.DataFrame(items, dict.fromkeys(["factor", "item"], pl.String), orient="row").join(plain, on="item")
    parts = list(_index_parts(instrument, bridges))
    return {
        "factor_item": factor_item,
        "factor_size": _needed([name for name, _ in items], "factor", bridges),
        "index_factor": pl.DataFrame(parts, dict.fromkeys(["index_code", "factor"], pl.String), orient="row"),
        "index_size": _needed([name for name, _ in parts], "index_code", bridges),
    }


def _needed(names: list[str], key: str, bridges: Bridges) -> pl.DataFrame:
    """By the rule of the later questionnaire, on both sides."""
    later = {name: bridges.instruments[name.split(BETWEEN)[1]].score_needs for name in names}
    return pl.concat(needed([n for n in names if later[n] == share], key, share) for share in {*later.values(), 0.5})


def anchored_names(instrument: Instrument, bridges: Bridges) -> list[str]:
    """The scores that are wanted: of factors and indices that are anchored themselves."""
    return [
        _name(link.code, pair)
        for kind in ("factor", "index")
        for pair, link, _ in _made_for(instrument, bridges, kind)
    ]


def _anchored(instrument: Instrument, bridges: Bridges) -> Iterator[tuple[str, list[str]]]:
    """(name, items) of each factor that is anchored, or counts in an index that is."""
    for pair, found in bridges.links.items():
        parts = {f for link in found if link.kind == "index" and link.computed for f in link.parts}
        for link in found:
            if instrument.instrument in pair and link.kind == "factor" and (link.computed or link.code in parts):
                mine = pair.index(instrument.instrument)
                yield _name(link.code, pair), [anchor[mine] for anchor in link.anchors]


def _index_parts(instrument: Instrument, bridges: Bridges) -> Iterator[tuple[str, str]]:
    for pair, link, _ in _made_for(instrument, bridges, "index"):
        for factor in link.parts:
            yield _name(link.code, pair), _name(factor, pair)


def _made_for(instrument: Instrument, bridges: Bridges, kind: str) -> Iterator[tuple[tuple[str, str], Link, int]]:
    """(pair, link, 0 for the later side and 1 for the earlier) of each comparison that needs figures of its own."""
    for pair, found in bridges.links.items():
        if instrument.instrument in pair:
            mine = pair.index(instrument.instrument)
            yield from ((pair, link, mine) for link in found if link.kind == kind and link.computed)


def _name(code: str, pair: tuple[str, str]) -> str:
    return BETWEEN.join((code, *pair))
