"""The programme's claim over members: shares that improved, the difference in differences, and the lot."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.outcomes import member_results
from pipeline.estimate.outcomes.members import chance_in_baseline
from pipeline.estimate.outcomes.permutation import permutation_p
from tests.estimate.outcomes.tables import change, initiative, results

SUPPORTED = ("F1", "F2")


def factors(members: dict[str, list[tuple[str, float, float]]]) -> pl.DataFrame:
    """member -> (factor, change, q); F1 and F2 have initiatives."""
    rows = [change(f, d, q, member=m) for m, found in members.items() for f, d, q in found]
    return results(rows, initiatives=[initiative(f, m) for m in members for f in SUPPORTED])


def over_members(table: pl.DataFrame, sharing=None, fewest: int = 2) -> dict[str, dict]:
    found = member_results(table, sharing or table["member"].unique().to_list(), fewest)
    return {r["statistic"]: r for r in found.iter_rows(named=True)}


WORKED = [("F1", 6.0, 0.01), ("F2", 4.0, 0.01), ("F3", 1.0, 0.5), ("F4", -1.0, 0.5)]
DID_NOT = [("F1", 1.0, 0.5), ("F2", 6.0, 0.01), ("F3", 5.0, 0.01), ("F4", 2.0, 0.5)]


def test_shares_and_differences_are_those_computed_by_hand():
    found = over_members(factors({"AAA": WORKED, "BBB": DID_NOT, "CCC": WORKED}))
    assert found["share_improved_supported"]["value"] == pytest.approx(5 / 6)
    assert found["share_improved_unsupported"]["value"] == pytest.approx(1 / 6)
    assert found["share_difference"]["value"] == pytest.approx(4 / 6)
    did = np.array([5.0, 0.0, 5.0])
    half = 4.302652729749464 * did.std(ddof=1) / np.sqrt(3)
    row = found["difference_in_differences"]
    assert (row["value"], row["ci_low"], row["ci_high"]) == pytest.approx((did.mean(), did.mean() - half, did.mean() + half))
    assert (row["members"], row["n"]) == (3, 12)


def test_a_member_without_unsupported_factors_has_no_part():
    found = over_members(factors({"AAA": WORKED, "BBB": DID_NOT, "CCC": WORKED[:2]}))
    assert found["difference_in_differences"]["members"] == 2


def test_a_member_that_shares_nothing_has_no_part():
    table = factors({"AAA": WORKED, "BBB": DID_NOT, "CCC": WORKED})
    assert over_members(table, ["AAA", "BBB"])["share_difference"]["members"] == 2


def test_with_too_few_members_nothing_is_said():
    found = over_members(factors({"AAA": WORKED, "BBB": DID_NOT}), fewest=3)
    assert {r["status"] for r in found.values()} == {"suppressed"}
    assert len(found) == 5 and all(r.get("value") is None for r in found.values())


def test_where_none_improved_the_interval_still_has_a_width():
    none = [(f, 1.0, 0.5) for f in ("F1", "F2", "F3", "F4")]
    found = over_members(factors(dict.fromkeys(("AAA", "BBB", "CCC", "DDD", "EEE"), none)))
    share, difference = found["share_improved_supported"], found["share_difference"]
    assert share["value"] == 0 and share["ci_high"] > 0.2
    assert difference["ci_low"] < 0 < difference["ci_high"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 3))
def test_the_lot_is_tried_in_every_way_where_there_are_few(seed, size):
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=4) for _ in range(2)]
    labels = [np.isin(np.arange(4), rng.choice(4, size, replace=False)) for _ in range(2)]

    def mean(chosen):
        return np.mean([v[list(c)].mean() - np.delete(v, list(c)).mean() for v, c in zip(values, chosen, strict=True)])

    ways = [(a, b) for a in combinations(range(4), size) for b in combinations(range(4), size)]
    observed = mean([tuple(np.flatnonzero(s)) for s in labels])
    expected = np.mean([abs(mean(w)) >= abs(observed) - 1e-9 for w in ways])
    assert permutation_p(values, labels) == pytest.approx(expected)


def test_many_ways_are_drawn_by_a_fixed_seed():
    rng = np.random.default_rng(1)
    values, labels = [rng.normal(size=10) for _ in range(8)], [np.arange(10) < 4] * 8
    p = permutation_p(values, labels)
    assert p == permutation_p(values, labels) and 0 < p < 1


def test_an_effect_that_no_lot_gives_has_a_small_p():
    values = [np.where(np.arange(10) < 4, 5.0, 0.0)] * 6
    assert permutation_p(values, [np.arange(10) < 4] * 6) == pytest.approx(1 / 10_000)


def test_chance_s_part_in_the_baselines_is_error_over_spread():
    rng = np.random.default_rng(2)
    truth, error = rng.normal(50, 4, (400, 10)), 3.0
    observed = truth + rng.normal(0, error, truth.shape)
    chance = chance_in_baseline(list(observed), [np.full(10, error**2)] * 400)
    assert chance == pytest.approx(9 / 25, abs=0.02)


def test_the_correction_takes_away_what_low_baselines_gain_by_themselves():
    """Nothing works; initiatives go to the lowest four of ten. The plain figure says otherwise."""
    rng, rows = np.random.default_rng(3), []
    for m in range(300):
        truth = rng.normal(50, 4, 10)
        before, after = (truth + rng.normal(0, 3, 10) for _ in range(2))
        low = np.argsort(before)[:4]
        rows += [
            {
                "member": f"{m:03}", "population": "p", "wave": "2024", "indicator": f"F{k}", "supported": "yes" if k in low else "no",
                "verdict": "no_detectable_change", "value": after[k] - before[k], "baseline": before[k], "baseline_se": 3.0,
            }
            for k in range(10)
        ]
    found = over_members(pl.DataFrame(rows))
    plain, corrected = (found[s] for s in ("difference_in_differences", "difference_in_differences_corrected"))
    assert plain["ci_low"] > 1
    assert corrected["ci_low"] < 0 < corrected["ci_high"]
