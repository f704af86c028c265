"""The synthetic world is reproducible, and the pipeline finds its truth as often as its intervals promise."""

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.code import PROJECT
from pipeline.demo import write_demo, write_sample
from pipeline.demo.collection import SECOND_LANGUAGE, TABLETS, collected
from pipeline.demo.workspace import FLIPPED, plan
from pipeline.demo.world import draw, true_score
from pipeline.instrument import load_instruments


@pytest.fixture(scope="module")
def units():
    return plan(load_instruments(PROJECT / "surveys" / "instruments"), 8, 3, 380, 7)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_demo(tmp_path / name, members=3, waves=2, respondents=60, seed=3)
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in sorted((tmp_path / n).rglob("*")) if p.is_file()}
        for n in "ab"
    )
    assert list(one.values()) == list(two.values())


def content(path: Path):
    """A file's bytes; of a workbook what is inside it, as zip libraries compress differently."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_committed_sample_is_what_the_generator_writes(tmp_path):
    sample = PROJECT / "surveys" / "sample"
    (tmp_path / "instruments").symlink_to((sample / "instruments").resolve())
    write_sample(tmp_path)
    written, committed = (
        {p.relative_to(folder): content(p) for p in folder.rglob("*") if p.is_file()} for folder in (tmp_path, sample)
    )
    assert written.keys() == committed.keys()
    assert [name for name in written if written[name] != committed[name]] == []
    assert sum(p.stat().st_size for p in sample.rglob("*") if p.is_file()) < 5_000_000


def test_some_members_know_how_and_in_which_language_they_asked(units):
    known = {u.member: set(collected(u, 7)) for u in units}
    assert set(map(frozenset, known.values())) == {
        frozenset(),
        frozenset({"mode"}),
        frozenset({"language"}),
        frozenset({"mode", "language"}),
    }
    large = units[0].__class__(**{**units[0].__dict__, "member": "XAF", "size": 10_000})
    columns = collected(large, 7)
    for name, value, share in (("mode", "tablet", TABLETS), ("language", "fr", SECOND_LANGUAGE)):
        assert np.mean(np.array(columns[name]) == value) == pytest.approx(share, abs=4 * 0.005)


def test_one_member_s_officials_change_from_managers_to_staff(units):
    flipped = [u for u in units if u.member == f"XA{chr(65 + FLIPPED)}" and u.instrument.population == "officials"]
    assert [u.managers for u in flipped][-2:] == [0.85, 0.23]


def test_truth_is_the_mean_of_what_is_drawn(units):
    unit = units[0].__class__(**{**units[0].__dict__, "size": 60_000})
    answers = draw(unit, np.random.default_rng(1), straight_liners=0)
    for item in [i for i in unit.instrument.items if i.role == "perception"][:6]:
        scores = {c.code: unit.instrument.score(item, c) for c in unit.instrument.scale_of(item).categories}
        drawn = np.array([scores[a] for a in answers[item.code] if a in scores])
        assert drawn.mean() == pytest.approx(true_score(unit, item), abs=4 * drawn.std() / np.sqrt(len(drawn)))


def test_intervals_cover_the_truth_about_95_percent_of_the_time(cips, tmp_path):
    """Straight-liners (2 %) answer without thinking: they move a score by up to a point, so units are
    compared where chance dominates (n near 100). Items of one unit are correlated only through the
    grades' mixture; with 20 units x 30 items the standard error of the coverage is below 1.5 points,
    and four of these, with the straight-liners' bias, give the bounds."""
    truth = write_demo(tmp_path / "w", members=10, waves=1, respondents=100, seed=11)
    for stage in ("ingest", "release"):
        done = cips("--workspace", tmp_path / "w", "--out", tmp_path / "out", stage)
        assert done.returncode == 0, done.stdout + done.stderr
    estimates = pl.read_parquet(tmp_path / "out" / "release" / "estimates.parquet").filter(
        measure="mean_score", domain_variable="", indicator_kind="item"
    )
    known = {
        (r["member"], r["population"], r["indicator"]): r
        for r in estimates.iter_rows(named=True)
        if r["ci_low"] is not None
    }
    inside = []
    for unit in truth:
        for item in unit.instrument.items:
            row = known.get((unit.member, unit.instrument.population, item.code))
            if row and item.role == "perception":
                inside.append(row["ci_low"] <= true_score(unit, item) <= row["ci_high"])
    assert len(inside) > 400
    assert 0.89 <= np.mean(inside) <= 0.99, np.mean(inside)
