"""What was counted once is not counted again, as long as nothing of it changed."""

from dataclasses import fields

import polars as pl
import pytest

from pipeline.estimate import counting
from pipeline.estimate.design import Frame
from pipeline.estimate.kept import KeptCounts
from pipeline.estimate.moments import Moments
from tests.answers import moments_of
from tests.estimate.test_counted import three_members
from tests.estimate.worlds import INSTRUMENT

MEMBERS = ["AAA", "BBB", "CCC"]


@pytest.fixture
def counted(monkeypatch):
    """The members that were counted, in a list."""
    seen, count = [], counting.count

    def counts(store, table, units, *others):
        seen.extend(units["member"])
        return count(store, table, units, *others)

    monkeypatch.setattr(counting, "count", counts)
    return seen


@pytest.fixture
def folder(tmp_path, counted):
    """What a first run kept."""
    moments_of(three_members(), INSTRUMENT, kept=KeptCounts(tmp_path / "kept"))
    assert counted == MEMBERS
    counted.clear()
    return tmp_path / "kept"


def same(one: Moments, other: Moments) -> bool:
    tables = [f.name for f in fields(Moments) if f.type == "pl.DataFrame"]
    return len(tables) > 8 and all(getattr(one, t).equals(getattr(other, t)) for t in tables)


def test_nothing_new_is_not_counted_and_gives_the_same_moments(folder, counted):
    again = moments_of(three_members(), INSTRUMENT, kept=KeptCounts(folder))
    assert counted == []
    assert same(again, moments_of(three_members(), INSTRUMENT))


def test_of_one_changed_answer_its_unit_alone_is_counted(folder, counted):
    changed = three_members().with_columns(Q1=pl.when(pl.col("_submission") == "BBB", pl.col("_row") == 0).then(pl.lit("2")).otherwise("Q1"))
    changed = changed.with_columns(Q1=pl.when(pl.col("_submission") == "BBB", pl.col("_row") == 1).then(pl.lit("3")).otherwise("Q1"))
    assert not changed.equals(three_members())
    again = moments_of(changed, INSTRUMENT, kept=KeptCounts(folder))
    assert counted == ["BBB"]
    assert same(again, moments_of(changed, INSTRUMENT))


@pytest.mark.parametrize(
    "asked",
    [
        {"frames": {("CCC", "2024", "p"): Frame(margins={"G": {"a": 300, "b": 200}})}},
        {"cap": 1.5},
        {"instrument": INSTRUMENT.model_copy(update={"score_needs": 1.0})},
    ],
    ids=["frame", "cap", "questionnaire"],
)
def test_another_frame_rule_or_questionnaire_is_counted_anew(folder, counted, asked):
    moments_of(three_members(), asked.pop("instrument", INSTRUMENT), **asked, kept=KeptCounts(folder))
    assert counted == (["CCC"] if "frames" in asked else MEMBERS)


def test_a_broken_file_is_counted_anew(folder, counted):
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    again = moments_of(three_members(), INSTRUMENT, kept=KeptCounts(folder))
    assert counted == MEMBERS
    assert same(again, moments_of(three_members(), INSTRUMENT))


def test_what_nobody_asks_for_is_forgotten(folder, counted):
    (folder / "0123.unfinished").write_bytes(b"")
    before = set(folder.iterdir())
    moments_of(three_members().filter(_member="AAA"), INSTRUMENT, kept=KeptCounts(folder))
    assert len(before) == 4 and len(set(folder.iterdir())) == 1 and set(folder.iterdir()) < before
