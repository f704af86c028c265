"""A run reads only what changed, and leaves what a run from nothing would."""

import shutil
from pathlib import Path

import pytest

from pipeline import run
from pipeline.store import Store
from pipeline.workspace import Workspace, load_workspace
from tests.conftest import PROJECT

SAMPLE = PROJECT / "surveys" / "sample"
REFUSED = "Reading XAH/2025/"  # one file there is refused, and read again each time


@pytest.fixture(scope="module")
def ingested(tmp_path_factory) -> Workspace:
    """Members of the sample whose files were replaced, refused, set aside in part and read."""
    folder = tmp_path_factory.mktemp("remembered")
    shutil.copytree(SAMPLE, folder / "surveys", ignore=shutil.ignore_patterns("inbox"))
    for member in ("XAA", "XAB", "XAH"):
        shutil.copytree(SAMPLE / "inbox" / member, folder / "surveys" / "inbox" / member)
    workspace = load_workspace(folder / "surveys", folder / "out")
    run.ingest(workspace)
    return workspace


@pytest.fixture
def workspace(ingested, tmp_path) -> Workspace:
    """The same, to be changed."""
    for folder in (ingested.root, ingested.out):
        shutil.copytree(folder, tmp_path / folder.name)
    return load_workspace(tmp_path / ingested.root.name, tmp_path / ingested.out.name)


def read_again(workspace: Workspace) -> set[str]:
    """Ingests; member/wave of what was read."""
    said: list[str] = []
    run.ingest(load_workspace(workspace.root, workspace.out), said.append)
    return {str(Path(line.removeprefix("Reading ")).parent) for line in said if line.startswith("Reading ") and not line.startswith(REFUSED)}


def lies_there(workspace: Workspace) -> tuple[dict, dict]:
    """(the store's tables, but for what files hold that left the inbox; the papers of what is in it).

    Their rows are in order; answers are put in theirs by who reads them.
    """
    store = Store(workspace.store, read_only=True)
    tables = {name: store.frame(f'SELECT * FROM "{name}"') for name in store.tables() if name not in ("history", "sound")}
    tables = {name: table.sort("_submission", "_row") if name.startswith("answers_") else table for name, table in tables.items()}
    store.close()
    papers = {path.name: path.read_bytes() for path in workspace.receipts.iterdir()}
    return tables, {name: text for name, text in papers.items() if name.split(".")[0] in {"index", *tables["submission"]["submission"]}}


def same_as_from_nothing(workspace: Workspace) -> bool:
    anew = load_workspace(workspace.root, workspace.out.with_name("anew"))
    run.ingest(anew)
    (tables, papers), (expected, letters) = lies_there(workspace), lies_there(anew)
    return tables.keys() == expected.keys() and all(tables[name].equals(expected[name]) for name in tables) and papers == letters


def without_last_row(path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip().rpartition(b"\n")[0] + b"\n")


def test_nothing_changed_and_nothing_is_read(workspace):
    assert read_again(workspace) == set()
    assert same_as_from_nothing(workspace)


def test_of_a_changed_file_its_wave_is_read_and_the_later_ones_whose_letters_speak_of_it(workspace):
    without_last_row(workspace.inbox / "XAB" / "2023" / "officials.csv")
    assert read_again(workspace) == {"XAB/2023", "XAB/2025"}
    assert read_again(workspace) == set()
    assert same_as_from_nothing(workspace)


def test_a_file_more_and_a_file_less(workspace):
    shutil.copyfile(workspace.inbox / "XAB" / "2023" / "officials.csv", workspace.inbox / "XAB" / "2023" / "officials-2.csv")
    (workspace.inbox / "XAA" / "2025" / "officials-corrected.csv").unlink()
    assert read_again(workspace) == {"XAA/2025", "XAB/2023", "XAB/2025"}
    assert same_as_from_nothing(workspace)


def test_whose_file_comes_for_another_member_too_is_told_so(workspace):
    place = workspace.inbox / "XAH" / "2021"
    place.mkdir()
    shutil.copyfile(workspace.inbox / "XAB" / "2025" / "officials.csv", place / "officials.csv")
    assert {"XAB/2025", "XAH/2021"} <= read_again(workspace)
    assert same_as_from_nothing(workspace)


@pytest.mark.parametrize("setting", ["members.yaml", "disclosure.yaml", "instruments/cips-private-2024.yaml"])
def test_with_another_setting_all_is_read(workspace, setting):
    path = workspace.root / setting
    path.write_text(f"{path.read_text(encoding='utf-8') if path.exists() else ''}\n# another day\n", encoding="utf-8")
    assert {"XAA/2021", "XAB/2023"} <= read_again(workspace)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda letter: letter.write_text("to be signed", encoding="utf-8")])
def test_a_letter_that_is_not_as_it_was_written_is_written_again(workspace, spoil):
    letter = next(workspace.receipts.glob("XAB-2025-officials-*.letter.txt"))
    before = letter.read_bytes()
    spoil(letter)
    assert read_again(workspace) == {"XAB/2025"}
    assert letter.read_bytes() == before


def test_what_another_version_remembers_is_read_again(workspace):
    store = Store(workspace.store)
    store.execute("UPDATE reading SET reading = '{}' WHERE file LIKE 'XAB/2025/%'")
    store.execute("DELETE FROM reading WHERE file LIKE 'XAA/2021/%'")
    store.close()
    assert read_again(workspace) == {"XAB/2025", "XAA/2021"}
    assert same_as_from_nothing(workspace)


def test_answers_that_were_right_are_not_checked_again_and_others_are(workspace, monkeypatch):
    """Checks are what takes longest in reading a file: great_expectations alone takes two seconds to be imported."""
    path = workspace.inbox / "XAB" / "2025" / "officials.csv"
    without_last_row(path)
    with monkeypatch.context() as without:
        without.setattr("pipeline.validate.suite.checker", lambda: pytest.fail("checked again"))
        shutil.rmtree(workspace.inbox / "XAH")
        assert read_again(workspace) == {"XAB/2025"}
    path.write_text(path.read_text(encoding="utf-8").replace(",non_manager,", ",perhaps,", 1), encoding="utf-8")
    assert read_again(workspace) == {"XAB/2025"}
    store = Store(workspace.store, read_only=True)
    assert store.execute("SELECT value FROM quarantine WHERE submission LIKE 'XAB-2025-officials%'") == [("perhaps",)]
    store.close()
    assert same_as_from_nothing(workspace)


def test_what_respondents_wrote_themselves_is_not_kept_as_an_answer_that_is_right(workspace):
    store = Store(workspace.store, read_only=True)
    sound = store.frame("SELECT DISTINCT instrument, \"column\", answer FROM sound WHERE answer IS NOT NULL")
    store.close()
    codes = {(i.instrument, q.code): [a.code for a in (*i.scale_of(q).categories, *i.scale_of(q).missing)] for i in workspace.instruments for q in i.questions}
    assert sound.height > 100
    assert all(set(answer.split("|")) <= set(codes[instrument, column]) for instrument, column, answer in sound.iter_rows())


def test_a_store_whose_answers_are_damaged_is_made_anew(workspace):
    answers, size = bytearray(workspace.store.read_bytes()), workspace.store.stat().st_size
    for place in range(size // 8, size, 4096):  # behind the headers
        answers[place] ^= 0xFF
    workspace.store.write_bytes(answers)
    assert {"XAA/2021", "XAB/2023"} <= read_again(workspace)
    assert workspace.store.with_suffix(".broken").is_file()
    assert same_as_from_nothing(workspace)


def test_a_store_that_lacks_a_table_is_made_anew(workspace):
    store = Store(workspace.store)
    store.execute('DROP TABLE "answers_cips-officials-2021"')
    store.close()
    assert {"XAA/2021", "XAB/2023"} <= read_again(workspace)
    assert same_as_from_nothing(workspace)
