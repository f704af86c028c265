"""Which figures of two waves may be set beside each other: the links of questionnaires, for those who followed them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, count

import polars as pl

from pipeline.bridging import Link, links, same_scale
from pipeline.estimate.design import UNIT
from pipeline.instrument import Instrument

PAIR = ["instrument", "other_instrument"]
WAVES = [*UNIT, "other_wave"]
INDICATOR = ["indicator", "indicator_kind"]
LINKED = {**dict.fromkeys([*PAIR, *INDICATOR, "other_indicator", "bridge"], pl.String), "computed": pl.Boolean}


@dataclass(frozen=True)
class Bridges:
    """Who followed which questionnaire, and what questionnaires share.

    units: (member, wave, population) -> the questionnaire; links: (later, earlier) questionnaires -> their links.
    """

    units: dict[tuple, Instrument]
    links: dict[tuple[str, str], tuple[Link, ...]]

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        return {i.instrument: i for i in self.units.values()}

    @cached_property
    def followed(self) -> pl.DataFrame:
        """UNIT, instrument."""
        rows = [(*unit, i.instrument) for unit, i in self.units.items()]
        return pl.DataFrame(rows, dict.fromkeys([*UNIT, "instrument"], pl.String), orient="row")

    @cached_property
    def comparable(self) -> pl.DataFrame:
        """LINKED: what may be compared, per pair of questionnaires."""
        rows = [
            (*pair, link.code, link.kind, link.other, link.bridge, link.computed)
            for pair, found in self.links.items()
            for link in found
            if link.bridge != "not_comparable"
        ]
        return pl.DataFrame(rows, LINKED, orient="row")


def bridges_of(units: dict[tuple, Instrument]) -> Bridges:
    """The links of every two questionnaires that one member's population followed in two waves, the later first."""
    waves: dict[tuple, list[tuple[str, Instrument]]] = {}
    for (member, wave, population), instrument in sorted(units.items(), key=lambda unit: unit[0]):
        waves.setdefault((member, population), []).append((wave, instrument))
    pairs = {
        (later.instrument, earlier.instrument): (later, earlier)
        for known in waves.values()
        for (_, earlier), (_, later) in combinations(known, 2)
    }
    return Bridges(units, {names: links(*pair) for names, pair in sorted(pairs.items())})


def comparable(pairs: pl.DataFrame, bridges: Bridges) -> pl.DataFrame:
    """What of two waves of one member and population may be compared: use this wherever waves are set side by side.

    pairs: UNIT and other_wave, an earlier wave; where they have indicator and
    indicator_kind too, only those are looked up, else every indicator is. Comes back
    with other_indicator (its code in the earlier wave), bridge (same, declared,
    recoded, anchored) and computed: False, the figures of `estimates` may be
    compared; True, only those made for this pair of questionnaires (see bridged.py).
    What is not comparable has no row. A profile question's groups may be compared
    where its own row has computed False.
    """
    followed = bridges.followed
    earlier = followed.select("member", "population", other_wave="wave", other_instrument="instrument")
    named = pairs.join(followed, on=UNIT, how="inner").join(earlier, on=["member", "population", "other_wave"])
    on = [*PAIR, *(c for c in INDICATOR if c in pairs.columns)]
    return named.join(bridges.comparable, on=on, maintain_order="left_right")


def comparable_runs(estimates: pl.DataFrame, bridges: Bridges) -> pl.DataFrame:
    """The runs of adjacent waves over which an indicator's published figures may be read as one series.

    estimates: rows with UNIT, indicator, indicator_kind. Comes back as UNIT,
    indicator, indicator_kind and run: rows of one run (a number, from 0) are
    comparable from each wave to the next, under whatever code each questionnaire has
    it. A recoded question and an anchored score end a run: their figures are made for
    two questionnaires alone, and a wave between would have two.
    """
    rows = estimates.select([*UNIT, *INDICATOR]).unique().sort("member", "population", "wave", *INDICATOR)
    linked = comparable(_steps(rows), bridges).filter(~pl.col("computed"))
    before = {
        (member, population, wave, code, kind): (member, population, other_wave, other, kind)
        for member, wave, population, other_wave, code, kind, other in linked.select(
            *WAVES, *INDICATOR, "other_indicator"
        ).iter_rows()
    }
    runs: dict[tuple, int] = {}
    numbers = count()
    for member, wave, population, code, kind in rows.iter_rows():
        key = (member, population, wave, code, kind)
        earlier = runs.get(before.get(key, ()))
        runs[key] = next(numbers) if earlier is None else earlier
    return rows.with_columns(run=pl.Series(list(runs.values()), dtype=pl.Int64))


def in_runs(estimates: pl.DataFrame, bridges: Bridges) -> pl.DataFrame:
    """`estimates` whose link says, beside what an indicator is, over which waves it is one series (see comparable_runs)."""
    runs = comparable_runs(estimates, bridges)
    numbered = estimates.join(runs, on=[*UNIT, *INDICATOR], maintain_order="left")
    return numbered.with_columns(link=pl.format("{}~{}", "link", "run")).drop("run")


def _steps(rows: pl.DataFrame) -> pl.DataFrame:
    """UNIT, other_wave: each wave of a member's population and the one before it."""
    waves = rows.select("member", "population", "wave").unique().sort("member", "population", "wave")
    return waves.with_columns(other_wave=pl.col("wave").shift(1).over("member", "population")).drop_nulls()


def same_scales(bridges: Bridges) -> pl.DataFrame:
    """UNIT, other_population, indicator: what two populations were asked on the same scale; scores always."""
    units = sorted(bridges.units.items(), key=lambda unit: unit[0])
    rows = [
        (*unit, other[2], code)
        for unit, here in units
        for other, there in units
        if unit[:2] == other[:2] and unit[2] < other[2]
        for code in _alike(here, there)
    ]
    return pl.DataFrame(rows, dict.fromkeys([*UNIT, "other_population", "indicator"], pl.String), orient="row")


def _alike(here: Instrument, there: Instrument) -> list[str]:
    concepts = {i.concept: i for i in there.questions if i.concept}
    both = [(i, concepts[i.concept]) for i in here.questions if i.concept in concepts]
    scores = [part.code for part in (*here.factors, *here.indices)]
    rates = [
        q.code for q in here.indirect for o in there.indirect if q.concept and (q.concept, q.terms) == (o.concept, o.terms)
    ]
    return [i.code for i, other in both if same_scale(here, i, there, other)] + scores + rates


def bridge_table(bridges: Bridges) -> pl.DataFrame:
    """How each indicator of two versions of a questionnaire is set beside itself in trends, or why it is not.

    bridge: same, declared (the words changed, the questionnaire calls the meaning
    equal), recoded (compared on the groups of answers that correspond), anchored (the
    score computed anew over the `anchors` items that both versions have, of `items`
    and `other_items`) or not_comparable; reason: what differs.
    """
    rows = [
        (bridges.instruments[pair[0]].population, *pair, *_row(link))
        for pair, found in bridges.links.items()
        if pair[0] != pair[1]
        for link in found
    ]
    texts = ["population", *PAIR, "indicator", "indicator_kind", "other_indicator", "concept", "bridge", "reason"]
    counts = dict.fromkeys(["anchors", "items", "other_items"], pl.Int64)
    schema = dict.fromkeys(texts, pl.String) | counts | dict.fromkeys(["left_out", "other_left_out", "note"], pl.String)
    return pl.DataFrame(rows, schema, orient="row").with_columns(status=pl.lit("published"))


def _row(link: Link) -> tuple:
    counts = (None, None, None) if link.kind in ("item", "rate") else (len(link.anchors), link.items, link.other_items)
    names = (link.code, link.kind, link.other, link.concept, link.bridge, " ".join(link.reason))
    return (*names, *counts, *(" ".join(codes) for codes in link.left_out), link.note)
