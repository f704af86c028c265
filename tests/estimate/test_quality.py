"""Careless answers are counted, what they move is known, and intraclass correlations are those of the books."""

import numpy as np
import polars as pl
import pytest

from pipeline.code import PROJECT
from pipeline.demo.world import Unit, draw
from pipeline.estimate.moments import compute_moments
from pipeline.estimate.quality import intraclass
from pipeline.instrument import Instrument, load_instrument
from pipeline.store import Store

DESIGN_COLUMNS = ("weight", "stratum", "psu", "duration", "interviewer", "device", "mode", "language")
ALL_KINDS = Instrument.model_validate(
    {
        "instrument": "kinds",
        "population": "p",
        "scales": {
            "one": {"kind": "single", "categories": [{"code": "1"}, {"code": "2"}], "missing": [{"code": "9"}]},
            "many": {"kind": "multiple", "categories": [{"code": "a"}, {"code": "b"}], "missing": [{"code": "z"}]},
            "size": {"kind": "number", "missing": [{"code": "-1"}]},
            "words": {"kind": "text"},
        },
        "items": [
            {"code": "ONE", "scale": "one"},
            {"code": "MANY", "scale": "many"},
            {"code": "SIZE", "scale": "size"},
            {"code": "WORDS", "scale": "words"},
            {"code": "REMARKS", "role": "free_text"},
            {"code": "GROUP", "scale": "one", "role": "profile"},
            {"code": "DROPPED", "scale": "one"},
        ],
    }
)
OFFICIALS = load_instrument(PROJECT / "surveys" / "instruments" / "cips-officials-2024.yaml")


def checks(size: int = 1500, straight_liners: float = 0.06, fast: float = 0.04, device=None) -> dict[str, dict]:
    """What is found in a synthetic unit with so many straight-liners and speeders."""
    rng = np.random.default_rng(5)
    unit = Unit("AAA", "2024", OFFICIALS, size, 0.5)
    answers = draw(unit, rng, straight_liners)
    duration = np.where(np.arange(size) < fast * size, 60.0, rng.normal(600, 20, size))
    return found_in(OFFICIALS, answers, _duration=duration, **({} if device is None else {"_device": device}))


def found_in(instrument: Instrument, answers: dict[str, list], **design) -> dict[str, dict]:
    """The checks of one unit by their names."""
    size = len(next(iter(answers.values())))
    columns = {
        "_submission": ["s"] * size,
        "_member": ["AAA"] * size,
        "_wave": ["2024"] * size,
        "_population": [instrument.population] * size,
        "_row": list(range(size)),
        **{f"_{name}": [None] * size for name in DESIGN_COLUMNS},
        **design,
    }
    schema = dict.fromkeys(columns, pl.String) | {"_row": pl.Int64, "_weight": pl.Float64, "_duration": pl.Float64}
    rows = pl.DataFrame(columns, schema).with_columns(pl.Series(k, v, pl.String) for k, v in answers.items())
    store = Store(":memory:")
    store.write("answers_x", rows)
    found = compute_moments(store, {"answers_x": instrument}).quality
    store.close()
    return {r["check"]: r for r in found.iter_rows(named=True)}


def test_straight_liners_and_speeders_are_found_as_they_were_planted():
    found = checks()
    for check, planted in (("straight_lining", 0.06), ("speeding", 0.04)):
        assert found[check]["value"] == pytest.approx(planted, abs=4 * np.sqrt(planted * (1 - planted) / 1500))
        assert found[check]["ci_low"] < found[check]["value"] < found[check]["ci_high"]


def test_careful_respondents_are_not_flagged():
    found = checks(straight_liners=0.0, fast=0.0)
    assert found["any_flag"]["count"] == 0
    assert found["move_without_flagged"]["value"] == pytest.approx(0)


def test_every_kind_of_question_counts_as_unanswered_but_free_text_profile_and_what_nobody_was_asked():
    """Four respondents leave 0, 1, 2 and 3 of the three questions unanswered, blank or with a code that says so."""
    answers = {
        "ONE": ["1", "2", "9", None],
        "MANY": ["a|b", "b", None, "z"],
        "SIZE": ["12.5", None, "3", "-1"],
        "WORDS": [None, None, None, "well"],
        "REMARKS": [None, None, "fine", None],
        "GROUP": [None, None, None, "1"],
        "DROPPED": [None, None, None, None],
    }
    found = found_in(ALL_KINDS, answers)
    assert found["item_nonresponse"]["value"] == pytest.approx((0 + 1 + 2 + 3) / 12)
    assert found["mostly_silent"]["count"] == 2


def test_without_durations_nothing_is_said_of_speed():
    assert "icc_device" not in checks(size=200)


def test_a_device_that_sways_answers_is_seen():
    device = np.where(np.arange(600) % 2 == 0, "a", "b")
    assert abs(checks(600, 0.0, 0.0, device)["icc_device"]["value"]) < 0.05


@pytest.mark.parametrize(("icc", "seed"), [(0.0, 1), (0.2, 2), (0.5, 3)])
def test_intraclass_correlation_finds_its_truth(icc, seed):
    rng = np.random.default_rng(seed)
    y = rng.normal(0, np.sqrt(icc), (400, 1)) + rng.normal(0, np.sqrt(1 - icc), (400, 12))
    found, low, high = intraclass(np.full(400, 12), y.sum(axis=1), (y**2).sum(axis=1))
    assert low < icc < high and found == pytest.approx(icc, abs=0.07)


def test_intraclass_correlation_is_r_s():
    """R: psych::ICC(sf)'s ICC1 of Shrout and Fleiss's (1979) six targets and four judges: 0.17 (-0.13 to 0.72)."""
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    found = intraclass(np.full(6, 4), ratings.sum(axis=1), (ratings**2).sum(axis=1))
    assert found == pytest.approx((0.1657, -0.1329, 0.7226), abs=2e-4)


def test_groups_without_variance_or_freedom_have_none():
    assert intraclass(np.array([1, 1]), np.array([1.0, 2]), np.array([1.0, 4])) is None
    assert intraclass(np.array([2, 2]), np.array([2.0, 2]), np.array([2.0, 2])) is None
