"""Bad input gets one clear message, the contract's exit code, and no traceback."""

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.run import release, run
from pipeline.workspace import load_workspace

BFI = Path(__file__).parent / "workspaces" / "bfi"


@pytest.fixture
def workspace(tmp_path):
    """A small copy of the personality survey's workspace: its first 200 rows."""
    folder = tmp_path / "workspace"
    shutil.copytree(BFI, folder)
    export = folder / "inbox" / "XXA" / "2010" / "respondents.csv"
    export.write_text("\n".join(export.read_text().splitlines()[:201]) + "\n")
    return folder


def check(cips, workspace, out, code, *words):
    done = cips("--workspace", workspace, "--out", out, "run")
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    assert [word for word in words if word not in said] == [], said
    if code == 2:
        assert (done.stdout, done.stderr.count("cips: ")) == ("", 1), said
    return said


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_missing_workspace(cips, tmp_path):
    check(cips, tmp_path / "nowhere", tmp_path / "out", 2, "nowhere", "no such workspace", "cips demo")
    assert not (tmp_path / "out").exists()


def test_a_workspace_that_is_a_file(cips, tmp_path):
    (tmp_path / "file").write_text("here")
    check(cips, tmp_path / "file", tmp_path / "out", 2, "file: no such workspace folder", "--workspace")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("members.yaml", None, ("members.yaml: missing", "List the members there")),
        ("members.yaml", "", ("members.yaml: must be a mapping",)),
        ("instruments/bfi.yaml", "items: [\n", ("bfi.yaml, line 2", "Mend the YAML there")),
        ("instruments/bfi.yaml", "- a list\n", ("bfi.yaml: an instrument is a mapping",)),
        ("disclosure.yaml", "minimum_respondents: few\n", ("disclosure.yaml: minimum_respondents",)),
    ],
)
def test_a_mistake_after_a_good_run_changes_nothing(cips, workspace, tmp_path, name, content, words):
    out = tmp_path / "out"
    (out / "release").mkdir(parents=True)
    (out / "release" / "estimates.csv").write_text("the last good release")
    before = files(out)
    if content is None:
        (workspace / name).unlink()
    else:
        (workspace / name).write_text(content)
    check(cips, workspace, out, 2, *words)
    assert files(out) == before


def test_missing_instrument(cips, workspace, tmp_path):
    (workspace / "instruments" / "bfi.yaml").unlink()
    check(cips, workspace, tmp_path / "out", 2, "no instrument")


def test_broken_yaml_names_file_and_line(cips, workspace, tmp_path):
    (workspace / "members.yaml").write_text("XXA: {name: {en: X}\nB: 1\n")
    check(cips, workspace, tmp_path / "out", 2, "members.yaml, line")


def test_an_item_on_an_unknown_scale(cips, workspace, tmp_path):
    (workspace / "instruments" / "other.yaml").write_text(
        "instrument: o\npopulation: p\nitems: [{code: A, scale: nine}]\n"
    )
    check(cips, workspace, tmp_path / "out", 2, "other.yaml", "'nine' is not among the scales")


def test_a_rule_that_does_not_exist(cips, workspace, tmp_path):
    (workspace / "disclosure.yaml").write_text("minimum_respondent: 5\n")
    check(cips, workspace, tmp_path / "out", 2, "disclosure.yaml", "minimum_respondent")


def test_a_member_nobody_knows(cips, workspace, tmp_path):
    shutil.copytree(workspace / "inbox" / "XXA", workspace / "inbox" / "XXB")
    check(cips, workspace, tmp_path / "out", 1, "'XXB' is not in members.yaml", "'XXA'")


@pytest.mark.parametrize("name", ["respondents-2.xlsx", "respondents-2.sav", "respondents-2.csv"])
def test_an_unreadable_file_is_refused_and_the_older_one_stays_in_force(cips, workspace, tmp_path, name):
    (workspace / "inbox" / "XXA" / "2010" / name).write_bytes(b"\x00\x01\x02" * 50)
    said = check(cips, workspace, tmp_path / "out", 1, f"refused      XXA/2010/{name}")
    assert "200 respondents" in said


def test_an_output_that_can_not_be_written(cips, workspace, tmp_path):
    (tmp_path / "file").write_text("here")
    before = files(tmp_path)
    check(cips, workspace, tmp_path / "file" / "out", 2, "is a file, not a folder", "--out")
    assert files(tmp_path) == before


def test_what_was_refused_is_said_again_and_the_workspace_is_left_alone(cips, workspace, tmp_path):
    noise = workspace / "inbox" / "XXA" / "2010" / "respondents-2.xlsx"
    noise.write_bytes(random.Random(1).randbytes(4000))
    before = files(workspace)
    words = ("refused      XXA/2010/respondents-2.xlsx", "export it again", "200 respondents")
    check(cips, workspace, tmp_path / "out", 1, *words)
    check(cips, workspace, tmp_path / "out", 1, *words, "Nothing changed")
    assert files(workspace) == before


def test_nothing_accepted_leaves_the_last_good_release(cips, workspace, tmp_path):
    check(cips, workspace, tmp_path / "out", 0)
    before = (tmp_path / "out" / "release" / "estimates.csv").read_bytes()
    (workspace / "inbox" / "XXA" / "2010" / "respondents.csv").write_text("a,b\n1,2\n")
    check(cips, workspace, tmp_path / "out", 3, "nothing to estimate")
    assert (tmp_path / "out" / "release" / "estimates.csv").read_bytes() == before


def test_a_second_run_says_that_nothing_changed(cips, workspace, tmp_path):
    check(cips, workspace, tmp_path / "out", 0)
    release = {p.name: p.read_bytes() for p in (tmp_path / "out" / "release").iterdir()}
    check(cips, workspace, tmp_path / "out", 0, "Nothing changed")
    assert release == {p.name: p.read_bytes() for p in (tmp_path / "out" / "release").iterdir()}


def test_what_comes_while_a_run_is_at_work_is_for_the_next(workspace, tmp_path):
    loaded, export = load_workspace(workspace, tmp_path / "out"), workspace / "inbox" / "XXA" / "2010" / "respondents.csv"
    whole = export.read_text(encoding="utf-8")
    export.write_text("\n".join(whole.splitlines()[:151]), encoding="utf-8")
    first = run(loaded, lambda said: export.write_text(whole, encoding="utf-8") if said == "Estimating" else None)
    second = run(loaded)
    assert (first.counts["respondents"], second.counts["respondents"], second.unchanged) == (150, 200, False)


def test_a_release_of_an_older_store_is_no_reason_to_do_nothing(workspace, tmp_path):
    loaded, export = load_workspace(workspace, tmp_path / "out"), workspace / "inbox" / "XXA" / "2010" / "respondents.csv"
    run(loaded)
    export.write_text("\n".join(export.read_text(encoding="utf-8").splitlines()[:151]), encoding="utf-8")
    release(loaded)
    after = run(loaded)
    assert (after.counts["respondents"], after.unchanged) == (150, False)


def test_two_fresh_runs_give_the_same_release(cips, workspace, tmp_path):
    for out in ("one", "two"):
        check(cips, workspace, tmp_path / out, 0)
    one, two = (
        {p.name: p.read_bytes() for p in (tmp_path / out / "release").iterdir() if p.stem not in ("peers", "ranks")}
        for out in ("one", "two")
    )
    assert one == two


def test_a_corrected_file_supersedes_and_the_same_file_twice_changes_nothing(cips, workspace, tmp_path):
    original = workspace / "inbox" / "XXA" / "2010" / "respondents.csv"
    check(cips, workspace, tmp_path / "out", 0)
    before = (tmp_path / "out" / "release" / "estimates.csv").read_bytes()
    shutil.copy(original, original.with_name("respondents-again.csv"))
    check(cips, workspace, tmp_path / "out", 0)
    assert (tmp_path / "out" / "release" / "estimates.csv").read_bytes() == before
    corrected = original.with_name("respondents-corrected.csv")
    corrected.write_text("\n".join(original.read_text().splitlines()[:101]) + "\n")
    said = check(cips, workspace, tmp_path / "out", 0)
    assert "3 submissions, 100 respondents" in said
    index = (tmp_path / "out" / "reports" / "index.html").read_text(encoding="utf-8")
    assert "New since release" in index and index.count("Sent again: ") == 1 and "New: " not in index


def test_rows_in_are_rows_accepted_plus_quarantined(cips, workspace, tmp_path):
    import duckdb

    export = workspace / "inbox" / "XXA" / "2010" / "respondents.csv"
    lines = export.read_text().splitlines()
    export.write_text(
        "\n".join([*lines[:150], lines[150].replace(",", ",77,", 1).rsplit(",", 1)[0], *lines[151:]]) + "\n"
    )
    check(cips, workspace, tmp_path / "out", 1, "quarantined")
    with duckdb.connect(str(tmp_path / "out" / "store.duckdb"), read_only=True) as store:
        assert store.execute("SELECT rows_in, rows_accepted, rows_quarantined FROM submission").fetchall() == [
            (200, 199, 1)
        ]
        assert store.execute('SELECT "row", "column", value FROM quarantine').fetchall() == [(151, "A1", "77")]


def test_a_file_overwritten_under_its_name_stays_on_record(cips, workspace, tmp_path):
    original = workspace / "inbox" / "XXA" / "2010" / "respondents.csv"
    check(cips, workspace, tmp_path / "out", 0)
    lines = original.read_text().splitlines()
    for rows in (150, 120):
        original.write_text("\n".join(lines[: rows + 1]) + "\n")
        check(cips, workspace, tmp_path / "out", 0)
    with duckdb.connect(str(tmp_path / "out" / "store.duckdb"), read_only=True) as store:
        gone = store.execute("SELECT state, rows_in, rows_accepted FROM history ORDER BY rows_in").fetchall()
        there = store.execute("SELECT state, rows_in FROM submission").fetchall()
    assert gone == [("superseded", 150, 0), ("superseded", 200, 0)] and there == [("accepted", 120)]


def test_a_language_that_the_pages_do_not_have(cips, workspace, tmp_path):
    (workspace / "reports.yaml").write_text("languages: [fr, xx]\n", encoding="utf-8")
    check(cips, workspace, tmp_path / "out", 2, "the pages have no language 'xx'; they have ar, en, es, fr, pt, ru, uk")
