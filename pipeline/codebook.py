"""What readers of a release need of the questionnaires: wording, scales, sides."""

from __future__ import annotations

from dataclasses import asdict

from pipeline.indirect import Indirect, ItemCount
from pipeline.instrument import Instrument, Item
from pipeline.programme import Initiative
from pipeline.workspace import Member


def codebook(instruments: list[Instrument], members: dict[str, Member], initiatives: list[Initiative]) -> dict:
    return {
        "instruments": {i.instrument: _instrument(i) for i in instruments},
        "members": {code: {"name": m.name, "sharing": m.sharing} for code, m in members.items()},
        "initiatives": [
            {**asdict(i), "start": i.start.isoformat(), "end": i.end.isoformat() if i.end else ""} for i in initiatives
        ],
    }


def _instrument(i: Instrument) -> dict:
    return {
        "population": i.population,
        "title": i.title,
        "display": i.display.model_dump(),
        "score_needs": i.score_needs,
        "factors": [f.model_dump() for f in i.factors],
        "indices": [x.model_dump() for x in i.indices],
        "items": [_item(i, item) for item in i.estimated],
        "indirect": [_indirect(i, question) for question in i.indirect],
    }


def _indirect(instrument: Instrument, question: Indirect) -> dict:
    """With the wording of the items that hold the answers, which have no figures of their own."""
    items = {i.code: i for i in instrument.items}
    asked = {arm: items[code].text for arm, code in question.arms.items()}
    mix = None if isinstance(question, ItemCount) else question.mix
    return question.model_dump() | {"asked": asked, "mix": mix}


def _item(instrument: Instrument, item: Item) -> dict:
    scale = instrument.scale_of(item)
    favourable, unfavourable = instrument.sides(item)
    side = {**dict.fromkeys(favourable, "favourable"), **dict.fromkeys(unfavourable, "unfavourable")}
    return {
        "code": item.code,
        "role": item.role,
        "factor": item.factor,
        "concept": item.concept,
        "sensitive": item.sensitive,
        "polarity": item.polarity,
        "kind": scale.kind,
        "text": item.text,
        "categories": [
            {"code": c.code, "label": c.label, "side": side.get(c.code, "neutral"), "score": instrument.score(item, c)}
            for c in scale.categories
        ],
        "missing": [m.model_dump() for m in scale.missing],
    }
