"""How many files are read at once changes nothing of what becomes of them."""

import shutil

import pytest

from pipeline import run
from pipeline.store import Store
from pipeline.workspace import load_workspace
from tests.conftest import PROJECT

SAMPLE = PROJECT / "surveys" / "sample"


@pytest.fixture(scope="module")
def surveys(tmp_path_factory):
    """Members of the sample whose files were replaced, refused and read, one of them handed in for another member too."""
    root = tmp_path_factory.mktemp("portions") / "surveys"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("inbox"))
    for member in ("XAA", "XAH"):
        shutil.copytree(SAMPLE / "inbox" / member, root / "inbox" / member)
    first = sorted((root / "inbox" / "XAA").rglob("officials.csv"))[0]
    place = root / "inbox" / "XAB" / first.parent.name
    place.mkdir(parents=True)
    shutil.copyfile(first, place / first.name)
    return root


def ingested(root, out) -> tuple[dict, dict]:
    """(the store's tables, but for what spares the next run some checks; the receipts and letters)."""
    workspace = load_workspace(root, out)
    run.ingest(workspace)
    store = Store(workspace.store, read_only=True)
    tables = {name: store.frame(f'SELECT * FROM "{name}" ORDER BY ALL') for name in store.tables() if name != "sound"}
    store.close()
    return tables, {path.name: path.read_bytes() for path in workspace.receipts.iterdir()}


@pytest.mark.parametrize("of_one_transaction", [1, 1_000_000])
def test_wave_by_wave_as_all_at_once(surveys, tmp_path, monkeypatch, of_one_transaction):
    tables, papers = ingested(surveys, tmp_path / "whole")
    monkeypatch.setattr("pipeline.check.MOST_ROWS", 1)
    monkeypatch.setattr("pipeline.load.MOST_ROWS", of_one_transaction)
    apart, letters = ingested(surveys, tmp_path / "apart")
    assert tables.keys() == apart.keys() and len([name for name in tables if name.startswith("answers_")]) > 2
    assert all(tables[name].equals(apart[name]) for name in tables)
    assert {"superseded", "refused", "accepted"} <= set(tables["submission"]["state"])
    assert papers == letters


def test_what_can_t_be_loaded_is_an_error_and_no_loss(surveys, tmp_path, monkeypatch):
    """Answers are loaded in a thread of their own: what goes wrong there is no secret."""
    workspace = load_workspace(surveys, tmp_path)
    run.ingest(workspace)
    before = workspace.store.read_bytes()
    monkeypatch.setattr(Store, "append", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.ingest(workspace)
    assert workspace.store.read_bytes() == before
