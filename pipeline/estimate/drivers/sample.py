"""The respondents of one regression, complete cases alone, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipeline.estimate.design import PLACE, UNIT, Design
from pipeline.estimate.drivers.bootstrap import generator
from pipeline.estimate.drivers.codes import Codes
from pipeline.estimate.drivers.limits import Limits
from pipeline.estimate.drivers.outcomes import Outcome, link_of, outcomes
from pipeline.estimate.drivers.rows import Respondents
from pipeline.estimate.drivers.terms import EFFECT, PROFILE, Terms, dummies, factor_variable, folded, terms
from pipeline.instrument import Instrument

MOST_POOLED = 20_000  # respondents of a pooled regression, as rows.MOST of a unit's own


@dataclass(frozen=True)
class Part:
    """One unit's respondents: place and weight of each, scores by factor, codes by item."""

    unit: tuple
    instrument: Instrument
    place: np.ndarray
    weight: np.ndarray
    scores: dict[str, np.ndarray]
    codes: dict[str, Codes]

    def levels(self, outcome: Outcome) -> np.ndarray:
        """Of each respondent; -1 without an answer."""
        number, codes = {code: k for k, code in enumerate(outcome.levels)}, self.codes[outcome.item]
        return np.array([number.get(name, -1) for name in codes.names])[codes.place]

    def thinned(self, share: float) -> Part:
        """With this share of its respondents, drawn at random."""
        size = len(self.place)
        kept = np.sort(generator(*self.unit).choice(size, round(share * size), replace=False))
        scores, codes = ({name: each[kept] for name, each in columns.items()} for columns in (self.scores, self.codes))
        return replace(self, place=self.place[kept], weight=self.weight[kept], scores=scores, codes=codes)

    def outcome(self, link: str) -> Outcome | None:
        return next((o for o in outcomes(self.instrument) if o.link == link), None)


def parts(rows: Iterable[Respondents], design: Design) -> list[Part]:
    """Every unit's respondents, in the order of units."""
    numbers = design.places.select("place", *UNIT, *PLACE)
    found = []
    for r in rows:
        placed = r.table.join(numbers, on=[*UNIT, *PLACE], maintain_order="left").with_row_index("row")
        codes = {item: Codes.of(placed["codes"].list.get(k)) for k, item in enumerate(r.items)}
        for unit, table in placed.partition_by(UNIT, as_dict=True, maintain_order=True).items():
            found.append(_part(unit, r, table, codes))
    return sorted(found, key=lambda p: p.unit)


def _part(unit: tuple, r: Respondents, table: pl.DataFrame, codes: dict[str, Codes]) -> Part:
    """table: the unit's rows; codes: of all units."""
    rows = table["row"].to_numpy()
    scores = table["scores"].list.to_array(len(r.factors)).to_numpy().astype(float)
    return Part(
        unit,
        r.instrument,
        table["place"].to_numpy().astype(np.int64),
        table["weight"].to_numpy(),
        {f: scores[:, k] for k, f in enumerate(r.factors)},
        {item: each[rows] for item, each in codes.items()},
    )


@dataclass(frozen=True)
class Sample:
    """What one regression reads.

    asked: respondents, complete or not; terms: the columns; y: levels in use,
    numbered from 0 without a gap; used: those of the outcome's levels; weight: as
    the design has it; scale: what it is multiplied by in the regression; unit: number of each
    respondent's unit among `units`.
    """

    units: list[tuple]
    asked: int
    terms: Terms
    y: np.ndarray
    used: np.ndarray
    place: np.ndarray
    weight: np.ndarray
    scale: np.ndarray
    unit: np.ndarray

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def w(self) -> np.ndarray:
        return self.weight * self.scale

    @property
    def effective(self) -> float:
        """Kish (1965): as many answers that all weigh alike."""
        return self.w.sum() ** 2 / (self.w**2).sum()


def national(part: Part, outcome: Outcome, limits: Limits) -> Sample | None:
    """One unit's complete cases; None where there are fewer than a regression needs for anything to be said."""
    profile = {i.code: i for i in part.instrument.profile if (*part.unit, i.code) in limits.variables}
    factors = [f for f in part.scores if f != outcome.factor and (*part.unit, f) in limits.shown]
    hidden = {code: limits.hidden_groups(part.unit, code, outcome.item) for code in profile}
    codes = {code: _answered(part, code) for code in profile}
    scores = {f: part.scores[f] for f in factors}
    return _sample([part], part.levels(outcome), scores, codes, hidden, limits)


def pooled(members: list[Part], outcome: Outcome, limits: Limits) -> Sample | None:
    """The complete cases of several members' units, in which respondents weigh alike but for their own design.

    Where one member would hold more than `limits.share` of the weight, members weigh alike instead.
    Of more than MOST_POOLED respondents so many, the same share of each unit. Factors and profile questions are those that all share; a category needs respondents in as many members as a pool.
    """
    size = sum(len(p.place) for p in members)
    members = [p.thinned(MOST_POOLED / size) for p in members] if size > MOST_POOLED else members
    factors = [f for f in members[-1].scores if f != outcome.factor and all(f in p.scores for p in members)]
    scores = {f: np.concatenate([p.scores[f] for p in members]) for f in factors}
    codes = {name: Codes.joined(each) for name, each in _shared_profile(members, limits).items()}
    number = np.unique([p.unit[0] for p in members], return_inverse=True)[1]
    who = np.repeat(number, [len(p.place) for p in members])
    hidden = {name: _rare(each, who, limits.members) for name, each in codes.items()}
    levels = np.concatenate([p.levels(p.outcome(outcome.link)) for p in members])
    return _sample(members, levels, scores, codes, hidden, limits)


def _shared_profile(members: list[Part], limits: Limits) -> dict[str, list[Codes]]:
    """Profile questions that all ask, with the same answers, by their link: the codes of each unit."""
    found: dict[str, list[Codes]] = {}
    answers: dict[str, set] = {}
    for part in members:
        for item in part.instrument.profile:
            if (*part.unit, item.code) in limits.variables:
                link = link_of(part.instrument, item)
                found.setdefault(link, []).append(_answered(part, item.code))
                answers.setdefault(link, set()).add(
                    tuple(sorted(c.code for c in part.instrument.scale_of(item).categories))
                )
    return {link: each for link, each in found.items() if len(each) == len(members) and len(answers[link]) == 1}


def _answered(part: Part, item: str) -> Codes:
    """Codes of a profile question; '' where there is no valid one."""
    question = next(i for i in part.instrument.profile if i.code == item)
    valid = [c.code for c in part.instrument.scale_of(question).categories]
    codes = part.codes[item]
    return codes.renamed(np.where(np.isin(codes.names, valid), codes.names, ""))


def _rare(codes: Codes, who: np.ndarray, members: int) -> set[str]:
    """The codes that respondents of too few members gave. who: number of each respondent's member."""
    gave = np.zeros((len(codes.names), who.max() + 1), bool)
    gave[codes.place, who] = True
    return set(codes.names[gave.sum(axis=1) < members].tolist()) - {""}


def _sample(
    members: list[Part],
    levels: np.ndarray,
    scores: dict[str, np.ndarray],
    codes: dict[str, Codes],
    hidden: dict[str, set[str]],
    limits: Limits,
) -> Sample | None:
    """Complete cases; profile questions with groups that can't be shown even merged are left out, and cost no case."""
    if not scores:
        return None
    scored = (levels >= 0) & ~np.isnan(np.stack(list(scores.values()))).any(axis=0)
    kept = dict(codes)
    for _ in range(2):  # what is left out gives cases back
        complete = scored & np.all([each.answered for each in kept.values()] or [scored], axis=0)
        merged = {name: _merged(each[complete], hidden[name], limits.respondents) for name, each in kept.items()}
        kept = {name: kept[name] for name, each in merged.items() if each is not None}
    merged = {name: each for name, each in merged.items() if each is not None}
    number = np.concatenate([np.full(len(p.place), k) for k, p in enumerate(members)])[complete]
    if complete.sum() < limits.unit:
        return None
    used, y = np.unique(levels[complete], return_inverse=True)
    weight = np.concatenate([p.weight for p in members])[complete]
    return Sample(
        [p.unit for p in members],
        len(levels),
        _terms(members, {f: s[complete] for f, s in scores.items()}, merged, codes, number),
        y,
        used,
        np.concatenate([p.place for p in members])[complete],
        weight,
        _scale(members, number, weight, limits.share),
        number,
    )


def _merged(codes: Codes, hidden: set[str], fewest: int) -> Codes | None:
    return folded(codes, hidden | set(codes.names[codes.counts < fewest].tolist()), fewest)


def _terms(members: list[Part], scores: dict, profile: dict, asked: dict, number: np.ndarray) -> Terms:
    left_out = {name: "hidden" for name in asked if name not in profile}
    wanted = [factor_variable(name, each) for name, each in scores.items()]
    for name, each in profile.items():
        variable = dummies(PROFILE, name, each)
        if variable is None:
            left_out[name] = "one_category" if len(asked[name].given) < 2 else "hidden"
        else:
            wanted.append(variable)
    labels = np.array([" ".join(p.unit[:2]) for p in members])
    effects = dummies(EFFECT, "", Codes(labels, number).renamed(labels))
    return terms([effects, *wanted] if effects else wanted, left_out)


def _scale(members: list[Part], number: np.ndarray, weight: np.ndarray, share: float) -> np.ndarray:
    """What brings each unit's mean weight to 1, or each member's sum to the same where one would hold too much."""
    size, sums = np.bincount(number, minlength=len(members)), np.bincount(number, weight, len(members))
    who = np.unique([p.unit[0] for p in members], return_inverse=True)[1]
    held = np.bincount(who, size)
    if len(held) > 1 and held.max() > share * held.sum():
        size = size * (held.sum() / len(held) / held)[who]
    return (size / np.where(sums > 0, sums, 1))[number]
