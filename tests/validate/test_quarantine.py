"""Which rows are set aside, and that every row is accounted for."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.ingest.submission import Submission
from pipeline.instrument import Instrument, load_instrument
from pipeline.validate.quarantine import validate
from pipeline.workspace import Export

DOCUMENT = {
    "instrument": "i",
    "population": "p",
    "scales": {
        "ab": {"kind": "single", "categories": [{"code": "a"}, {"code": "b"}]},
        "many": {
            "kind": "multiple",
            "categories": [{"code": "x"}, {"code": "y"}, {"code": "none", "exclusive": True}],
        },
    },
    "items": [
        {"code": "Q1", "scale": "ab"},
        {"code": "Q2", "scale": "ab"},
        {"code": "M", "scale": "many"},
        {"code": "W", "role": "design", "carries": "weight"},
        {"code": "S", "role": "design", "carries": "stratum"},
    ],
    "impossible": [{"answers": {"Q1": ["a"], "Q2": ["b"]}, "reason": {"en": "a forbids b"}}],
}
INSTRUMENT = Instrument.model_validate(DOCUMENT)


def submission(**columns: list) -> Submission:
    size = len(next(iter(columns.values())))
    given_ = {code: columns.get(code, [None] * size) for code in ("Q1", "Q2", "M", "W", "S")}
    rows = pl.DataFrame(
        {"row": list(range(2, size + 2)), **given_}, {"row": pl.Int64} | dict.fromkeys(given_, pl.String)
    )
    export = Export(Path(__file__), "AAA/2024/p.csv", "AAA", "2024", "p")
    return Submission(export, instrument=INSTRUMENT, rows_in=size, answers=rows)


def reasons(s: Submission) -> dict[int, str]:
    return {f.row: f.reason for f in validate([s])}


def test_answers_that_cannot_stand_together():
    s = submission(Q1=["a", "a", "b"], Q2=["a", "b", "b"])
    assert reasons(s) == {3: "a forbids b"}
    assert (s.state, s.rows_accepted, s.rows_quarantined) == ("accepted_with_quarantine", 2, 1)


def test_what_was_found_right_before_is_taken_for_right_and_what_was_wrong_is_found_again():
    sound: dict[str, set] = {}
    for _ in range(2):  # a portion each, with one memory of what is right
        found = validate([submission(Q1=["a", "zz", "b", "a"], W=["1", "-1", "2", "1"])], sound)
        assert {(f.row, f.column, f.kind) for f in found} == {(3, "Q1", "unknown"), (3, "W", "weight")}
        assert ("Q1", "zz") not in sound["i"]
    later = validate([submission(Q1=["a", "yy", "b", "a"], Q2=["a", "a", "b", "xx"])], sound)
    assert {(f.row, f.column, f.value) for f in later if f.kind == "unknown"} == {(3, "Q1", "yy"), (5, "Q2", "xx")}


def test_an_exclusive_answer_stands_alone():
    s = submission(Q1=["a"] * 3, M=["x|y", "none|x", "none"])
    assert reasons(s) == {3: "an answer that excludes all others stands beside another"}


@pytest.mark.parametrize(("column", "value", "role"), [("W", "1.5", "weight"), ("S", "north", "stratum")])
def test_a_design_column_must_be_filled_once_it_is_there(column, value, role):
    s = submission(Q1=["a"] * 3, **{column: [value, None, value]})
    assert reasons(s) == {3: f"the {role} is missing"}
    assert reasons(submission(Q1=["a"] * 3)) == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "?", None]), st.sampled_from(["a", "b", None])), min_size=1))
def test_rows_in_are_rows_accepted_and_rows_quarantined(rows):
    s = submission(Q1=[r[0] for r in rows], Q2=[r[1] for r in rows])
    validate([s])
    assert s.rows_in == s.rows_accepted + s.rows_quarantined
    assert s.state == "refused" or s.answers.height == s.rows_accepted


def test_who_answers_only_about_themselves_is_part_of_the_sample():
    """Leaving them out would change how many sampling units a stratum has."""
    officials = load_instrument(Path(__file__).parents[2] / "surveys" / "instruments" / "cips-officials-2024.yaml")
    codes = [i.code for i in officials.items]
    profile = officials.profile[0]
    rows = [{"row": 2, profile.code: "female"}, {"row": 3}, {"row": 4, officials.questions[0].code: "1"}]
    answers = pl.DataFrame(rows, {"row": pl.Int64} | dict.fromkeys(codes, pl.String))
    export = Export(Path(__file__), "AAA/2024/officials.csv", "AAA", "2024", "officials")
    s = Submission(export, instrument=officials, rows_in=3, answers=answers)
    assert reasons(s) == {3: "no question was answered"}
    assert any("1 respondents answered nothing but" in n.what for n in s.notes)


def test_rows_alike_in_every_answer_are_worth_a_warning_but_count():
    officials = load_instrument(Path(__file__).parents[2] / "surveys" / "instruments" / "cips-officials-2024.yaml")
    codes = [i.code for i in officials.questions]
    first = {i.code: officials.scale_of(i).categories[0].code for i in officials.questions}
    other = {i.code: officials.scale_of(i).categories[-1].code for i in officials.questions}
    design = {i.code: None for i in officials.items if i.role == "design"}
    rows = [{"row": n, **design, **answers} for n, answers in enumerate((first, other, first), 2)]
    schema = {"row": pl.Int64} | dict.fromkeys([*design, *codes], pl.String)
    export = Export(Path(__file__), "AAA/2024/officials.csv", "AAA", "2024", "officials")
    s = Submission(export, instrument=officials, rows_in=3, answers=pl.DataFrame(rows, schema))
    validate([s])
    assert s.rows_accepted == 3
    assert [n.what for n in s.notes] == ["2 rows are like another in every answer."]


def test_a_rule_about_an_unknown_answer_is_refused(tmp_path):
    path = tmp_path / "i.yaml"
    path.write_text(str(DOCUMENT | {"impossible": [{"answers": {"Q1": ["z"], "Q2": ["a"]}}]}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Q1 has no code 'z'"):
        load_instrument(path)
