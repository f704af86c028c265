"""Pages of members of whom nothing changed are taken over, and are those that would be made."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

from pipeline.report import maker as made_by
from pipeline.report.build import render
from pipeline.report.languages import languages
from pipeline.report.maker import maker
from pipeline.report.member_release import MemberRelease
from pipeline.report.release import Release
from pipeline.report.standing import RECORD, Standing, hashed, read_standing
from tests.conftest import run_cips

INSTRUMENT = """instrument: form
population: staff
display: {scale_max: 10, decimals: 1}
scales:
  five:
    kind: likert
    categories: [{code: 0, score: 0}, {code: 1, score: 25}, {code: 2, score: 50}, {code: 3, score: 75}, {code: 4, score: 100}]
    favourable: [3, 4]
    unfavourable: [0, 1]
factors: [{code: HIGH, title: {en: High}}, {code: LOW, title: {en: Low}}]
items:
  - {code: Q1, scale: five, factor: HIGH, text: {en: First}}
  - {code: Q2, scale: five, factor: LOW, text: {en: Second}}
"""
SPOKEN = languages(["fr"])
MARK = b"<!-- taken over -->"


def hand_in(workspace, member: str, people: int) -> None:
    rng, place = np.random.default_rng(people), workspace / "inbox" / member / "2024"
    place.mkdir(parents=True, exist_ok=True)
    answers = {"Q1": rng.integers(2, 5, people), "Q2": rng.integers(0, 3, people)}
    pl.DataFrame(answers).write_csv(place / "staff.csv")


def run(workspace, folder):
    """A run; its release and reports, as they then stood, in `folder`."""
    done = run_cips("--workspace", workspace, "--out", workspace / "out", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("release", "reports"):
        shutil.copytree(workspace / "out" / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs of one workspace; before the second, more people of BBB answered."""
    workspace, kept = tmp_path_factory.mktemp("standing"), tmp_path_factory.mktemp("kept")
    (workspace / "instruments").mkdir()
    (workspace / "instruments" / "form.yaml").write_text(INSTRUMENT, encoding="utf-8")
    (workspace / "members.yaml").write_text("AAA: {}\nBBB: {}\n", encoding="utf-8")
    (workspace / "reports.yaml").write_text("languages: [fr]\n", encoding="utf-8")
    for member in ("AAA", "BBB"):
        hand_in(workspace, member, people=120)
    first = run(workspace, kept / "first")
    hand_in(workspace, "BBB", people=200)
    return first, run(workspace, kept / "second")


@pytest.fixture
def earlier(runs, tmp_path):
    """The first run's pages, to be tampered with."""
    return shutil.copytree(runs[0] / "reports", tmp_path / "earlier")


def contents(folder) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def record_of(folder) -> dict:
    return json.loads((folder / RECORD).read_text(encoding="utf-8"))


def mark_pages(folder) -> None:
    """Sign every page of a member, and the record with it, so that it is seen where one was taken over."""
    record = record_of(folder)
    for said in record["members"].values():
        for name in said["files"]:
            content = (folder / name).read_bytes() + MARK
            (folder / name).write_bytes(content)
            said["files"][name] = hashed(content)
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")


def mark(run, member: str) -> str:
    return MemberRelease(Release(run / "release"), member).mark


def test_a_member_of_whom_nothing_changed_keeps_its_pages_to_the_byte(runs):
    before, after = (contents(run / "reports") for run in runs)
    pages = [name for name in before if "/AAA" in name]
    assert len(pages) == 8  # report, summary, workshop and questions, in two languages
    assert all(before[name] == after[name] for name in pages)
    assert not any(before[name] == after[name] for name in before if "/BBB" in name)
    assert before["index.html"] != after["index.html"]


def test_what_was_taken_over_is_what_would_be_made(runs, tmp_path):
    render(runs[1] / "release", tmp_path / "anew")
    assert contents(tmp_path / "anew") == contents(runs[1] / "reports")


def test_only_pages_of_the_member_that_changed_are_made_again(runs, earlier, tmp_path):
    mark_pages(earlier)
    render(runs[1] / "release", tmp_path / "out", earlier)
    signed = {name for name, content in contents(tmp_path / "out").items() if content.endswith(MARK)}
    assert signed == {name for name in contents(earlier) if "/AAA" in name}


@pytest.mark.parametrize("place", ["national/AAA-2024.html", "items/AAA.fr.html", "findings.jsonl"])
def test_pages_that_were_tampered_with_are_not_taken_over(runs, earlier, tmp_path, place):
    path = earlier / place
    path.write_bytes(path.read_bytes().replace(b"High", b"Low"))
    assert path.read_bytes() != (runs[0] / "reports" / place).read_bytes()
    standing = read_standing(earlier, maker(SPOKEN))
    assert standing.take("AAA", mark(runs[0], "AAA"), tmp_path / "out") is None
    assert not (tmp_path / "out").exists()


def test_a_page_that_is_gone_is_made_again(runs, earlier, tmp_path):
    (earlier / "summary" / "AAA-2024.html").unlink()
    assert read_standing(earlier, maker(SPOKEN)).take("AAA", mark(runs[0], "AAA"), tmp_path / "out") is None


def test_a_record_leads_to_no_file_but_pages_of_members(runs, earlier, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    for name in ("../secret", "national/../../secret", "items/../../x.html", "index.html"):
        pages = read_standing(earlier, maker(SPOKEN)).members["AAA"]
        pages.files[name] = hashed(b"secret")
        assert Standing(earlier, {"AAA": pages}).take("AAA", pages.made_of, tmp_path / "out") is None, name


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"maker": 1}', "null"])
def test_without_a_whole_record_nothing_stands(earlier, text):
    (earlier / RECORD).write_text(text, encoding="utf-8")
    assert read_standing(earlier, maker(SPOKEN)) == Standing()


def test_nothing_stands_where_there_are_no_pages_yet(tmp_path):
    assert read_standing(None, "x") == read_standing(tmp_path, "x") == Standing()


@pytest.mark.parametrize("place", ["templates/base.html", "locales/fr/reports.yaml", "assets/report.js"])
def test_another_template_word_or_script_makes_all_pages_again(earlier, tmp_path, monkeypatch, place):
    now = maker(SPOKEN)
    assert read_standing(earlier, now).members.keys() == {"AAA", "BBB"}
    reports = shutil.copytree(made_by.REPORTS, tmp_path / "reports")
    with (reports / place).open("a", encoding="utf-8") as file:
        file.write("\n")
    monkeypatch.setattr(made_by, "REPORTS", reports)
    assert maker(SPOKEN) != now and read_standing(earlier, maker(SPOKEN)) == Standing()


def test_so_do_other_languages(earlier):
    assert read_standing(earlier, maker(languages(["es", "fr"]))) == Standing()


def test_the_edition_changes_with_the_member_s_figures_and_with_no_others(runs, tmp_path):
    release = shutil.copytree(runs[0] / "release", tmp_path / "release")
    before = {member: mark(runs[0], member) for member in ("AAA", "BBB")}
    table = pl.read_parquet(release / "estimates.parquet")
    moved = pl.col("estimate") + pl.when(pl.col("member") == "BBB").then(1e-6).otherwise(1e-13)  # sums in another order
    table.with_columns(estimate=moved).write_parquet(release / "estimates.parquet")
    after = {member: mark(tmp_path, member) for member in ("AAA", "BBB")}
    assert after["AAA"] == before["AAA"] and after["BBB"] != before["BBB"]
