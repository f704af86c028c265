"""Handing in one file: checked, kept whole under a free name, or not kept at all."""

import shutil

import pytest

from tests.conftest import PROJECT, run_cips

BFI = PROJECT / "tests" / "workspaces" / "bfi"


@pytest.fixture
def workspace(tmp_path):
    """The bfi workspace with an empty inbox, and its export beside it, cut to 200 rows."""
    folder = tmp_path / "workspace"
    shutil.copytree(BFI, folder, ignore=shutil.ignore_patterns("inbox"))
    lines = (BFI / "inbox" / "XXA" / "2010" / "respondents.csv").read_text(encoding="utf-8").splitlines()[:201]
    (tmp_path / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def hand_in(workspace, name="export.csv", *more, member="XXA", wave="2010", population="respondents"):
    place = ("--member", member, "--wave", wave, "--population", population)
    return run_cips(
        "--workspace", workspace, "--out", workspace.parent / "out", "submit", workspace.parent / name, *place, *more
    )


def inbox(workspace):
    return sorted(p.relative_to(workspace / "inbox").as_posix() for p in workspace.glob("inbox/**/*") if p.is_file())


def test_a_good_file_is_kept_and_a_later_one_beside_it(workspace):
    first = hand_in(workspace)
    assert first.returncode == 0 and "200 of 200 rows can be used" in first.stdout, first.stdout + first.stderr
    assert inbox(workspace) == ["XXA/2010/respondents.csv"]
    again = hand_in(workspace)
    assert again.returncode == 0 and "there already" in again.stdout
    assert inbox(workspace) == ["XXA/2010/respondents.csv"]
    lines = (workspace.parent / "export.csv").read_text().splitlines()
    (workspace.parent / "later.csv").write_text("\n".join(lines[:150]) + "\n")
    assert hand_in(workspace, "later.csv").returncode == 0
    assert inbox(workspace) == ["XXA/2010/respondents-2.csv", "XXA/2010/respondents.csv"]


def test_the_letter_is_written_in_the_language_asked_for_and_tells_of_a_file_that_is_there_already(workspace):
    done = hand_in(workspace, "export.csv", "--language", "fr")
    letter = next((workspace.parent / "out" / "receipts").glob("*.letter.txt"))
    assert f"Letter: {letter.with_suffix('.html')}" in done.stdout
    assert "Ce contenu n’avait pas été remis auparavant." in letter.read_text(encoding="utf-8")
    assert hand_in(workspace).returncode == 0
    text = letter.read_text(encoding="utf-8")
    assert "The same content is there already: XXA/2010/respondents.csv." in text and "in English because" in text


def test_a_language_without_letters_is_a_usage_error(workspace):
    done = hand_in(workspace, "export.csv", "--language", "tlh")
    assert done.returncode == 2 and "there are letters in ar, en, es, fr, pt, ru, uk" in done.stderr
    assert not (workspace.parent / "out").exists()


def test_a_dry_run_writes_nothing(workspace):
    done = hand_in(workspace, "export.csv", "--dry-run")
    assert done.returncode == 0 and "Nothing was kept" in done.stdout
    assert inbox(workspace) == [] and not (workspace.parent / "out").exists()


def test_a_refused_file_is_not_kept_but_has_a_receipt(workspace):
    (workspace.parent / "bad.csv").write_text("Office,Head count\nNorth,12\n")
    done = hand_in(workspace, "bad.csv")
    assert done.returncode == 1 and "refused" in done.stdout and "Office" in done.stdout
    assert inbox(workspace) == []
    written = sorted(p.name.split(".", 1)[1] for p in (workspace.parent / "out" / "receipts").iterdir())
    assert written == ["html", "json", "letter.html", "letter.txt"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"member": "ZZZ"}, "--member ZZZ: not in members.yaml"),
        ({"wave": "last"}, "--wave last: no year"),
        ({"population": "cats"}, "--population cats: no instrument addresses it"),
        ({"name": "nowhere.csv"}, "no such file"),
    ],
)
def test_a_place_that_does_not_exist_is_a_usage_error(workspace, place, words):
    done = hand_in(workspace, **place)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
    assert inbox(workspace) == []
