"""Killed at any moment, the last good release stands, and the next run comes to what an undisturbed one does."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.errors import StageError
from pipeline.lock import alone
from tests.crash import world

SHARES = (0.02, 0.5, 0.8, 0.97)  # of a run's changes of the disk; `make crash` goes through them all


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    """A workspace with one release, and a wave that came since."""
    root = world.make(tmp_path_factory.mktemp("crash") / "surveys")
    first = root.with_name("first")
    assert world.run(root, first).returncode == 0
    world.add_wave(root, "2024")
    return root, first


@pytest.fixture(scope="module")
def undisturbed(space):
    """What a run leaves that nobody disturbs, and how often it changes the disk."""
    root, first = space
    out = root.with_name("undisturbed")
    shutil.copytree(first, out)
    done = world.run(root, out)
    assert done.returncode == 0, done.stderr
    return world.left(out), int(done.stdout)


@pytest.mark.parametrize("share", SHARES)
def test_the_last_good_release_stands_and_the_next_run_mends_all(space, undisturbed, share):
    root, first = space
    expected, changes = undisturbed
    out = root.with_name(f"killed-{share}")
    shutil.copytree(first, out)
    assert world.run(root, out, kill=max(1, round(share * changes))).returncode == -9
    old, new = world.files(first / "release"), {k: v for k, v in expected.items() if k.startswith("release/")}
    standing = world.files(next(f for f in (out / "release", out / "release.old") if f.exists()))
    assert {k.partition("/")[2]: v for k, v in standing.items()} in ({k.partition("/")[2]: v for k, v in r.items()} for r in (old, new))
    done = world.run(root, out)
    assert done.returncode == 0, done.stderr
    assert world.left(out) == expected


@pytest.mark.parametrize("file_bytes", [20_000, 400_000])
def test_where_the_disk_is_full_it_is_said_and_the_last_good_release_stands(space, undisturbed, file_bytes):
    root, first = space
    out = root.with_name(f"full-{file_bytes}")
    shutil.copytree(first, out)
    done = world.command_line(root, out, "run", file_bytes=file_bytes)
    assert done.returncode == 3 and "Make room" in done.stderr and "Traceback" not in done.stderr
    assert world.files(out / "release", out / "reports") == world.files(first / "release", first / "reports")
    assert world.command_line(root, out, "run").returncode == 0
    assert world.left(out) == undisturbed[0]


def test_a_broken_store_is_said_and_made_anew_from_the_inbox(space, undisturbed):
    root, first = space
    out = root.with_name("broken")
    shutil.copytree(first, out)
    (out / "store.duckdb").write_bytes(b"no store at all" * 1000)
    refused = world.command_line(root, out, "release")
    assert refused.returncode == 3 and "is broken" in refused.stderr and "cips ingest" in refused.stderr
    done = world.command_line(root, out, "run")
    assert done.returncode == 0 and "store.broken" in done.stdout
    assert {k: v for k, v in world.left(out).items() if k.startswith("release/")} == {k: v for k, v in undisturbed[0].items() if k.startswith("release/")}


def test_of_two_runs_the_second_waits(space, undisturbed):
    root, first = space
    out = root.with_name("two")
    shutil.copytree(first, out)
    with ThreadPoolExecutor() as pool:
        with alone(out):
            second = pool.submit(world.command_line, root, out, "run")
            time.sleep(5)
            assert not second.done() and not (out / "release.building").exists()
        done = second.result()
    assert done.returncode == 0 and "Waiting for another run (process" in done.stdout
    assert world.left(out) == undisturbed[0]


def test_who_holds_it_is_said_where_waiting_is_in_vain(tmp_path):
    with alone(tmp_path), pytest.raises(StageError, match=f"process {os.getpid()}"), alone(tmp_path, wait=0.1):
        pass


@pytest.mark.parametrize("environment", [{"TZ": "Asia/Tokyo", "LC_ALL": "C"}, {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}])
def test_a_release_is_the_same_bytes_in_any_timezone_language_and_number_of_threads(space, undisturbed, environment):
    root, first = space
    out = root.with_name("elsewhere-" + "-".join(environment))
    shutil.copytree(first, out)
    assert world.command_line(root, out, "run", **environment).returncode == 0
    assert world.left(out) == undisturbed[0]


def _tables(out) -> dict:
    return {k: v for k, v in world.files(out / "release").items() if k.endswith(".parquet")}


@pytest.mark.parametrize("change", ["another name", "rows in another order", "twice under two names"])
def test_the_same_answers_give_the_same_tables(space, undisturbed, change):
    root, first = space
    other = root.with_name(change.replace(" ", "-"))
    shutil.copytree(root, other / "surveys")
    path = other / "surveys" / "inbox" / "GHA" / "2024" / "private_sector.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    if change == "another name":
        path.rename(path.with_name("private_sector-final.csv"))
    elif change == "rows in another order":
        path.write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    else:
        shutil.copy(path, path.with_name("private_sector-2.csv"))
    shutil.copytree(first, other / "out")
    done = world.command_line(other / "surveys", other / "out", "run")
    assert done.returncode == 0, done.stderr
    found, expected = _tables(other / "out"), {k: v for k, v in undisturbed[0].items() if k.endswith(".parquet") and k.startswith("release/")}
    assert {k for k in found if found[k] != expected[k]} == set()
