"""The questionnaire's model: what it makes of codes and polarity, and what it says of a mistake."""

import copy

import pytest
import yaml

from pipeline.errors import ConfigurationError
from pipeline.instrument import load_instrument, load_instruments

GOOD = {
    "instrument": "example",
    "population": "people",
    "scales": {
        "four": {
            "kind": "likert",
            "categories": [{"code": k, "score": s} for k, s in ((1, 0), (2, 30), (3, 80), (4, 100))],
            "missing": [{"code": 9, "reason": "refused"}],
            "favourable": [3, 4],
            "unfavourable": [1],
        },
        "plain": {"kind": "single", "categories": [{"code": "a"}, {"code": "b"}]},
    },
    "factors": [{"code": "F1"}, {"code": "F2"}],
    "items": [
        {"code": "Q1", "factor": "F1", "scale": "four"},
        {"code": "Q2", "factor": "F1", "scale": "four", "polarity": "negative"},
        {"code": "Q3", "scale": "plain", "polarity": "negative"},
        {"code": "G", "role": "profile", "scale": "plain"},
        {"code": "W", "role": "design", "carries": "weight"},
    ],
    "indices": [{"code": "I", "of": ["F1", "F2"]}],
}


@pytest.fixture
def write(tmp_path):
    """Write the example, changed by `change`, to a file."""

    def make(change=lambda document: None, name="example.yaml"):
        document = copy.deepcopy(GOOD)
        change(document)
        path = tmp_path / name
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    return make


def message(path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_instrument(path)
    assert caught.value.exit_code == 2
    assert str(path) in str(caught.value)
    return str(caught.value)


def scores(instrument, item):
    return [instrument.score(item, c) for c in instrument.scale_of(item).categories]


def test_polarity_mirrors_scores_about_the_middle_of_the_scale(write):
    instrument = load_instrument(write())
    plain, negative, unscored = instrument.items[:3]
    assert scores(instrument, plain) == [0, 30, 80, 100]
    assert scores(instrument, negative) == [100, 70, 20, 0]
    assert scores(instrument, unscored) == [None, None]


def test_a_mirrored_scale_keeps_its_own_ends(write):
    def one_to_four(document):
        for k, category in enumerate(document["scales"]["four"]["categories"], start=1):
            category["score"] = k

    instrument = load_instrument(write(one_to_four))
    assert scores(instrument, instrument.items[1]) == [4, 3, 2, 1]


def test_polarity_swaps_sides(write):
    instrument = load_instrument(write())
    assert instrument.sides(instrument.items[0]) == (("3", "4"), ("1",))
    assert instrument.sides(instrument.items[1]) == (("1",), ("3", "4"))
    assert instrument.sides(instrument.items[2]) == ((), ())


def test_codes_become_text(write):
    def numbers(document):
        document["items"][0].update(code=1, factor="7", aliases=[1, "q1"])
        document["items"][1].update(factor="7")
        document["factors"][0]["code"] = 7
        document["indices"][0]["of"] = ["7", "F2"]

    instrument = load_instrument(write(numbers))
    scale = instrument.scales["four"]
    assert [c.code for c in scale.categories] == ["1", "2", "3", "4"]
    assert [m.code for m in scale.missing] == ["9"]
    assert (scale.favourable, scale.unfavourable) == (("3", "4"), ("1",))
    assert (instrument.items[0].code, instrument.items[0].aliases) == ("1", ("1", "q1"))
    assert instrument.factors[0].code == "7"


def test_only_instrument_population_and_items_are_needed(write):
    def bare(document):
        for part in ("factors", "indices"):
            del document[part]
        document["scales"] = {"plain": document["scales"]["plain"]}
        document["items"] = [{"code": "A", "scale": "plain"}, {"code": "T", "role": "free_text"}]

    instrument = load_instrument(write(bare))
    assert [i.code for i in instrument.questions] == ["A"]
    assert (instrument.score_needs, instrument.profile, instrument.languages) == (0.5, [], ())


def test_profile_and_design_are_no_questions_of_the_wrong_kind(write):
    instrument = load_instrument(write())
    assert [i.code for i in instrument.profile] == ["G"]
    assert instrument.design_item("weight").code == "W"
    assert "W" not in [i.code for i in instrument.questions]


def _item(**changes):
    return lambda document: document["items"][0].update(changes)


def _four(part, value):
    return lambda document: document["scales"]["four"].update({part: value})


MISTAKES = {
    "unknown scale": (_item(scale="five"), ["item Q1", "scale 'five' is not among the scales (four, plain)"]),
    "no scale": (lambda d: d["items"][0].pop("scale"), ["item Q1", "not among the scales"]),
    "unknown factor": (_item(factor="F9"), ["item Q1", "factor 'F9' is not among the factors"]),
    "index of an unknown factor": (lambda d: d["indices"][0].update(of=["F1", "F8"]), ["index I", "factor 'F8'"]),
    "index with a factor's code": (lambda d: d["indices"][0].update(code="F1"), ["F1 is the code of two factors or indices"]),
    "item twice": (_item(code="Q2"), ["item Q2 stands twice"]),
    "item twice, in other letters": (_item(code="q2"), ["stands twice"]),
    "code twice": (_four("categories", [{"code": 1}, {"code": 1}]), ["four", "code '1' stands twice"]),
    "code twice, as number and text": (_four("categories", [{"code": 3}, {"code": "3"}]), ["code '3' stands twice"]),
    "code both answer and missing": (_four("missing", [{"code": 4}]), ["code '4' stands twice"]),
    "favourable names no category": (_four("favourable", [7]), ["four", "'7', which is no category"]),
    "no categories": (_four("categories", []), ["four"]),
    "unknown kind": (_four("kind", "slider"), ["four", "kind", "likert"]),
    "unknown role": (_item(role="opinion"), ["items", "role", "perception"]),
    "unknown polarity": (_item(polarity="reversed"), ["polarity", "negative"]),
    "misspelt field": (_item(polarty="negative"), ["polarty"]),
    "design item that carries nothing": (lambda d: d["items"][4].pop("carries"), ["design item W", "weight"]),
    "concept twice": (
        lambda d: [d["items"][k].update(concept="honest") for k in (0, 1)],
        ["items Q1 and Q2 have the same concept 'honest'"],
    ),
    "bridge that says nothing": (_item(bridge={"from": "old"}), ["bridge from old", "say how"]),
    "recode to nothing": (_item(bridge={"from": "old", "recode": {1: []}}), ["'1' leads to no code"]),
    "no items": (lambda d: d.pop("items"), ["items"]),
    "no population": (lambda d: d.pop("population"), ["population"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_file_and_place(write, mistake):
    change, words = MISTAKES[mistake]
    said = message(write(change))
    assert [word for word in words if word not in said] == [], said


def test_broken_yaml_is_named_with_its_line(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("instrument: x\npopulation: p\nitems: [{code: A\n", encoding="utf-8")
    assert "line 4" in message(path)


@pytest.mark.parametrize("content", [b"- a\n- list\n", b"", b"\xff\xfe\x00b\xd8", b"name: caf\xe9\n"])
def test_what_is_no_mapping_or_no_utf8_is_said(tmp_path, content):
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    assert message(path)


def test_the_same_name_in_two_files_is_refused(write, tmp_path):
    write()
    write(name="copy.yml")
    with pytest.raises(ConfigurationError, match="'example' stands in two files"):
        load_instruments(tmp_path)


def test_an_empty_folder_says_what_to_put_there(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no instrument \(\*\.yaml\)"):
        load_instruments(tmp_path)


def test_yes_and_no_are_codes_and_numbers_are_names(tmp_path):
    path = tmp_path / "i.yaml"
    path.write_text(
        "instrument: 2024\npopulation: p\nscales: {1: {kind: single, categories: [{code: yes}, {code: no}]}}\n"
        "factors: [{code: 7}]\nitems: [{code: 12, scale: 1, factor: 7, sensitive: yes, concept: 3}]\n",
        encoding="utf-8",
    )
    instrument = load_instrument(path)
    assert [c.code for c in instrument.scales["1"].categories] == ["yes", "no"]
    item = instrument.items[0]
    assert (instrument.instrument, item.code, item.factor, item.concept, item.sensitive) == (
        "2024",
        "12",
        "7",
        "3",
        True,
    )


def _bridge(**bridge):
    return lambda document: document["items"][0].update(bridge={"from": "before", **bridge})


BRIDGES = {
    "unknown instrument": (_bridge(**{"from": "never", "wording": "equivalent"}), ["'never'", "before, example"]),
    "itself": (_bridge(**{"from": "example", "wording": "equivalent"}), ["names the instrument itself"]),
    "another population": (_bridge(**{"from": "others", "wording": "equivalent"}), ["'crowd'", "'people'", "one population"]),
    "unknown item": (_bridge(item="Q77", wording="equivalent"), ["before has no question 'Q77' (Q1, Q2, Q3, G)"]),
    "no item and no concept": (_bridge(wording="equivalent"), ["say which: `item: CODE`"]),
    "unknown old code": (_bridge(item="Q1", recode={7: 1}), ["'7' is no answer of before Q1", "old codes stand left"]),
    "unknown new code": (_bridge(item="Q1", recode={1: 8}), ["'8' is no answer of this item", "new codes stand right"]),
    "a missing code": (_bridge(item="Q1", recode={9: 1}), ["'9' is no answer"]),
    "two lead to one": (
        lambda d: [d["items"][k].update(bridge={"from": "before", "item": "Q1", "wording": "equivalent"}) for k in (0, 1)],
        ["item Q2", "item Q1 leads to before Q1 too"],
    ),
}


@pytest.mark.parametrize("mistake", BRIDGES)
def test_a_bridge_that_leads_nowhere_is_named_with_its_place(write, tmp_path, mistake):
    change, words = BRIDGES[mistake]
    write(change)
    write(lambda d: d.update(instrument="before"), "before.yaml")
    write(lambda d: d.update(instrument="others", population="crowd"), "others.yaml")
    with pytest.raises(ConfigurationError) as caught:
        load_instruments(tmp_path)
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)


def test_a_recode_may_leave_a_code_out(write, tmp_path):
    write(_bridge(item="Q1", recode={1: 1, 2: [2, 3]}))
    write(lambda d: d.update(instrument="before"), "before.yaml")
    bridge = load_instruments(tmp_path)[1].items[0].bridge[0]
    assert bridge.recode == {"1": ("1",), "2": ("2", "3")}
