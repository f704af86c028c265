"""Killed at any moment, the last good release stands, and the next run comes to what an undisturbed one does."""

import shutil

import pytest

from tests.crash import world

SHARES = (0.02, 0.3, 0.55, 0.75, 0.9, 0.97)  # of a run's changes of the disk; `make crash` goes through them all


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
