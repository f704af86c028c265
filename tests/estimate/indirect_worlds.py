"""Small surveys with indirect questions, for the tests of rates."""

import numpy as np
import polars as pl

from pipeline.estimate.estimates import estimate
from pipeline.estimate.moments import Moments, compute_moments
from pipeline.instrument import Instrument
from pipeline.store import Store

UNIT = ("AAA", "2024", "p")
DESIGN = ["_stratum", "_psu", "_interviewer", "_device", "_mode", "_language"]
REFUSED = [{"code": "9", "reason": "refused"}]


def counts(most: int) -> dict:
    return {"kind": "single", "categories": [{"code": str(k)} for k in range(most + 1)], "missing": REFUSED}


def instrument(*questions: dict, innocuous: int = 3) -> Instrument:
    """Items SHORT and LONG (the lists), DIE (yes or no), Q (asked openly) and the profile question G."""
    two = {"kind": "single", "categories": [{"code": "yes"}, {"code": "no"}], "missing": REFUSED}
    return Instrument.model_validate(
        {
            "instrument": "sensitive",
            "population": "p",
            "scales": {
                "short": counts(innocuous),
                "long": counts(innocuous + 1),
                "two": two,
                "open": two | {"unfavourable": ["yes"], "favourable": ["no"]},
                "group": {"kind": "single", "categories": [{"code": "a"}, {"code": "b"}]},
            },
            "items": [
                {"code": "SHORT", "scale": "short", "role": "experience"},
                {"code": "LONG", "scale": "long", "role": "experience"},
                {"code": "DIE", "scale": "two", "role": "experience"},
                {"code": "Q", "scale": "open", "role": "experience", "sensitive": True, "concept": "bribe"},
                {"code": "G", "scale": "group", "role": "profile"},
            ],
            "indirect": list(questions),
        }
    )


LIST = {"code": "LISTED", "kind": "item_count", "control": "SHORT", "treatment": "LONG", "innocuous": 3, "concept": "bribe"}
DIE = {"code": "RANDOM", "kind": "randomised_response", "item": "DIE", "yes": ["yes"], "concept": "bribe"}
WARNER = DIE | {"design": "warner", "p": 0.7}
FORCED = DIE | {"design": "forced", "p": 2 / 3, "forced_yes": 1 / 6}
UNRELATED = DIE | {"design": "unrelated", "p": 0.7, "unrelated_share": 0.4}


def answers(wave: str = "2024", weight=None, stratum=None, psu=None, **items) -> pl.DataFrame:
    """A wide answers table as the store holds it; items not given are blank, "" is blank."""
    n = len(next(iter(items.values())))
    blank = dict.fromkeys(["SHORT", "LONG", "DIE", "Q", "G"], np.full(n, ""))
    return pl.DataFrame(
        {
            "_submission": ["s"] * n,
            "_member": ["AAA"] * n,
            "_wave": [wave] * n,
            "_population": ["p"] * n,
            "_row": np.arange(n),
            "_weight": weight,
            "_duration": None,
            **dict.fromkeys(DESIGN),
            "_stratum": stratum,
            "_psu": psu,
            **{c: pl.Series(np.asarray(v).astype(str)).replace("", None) for c, v in (blank | items).items()},
        },
        schema_overrides={"_weight": pl.Float64, "_duration": pl.Float64} | dict.fromkeys(DESIGN, pl.String),
    )


def moments_of(rows: pl.DataFrame, questionnaire: Instrument) -> Moments:
    store = Store(":memory:")
    try:
        store.write("answers_small", rows)
        return compute_moments(store, {"answers_small": questionnaire})
    finally:
        store.close()


def estimates_of(rows: pl.DataFrame, questionnaire: Instrument) -> pl.DataFrame:
    waves = rows["_wave"].unique().to_list()
    return estimate(moments_of(rows, questionnaire), {("AAA", w, "p"): questionnaire for w in waves})


def figure(table: pl.DataFrame, measure: str, indicator: str, category: str = "", group: str = "") -> dict:
    found = table.filter(measure=measure, indicator=indicator, category=category, domain_category=group)
    return found.row(0, named=True)
