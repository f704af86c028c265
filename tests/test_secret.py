"""The key of the pseudonyms: the workspace's own counts, a run never writes there, and nothing published holds it."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.fingerprint import fingerprint
from pipeline.secret import load_secret
from pipeline.workspace import load_workspace

BFI = Path(__file__).parent / "workspaces" / "bfi"
KEY = "0123456789abcdef"


@pytest.fixture
def root(tmp_path) -> Path:
    return Path(shutil.copytree(BFI, tmp_path / "surveys", ignore=shutil.ignore_patterns("inbox")))


def test_without_a_kept_key_one_is_made_beside_the_store_and_stays(root, tmp_path):
    workspace = load_workspace(root, tmp_path / "out")
    key = load_secret(workspace.key)
    assert workspace.key == tmp_path / "out" / "pseudonyms.key" and len(key) == 64
    assert workspace.key.stat().st_mode & 0o777 == 0o600
    assert load_secret(load_workspace(root, tmp_path / "out").key) == key
    assert not (root / "pseudonyms.key").exists()


def test_the_workspaces_key_counts_and_white_space_around_it_does_not(root, tmp_path):
    made = load_secret(load_workspace(root, tmp_path / "out").key)
    (root / "pseudonyms.key").write_text(f" {KEY}\r\n")
    assert load_secret(load_workspace(root, tmp_path / "out").key) == KEY.encode() != made


def test_another_key_is_another_release_and_a_made_one_is_not(root, tmp_path):
    workspace = load_workspace(root, tmp_path / "out")
    without = fingerprint(workspace)
    load_secret(workspace.key)
    assert fingerprint(workspace) == without
    marks = [without]
    for key in (KEY, KEY[::-1]):
        workspace.kept_key.write_text(key)
        marks.append(fingerprint(workspace))
    assert len(set(marks)) == 3 and not any(KEY in mark for mark in marks)


@pytest.mark.parametrize("text", ["", "short", "123456789012345\n"])
def test_a_key_that_can_be_guessed_is_refused_before_anything_is_read(root, tmp_path, text):
    (root / "pseudonyms.key").write_text(text)
    with pytest.raises(ConfigurationError, match="at least 16 characters"):
        load_workspace(root, tmp_path / "out")


def test_the_key_is_in_no_release_and_no_report(sample_run):
    key = (sample_run / "pseudonyms.key").read_bytes().strip()
    published = [p for folder in ("release", "reports", "receipts") for p in (sample_run / folder).rglob("*")]
    assert len(published) > 20
    assert not [p for p in published if p.is_file() and key in p.read_bytes()]
