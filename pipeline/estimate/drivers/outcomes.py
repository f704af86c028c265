"""What is explained: behaviour and experience, as levels in an order."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.instrument import Instrument, Item

ROLES = ("behaviour", "experience")
ORDINAL, BINARY, NO_ORDER = "ordinal", "binary", "no_order"


@dataclass(frozen=True)
class Outcome:
    """One coded item as an outcome.

    link: what makes it the same in other instruments; model: ordinal, binary or
    no_order; levels: its codes from the lowest; scores and favourable: per level;
    answer: of a binary outcome the code whose share is modelled; factor: the factor that it is itself a part of.
    """

    item: str
    link: str
    model: str
    levels: tuple[str, ...]
    scores: tuple[float, ...] = ()
    favourable: tuple[bool, ...] = ()
    answer: str = ""
    factor: str | None = None

    @property
    def effects(self) -> dict[str, tuple[float, ...]]:
        """Statistic -> value of each level, the mean of which is what an average marginal effect is on."""
        if self.model == BINARY:
            return {"ame_share": (0.0, 1.0)}
        sides = {"ame_favourable": tuple(map(float, self.favourable))} if len(set(self.favourable)) > 1 else {}
        return {"ame_score": self.scores} | sides


def outcomes(instrument: Instrument) -> list[Outcome]:
    """Every item on behaviour or experience with one answer of a few."""
    return [_outcome(instrument, item) for item in instrument.coded_items() if item.role in ROLES]


def link_of(instrument: Instrument, item: Item) -> str:
    return item.concept or f"{instrument.instrument}:{item.code}"


def _outcome(instrument: Instrument, item: Item) -> Outcome:
    scale, link = instrument.scale_of(item), link_of(instrument, item)
    codes = [c.code for c in scale.categories]
    if len(codes) == 2:
        answer = _modelled(instrument, item, codes)
        other = next(c for c in codes if c != answer)
        return Outcome(item.code, link, BINARY, (other, answer), answer=answer, factor=item.factor)
    if not scale.scored:
        return Outcome(item.code, link, NO_ORDER, tuple(codes), factor=item.factor)
    ranked = sorted(scale.categories, key=lambda c: instrument.score(item, c))
    liked = instrument.sides(item)[0]
    return Outcome(
        item.code,
        link,
        ORDINAL,
        tuple(c.code for c in ranked),
        tuple(instrument.score(item, c) for c in ranked),
        tuple(c.code in liked for c in ranked),
        factor=item.factor,
    )


def _modelled(instrument: Instrument, item: Item, codes: list[str]) -> str:
    """The unfavourable answer (having met bribery, say), else the first."""
    unfavourable = instrument.sides(item)[1]
    return unfavourable[0] if len(unfavourable) == 1 else codes[0]
