"""The store keeps to its memory, and leaves nothing of what it laid on the disk meanwhile."""

import pytest

from pipeline import store
from pipeline.errors import StageError
from pipeline.results import estimate_all
from pipeline.run import ingest
from pipeline.store import building
from pipeline.workspace import load_workspace
from tests.crash import world


@pytest.mark.parametrize("of", ["store.duckdb.tmp", "store.building.tmp"])
def test_what_a_killed_run_laid_on_the_disk_is_gone_after_the_next(tmp_path, of):
    (tmp_path / of).mkdir()
    (tmp_path / of / "answers.tmp").write_text("what somebody answered", encoding="utf-8")
    with building(tmp_path / "store.duckdb"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["store.duckdb"]


def test_where_there_is_no_room_for_the_answers_it_is_said(tmp_path, monkeypatch):
    workspace = load_workspace(world.make(tmp_path / "surveys"), tmp_path / "out")
    ingest(workspace)
    monkeypatch.setattr(store, "CONFIG", store.CONFIG | {"memory_limit": "4MB", "max_temp_directory_size": "0KB"})
    with pytest.raises(StageError, match=r"store\.duckdb: there is no room beside it .* Make room on that disk"):
        estimate_all(workspace)
