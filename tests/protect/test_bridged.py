"""Bridged comparisons and modes: what is made for them tells of nobody either."""

import polars as pl
import pytest

from pipeline.estimate.indirect import GUARDED
from pipeline.protect.blocks import BLOCK
from pipeline.protect.bridged import hidden_bridged
from pipeline.protect.modes import protect_modes
from pipeline.workspace import Rules

UNIT = {"member": "AAA", "wave": "2024", "population": "p"}
ALL = {"domain_variable": "", "domain_category": ""}
RULES = Rules()


def rows(*indicators, **more) -> pl.DataFrame:
    figures = {"measure": "favourable", "category": "", "n": 100, "total_weight": 100.0, "events": 50, "estimate": 0.5}
    known = [{**UNIT, **ALL, "indicator": i, "indicator_kind": "item", **figures, **more} for i in indicators]
    return pl.DataFrame(known).with_columns(pl.lit(None, kind).alias(c) for c, kind in GUARDED.items())


KNOWN = pl.DataFrame(
    [
        {**UNIT, "indicator": i, "sensitive": i == "S", "profile": False, "part_of": of}
        for i, of in [("Q1", ["F"]), ("Q2", ["G"]), ("S", []), ("F", ["I"]), ("G", []), ("I", [])]
    ]
)
LARGEST = pl.DataFrame([{**UNIT, **ALL, "weight": 100.0, "largest": [1.0, 1.0]}])


def hidden(suppressed=(), rules=RULES, **of_bridged) -> set[str]:
    marked = pl.concat(
        [
            rows("Q1", "Q2", "S", "F", "G", "I").filter(~pl.col("indicator").is_in(suppressed)).with_columns(status=pl.lit("published")),
            rows(*(suppressed or ["none"])).with_columns(status=pl.lit("suppressed")),
        ]
    )
    bridged = rows(of_bridged.pop("indicator", "F"), **of_bridged)
    return set(hidden_bridged(marked, bridged, LARGEST, KNOWN, rules).select(BLOCK)["indicator"]) - {"none"}


def test_a_score_s_bridged_figure_is_hidden_with_any_of_its_questions():
    assert hidden() == set()
    assert hidden(["Q1"]) == {"Q1", "F", "I"}  # G and its question stay
    assert hidden(["F"]) == {"F", "I"}


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"n": 9, "total_weight": 9.0}, {"F"}),
        ({"n": 40, "total_weight": 2.1}, {"F"}),  # two hold more than nine tenths of the weight
        ({"indicator": "S", "n": 40, "events": 38, "estimate": 0.95}, {"S"}),
        ({"indicator": "Q1", "n": 40, "events": 38, "estimate": 0.95}, set()),
    ],
)
def test_a_bridged_figure_passes_the_rules_of_any_figure(figures, expected):
    assert hidden(**figures) == expected


def test_without_rules_nothing_is_hidden():
    assert hidden(["Q1"], Rules(minimum_respondents=1)) == set()


def modes(n: int = 100, **counts) -> dict[str, tuple]:
    table = pl.DataFrame([{**UNIT, "mode": m.replace("unknown", ""), "n": k} for m, k in counts.items()])
    sizes = pl.DataFrame([{**UNIT, **ALL, "respondents": n}])
    return {r["mode"]: (r["share"], r["status"]) for r in protect_modes(table, sizes, RULES).iter_rows(named=True)}


def test_shares_of_modes_are_whole_percents_of_those_whose_mode_is_known():
    assert modes(tablet=20, online=41, unknown=39) == {"tablet": (0.33, "published"), "online": (0.67, "published")}


@pytest.mark.parametrize("few", ["tablet", "unknown"])
def test_where_few_took_one_way_only_the_commonest_is_named(few):
    assert modes(**{few: 9, "online": 91}) == {"online": (None, "published")}


def test_a_mode_that_few_took_is_not_named_even_if_it_is_the_commonest():
    assert modes(**{f"device {k}": 5 for k in range(20)}) == {}


def test_a_small_unit_s_modes_are_suppressed():
    assert modes(20, online=20)["online"][1] == "suppressed"
