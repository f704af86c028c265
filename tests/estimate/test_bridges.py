"""Two versions of a questionnaire: what is compared between their waves, on what, and what is not."""

import copy

import numpy as np
import polars as pl
import pytest

from pipeline.bridging import correspondences, links
from pipeline.estimate.bridges import bridge_table, bridges_of, comparable, comparable_runs
from pipeline.estimate.comparisons import compare
from pipeline.estimate.estimates import bridged_estimates, estimate
from pipeline.estimate.moments import compute_moments
from pipeline.instrument import Instrument
from pipeline.store import Store
from tests.answers import wide

FOUR = {"kind": "likert", "favourable": [3, 4], "unfavourable": [1, 2]}
FOUR["categories"] = [{"code": k, "score": s, "label": {"en": f"four {k}"}} for k, s in zip("1234", (0, 30, 70, 100), strict=True)]
FIVE = {"kind": "likert", "favourable": [4, 5], "unfavourable": [1, 2]}
FIVE["categories"] = [{"code": k, "score": 25 * (int(k) - 1), "label": {"en": f"five {k}"}} for k in "12345"]
OLD = {
    "instrument": "old",
    "population": "p",
    "scales": {"four": FOUR, "sex": {"kind": "single", "categories": [{"code": "f"}, {"code": "m"}]}},
    "factors": [{"code": "F"}],
    "items": [
        *({"code": f"A{k}", "scale": "four", "factor": "F", "concept": f"c{k}", "text": {"en": f"Question {k}?"}} for k in range(4)),
        {"code": "SEX", "scale": "sex", "role": "profile", "concept": "sex"},
    ],
}
RECODE = {"from": "old", "recode": {1: 1, 2: 2, 3: 4, 4: 5}}


def new(change=lambda d: None, name="new") -> dict:
    """The next version: the same questions under other codes, changed by `change`."""
    document = copy.deepcopy(OLD) | {"instrument": name}
    for item in document["items"][:4]:
        item["code"] = item["code"].replace("A", "B")
    change(document)
    return document


def five(document, **bridge):
    """The first question on five points instead of four."""
    document["scales"]["five"] = FIVE
    document["items"][0] |= {"scale": "five"} | bridge


def with_item(document):
    document["items"].append({"code": "B9", "scale": "four", "factor": "F", "concept": "c9"})


def found(change, here=None) -> dict:
    versions = Instrument.model_validate(new(change)), Instrument.model_validate(here or OLD)
    return {link.code: link for link in links(*versions)}


def waves(change, n=300, seed=1):
    """(old answers, new answers, comparisons between them) of one member."""
    documents = {"2021": OLD, "2024": new(change)}
    rng, frames, versions = np.random.default_rng(seed), {}, {}
    for wave, document in documents.items():
        instrument = Instrument.model_validate(document)
        answers = {
            i.code: rng.choice([c.code for c in instrument.scale_of(i).categories], n) for i in instrument.questions
        }
        frames[wave], versions[wave] = wide(answers, wave=wave, weight=rng.uniform(0.5, 2, n)), instrument
    units = {("AAA", wave, "p"): instrument for wave, instrument in versions.items()}
    bridges = bridges_of(units)
    store = Store(":memory:")
    try:
        for wave, frame in frames.items():
            store.write(f"answers_{wave}", frame)
        moments = compute_moments(store, {f"answers_{w}": i for w, i in versions.items()}, bridges=bridges)
    finally:
        store.close()
    made = bridged_estimates(moments, units)
    table = compare(moments, estimate(moments, units), bridges=bridges, bridged=made)
    changes = table.filter(kind="wave_change", test="t")
    return frames["2021"], frames["2024"], changes


def mean(frame: pl.DataFrame, y: pl.Expr, where=None) -> float:
    """The weighted mean of y by hand."""
    kept = frame.with_columns(y=y).filter(pl.lit(True) if where is None else where).drop_nulls("y")
    return float((kept["y"] * kept["_weight"]).sum() / kept["_weight"].sum())


def one(changes: pl.DataFrame, indicator: str, measure: str, domain: str = "") -> dict:
    return changes.filter(indicator=indicator, measure=measure, domain_variable=domain).row(0, named=True)


# The rule


def test_a_question_that_stands_as_it_stood_is_the_same_under_another_code():
    link = found(lambda d: None)["B1"]
    assert (link.other, link.bridge, link.computed) == ("A1", "same", False)


@pytest.mark.parametrize("text", ["question 1", "  Question   1 ?", "QUESTION: 1!"])
def test_case_blanks_and_punctuation_are_no_change_of_wording(text):
    assert found(lambda d: d["items"][1].update(text={"en": text, "fr": "nouveau"}))["B1"].bridge == "same"


def test_a_changed_word_makes_it_incomparable_until_the_questionnaire_calls_it_equivalent():
    def other(d):
        d["items"][1]["text"] = {"en": "Question one?"}

    def declared(d):
        other(d)
        d["items"][1]["bridge"] = {"from": "old", "wording": "equivalent", "note": "one is 1"}

    assert (found(other)["B1"].bridge, found(other)["B1"].reason) == ("not_comparable", ("wording",))
    assert (found(declared)["B1"].bridge, found(declared)["B1"].note) == ("declared", "one is 1")
    assert found(declared)["F"].bridge == "declared"


def test_wording_in_no_common_language_cannot_be_told_to_be_the_same():
    assert found(lambda d: d["items"][1].update(text={"fr": "Question 1?"}))["B1"].bridge == "not_comparable"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["items"][1].update(polarity="negative"),
        lambda d: d["scales"]["four"].update(favourable=[4]),
        lambda d: d["scales"]["four"]["categories"][1].update(score=40),
        lambda d: d["scales"]["four"]["categories"].append({"code": 5, "score": 100}),
    ],
)
def test_another_polarity_side_score_or_code_is_another_scale(change):
    link = found(change)["B1"]
    assert (link.bridge, link.reason) == ("not_comparable", ("scale",))


def test_another_label_of_an_answer_is_another_wording():
    link = found(lambda d: d["scales"]["four"]["categories"][3].update(label={"en": "quite"}))["B1"]
    assert (link.bridge, link.reason) == ("not_comparable", ("wording",))


def test_a_recode_does_not_excuse_a_changed_wording():
    def both(d):
        five(d, bridge=RECODE, text={"en": "Something else?"})

    assert found(both)["B0"].reason == ("wording", "scale")
    assert found(both)["B0"].bridge == "not_comparable"


def test_answers_that_share_a_counterpart_belong_together():
    assert correspondences({"1": ("1",), "2": ("2", "3"), "3": ("3",)}) == [(["1"], ["1"]), (["2", "3"], ["2", "3"])]


def test_a_recode_that_mixes_sides_compares_no_favourable_share():
    link = found(lambda d: five(d, bridge={"from": "old", "recode": {1: 1, 2: [2, 3], 3: [3, 4], 4: 5}}))["B0"]
    assert (link.bridge, link.reason) == ("not_comparable", ("scale",))


def test_anchors_must_be_half_of_each_version_and_two():
    def drop(count):
        return lambda d: d.update(items=d["items"][count:])

    assert [found(drop(k))["F"].bridge for k in range(4)] == ["same", "anchored", "anchored", "not_comparable"]


def test_a_score_that_needs_more_answers_than_before_is_made_anew_in_both():
    link = found(lambda d: d.update(score_needs=1.0))["F"]
    assert (link.bridge, link.reason, len(link.anchors)) == ("anchored", ("rule",), 4)


def test_the_same_link_is_found_whichever_version_says_how():
    back = copy.deepcopy(OLD)
    back["items"][0]["bridge"] = {"from": "new", "recode": {1: 1, 2: 2, 4: 3, 5: 4}}
    one_way = found(lambda d: five(d, bridge=RECODE))["B0"]
    other_way = found(five, back)["B0"]
    assert other_way.groups == one_way.groups and other_way.left_out == one_way.left_out == (("3",), ())


# What comes of it


def test_without_a_bridge_no_change_of_a_changed_question_is_computed():
    changes = waves(five)[2]
    assert "B0" not in changes["indicator"].to_list()
    assert {"B1", "B2", "B3"} <= set(changes["indicator"])


def test_with_a_recode_the_favourable_share_s_change_is_the_one_by_hand():
    old, later, changes = waves(lambda d: five(d, bridge=RECODE))
    row = one(changes, "B0", "favourable")
    now = mean(later, pl.col("B0").is_in(["4", "5"]).cast(pl.Float64), pl.col("B0") != "3")
    then = mean(old, pl.col("A0").is_in(["3", "4"]).cast(pl.Float64))
    assert row["bridge"] == "recoded"
    assert row["difference"] == pytest.approx(now - then, abs=1e-12)
    assert changes.filter(pl.col("indicator") == "B0", pl.col("measure") != "favourable").is_empty()


def test_a_recode_s_variance_is_that_of_the_two_shares():
    old, later, changes = waves(lambda d: five(d, bridge=RECODE))
    total = 0.0
    for frame, item, yes, kept in ((later, "B0", ["4", "5"], pl.col("B0") != "3"), (old, "A0", ["3", "4"], True)):
        y = frame[item].is_in(yes).cast(pl.Float64).to_numpy()
        w = frame["_weight"].to_numpy() * frame.select(k=pl.lit(1.0) * kept)["k"].to_numpy()
        z = w * (y - (w * y).sum() / w.sum()) / w.sum()
        total += len(z) / (len(z) - 1) * (z**2).sum()
    assert one(changes, "B0", "favourable")["se"] == pytest.approx(total**0.5, rel=1e-9)


def test_an_answer_that_was_given_a_counterpart_counts():
    old, later, changes = waves(lambda d: five(d, bridge={"from": "old", "recode": {1: 1, 2: [2, 3], 3: 4, 4: 5}}))
    now = mean(later, pl.col("B0").is_in(["4", "5"]).cast(pl.Float64))
    then = mean(old, pl.col("A0").is_in(["3", "4"]).cast(pl.Float64))
    assert one(changes, "B0", "favourable")["difference"] == pytest.approx(now - then, abs=1e-12)


def test_scores_of_recoded_answers_are_compared_only_where_they_are_declared_comparable():
    recode = {"from": "old", "recode": {1: 1, 2: [2, 3], 3: 4, 4: 5}, "scores": "comparable"}
    old, later, changes = waves(lambda d: five(d, bridge=recode))
    now = mean(later, (pl.col("B0").cast(pl.Float64) - 1) * 25)
    then = mean(old, pl.col("A0").replace_strict(dict(zip("1234", (0.0, 30, 70, 100), strict=True))))
    assert one(changes, "B0", "mean_score")["difference"] == pytest.approx(now - then, abs=1e-10)
    assert one(changes, "F", "mean_score")["bridge"] == "recoded"  # its score as published


def test_answers_on_different_scales_are_not_ranked_together():
    changed = waves(lambda d: five(d, bridge=RECODE | {"scores": "comparable"}))
    assert one(changed[2], "B0", "mean_score")["bridge"] == "recoded"
    assert changed[2].filter(indicator="B0", test="wilcoxon").is_empty()


@pytest.mark.parametrize("domain", ["", "SEX"])
def test_a_factor_with_an_added_question_changes_by_its_anchors_alone(domain):
    old, later, changes = waves(with_item)
    of = {"f": pl.col("SEX") == "f", "": pl.lit(True)}["f" if domain else ""]
    scores = dict(zip("1234", (0.0, 30, 70, 100), strict=True))
    by_hand = [
        mean(frame, pl.mean_horizontal(pl.col(f"{letter}{k}").replace_strict(scores) for k in range(4)), of)
        for frame, letter in ((later, "B"), (old, "A"))
    ]
    row = one(changes.filter(domain_category="f" if domain else ""), "F", "mean_score", domain)
    assert row["bridge"] == "anchored"
    assert row["difference"] == pytest.approx(by_hand[0] - by_hand[1], abs=1e-10)


def test_groups_of_a_changed_profile_question_are_not_compared():
    def split(d):
        d["scales"]["sex"]["categories"].append({"code": "x"})

    assert set(waves(split)[2]["domain_variable"]) == {""}
    assert set(waves(lambda d: None)[2]["domain_variable"]) == {"", "SEX"}


def test_what_is_compared_of_one_version_is_what_was_compared_before():
    def all_the_same(d):
        pass

    changes = waves(all_the_same)[2]
    assert set(changes["bridge"]) == {"same"}
    assert not changes["computed"].any()


# For those who compare waves


def three_waves():
    versions = [OLD, new(with_item, "mid"), new(with_item, "mid")]
    return {("AAA", str(2020 + k), "p"): Instrument.model_validate(v) for k, v in enumerate(versions)}


def test_comparable_knows_any_two_waves_of_a_member():
    bridges = bridges_of(three_waves())
    pairs = pl.DataFrame({"member": "AAA", "wave": ["2022", "2022"], "population": "p", "other_wave": ["2021", "2020"]})
    rows = comparable(pairs, bridges).filter(indicator="F").sort("other_wave", descending=True)
    assert rows.select("other_wave", "bridge", "computed").rows() == [("2021", "same", False), ("2020", "anchored", True)]


def test_a_run_ends_where_the_figures_of_two_waves_are_made_for_them_alone():
    units = three_waves()
    rows = [(*u, code, kind) for u, i in units.items() for code, kind in [("F", "factor"), (i.items[0].code, "item")]]
    estimates = pl.DataFrame(rows, ["member", "wave", "population", "indicator", "indicator_kind"], orient="row")
    runs = comparable_runs(estimates, bridges_of(units))
    of = {kind: runs.filter(indicator_kind=kind).sort("wave")["run"].to_list() for kind in ("factor", "item")}
    assert of["factor"][0] != of["factor"][1] == of["factor"][2]
    assert len(set(of["item"])) == 1  # A0, then B0: one question


def test_the_release_s_table_says_why_something_is_not_compared():
    units = {("AAA", "2021", "p"): Instrument.model_validate(OLD), ("AAA", "2024", "p"): Instrument.model_validate(new(five))}
    table = bridge_table(bridges_of(units))
    why = {r["indicator"]: (r["bridge"], r["reason"], r["anchors"], r["items"]) for r in table.iter_rows(named=True)}
    assert why["B0"] == ("not_comparable", "scale", None, None)
    assert why["F"][0] == "anchored" and why["F"][2:] == (3, 4)
