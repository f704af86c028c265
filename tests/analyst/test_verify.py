"""A report that was changed, or whose files were, is found out."""

import json
import re
import shutil

import polars as pl
import pytest

from tests.conftest import PROJECT, english, run_cips

WORKSPACE = PROJECT / "tests" / "workspaces" / "bfi"


@pytest.fixture
def run(bfi_run, tmp_path):
    """A run of its own, with its workspace: (verify, folder of the run, workspace)."""
    workspace, out = tmp_path / "workspace", tmp_path / "out"
    shutil.copytree(WORKSPACE, workspace)
    shutil.copytree(bfi_run, out)

    def verify(*words):
        return run_cips("--workspace", workspace, "--out", out, "verify", *words)

    return verify, out, workspace


def page_of(out):
    return english(out / "reports" / "national")[0]


def test_an_honest_report_differs_in_nothing(run):
    verify, out, _ = run
    done = verify(str(out / "reports"))
    assert (done.returncode, done.stdout.strip()) == (0, "No difference."), done.stdout + done.stderr


def test_a_number_that_was_changed_is_named(run):
    verify, out, _ = run
    page = page_of(out)
    text = page.read_text(encoding="utf-8")
    cell, raw = re.search(r'id="([^"]+)" data-raw="([^"]+)"', text).groups()
    page.write_text(text.replace(f'id="{cell}" data-raw="{raw}"', f'id="{cell}" data-raw="99"', 1), encoding="utf-8")
    done = verify(f"national/{page.stem}", "--no-recompute")
    assert done.returncode == 1
    assert f"{page.name}: cell {cell} says 99, the release {raw}" in done.stdout


def test_a_release_that_its_files_do_not_give_is_found_out(run):
    verify, out, _ = run
    path = out / "release" / "estimates.parquet"
    table = pl.read_parquet(path)
    table.with_columns(estimate=pl.when(pl.int_range(pl.len()) == 3).then(pl.col("estimate") + 0.01).otherwise("estimate")).write_parquet(path)
    done = verify(f"national/{page_of(out).stem}")
    assert done.returncode == 1
    assert "estimates: estimate differs in 1 rows" in done.stdout


def test_a_file_that_changed_since_is_named(run):
    verify, out, workspace = run
    export = next(p for p in sorted((workspace / "inbox").rglob("*")) if p.is_file())
    export.write_bytes(export.read_bytes() + b"\n")
    done = verify(f"national/{page_of(out).stem}", "--no-recompute")
    assert done.returncode == 1
    assert f"inputs: {export.relative_to(workspace / 'inbox').as_posix()} is not what the release was made of" in done.stdout


def test_pages_of_a_member_are_those_of_every_release_in_which_nothing_of_it_changed(run):
    """Another release stands, with the same figures; the page, and the one that it was made with, are known all the same."""
    verify, out, _ = run
    page, index = page_of(out), out / "reports" / "index.html"
    first = json.loads((out / "release" / "manifest.json").read_text(encoding="utf-8"))
    later = first | {"release": "0123456789ab", "fingerprint": "0123456789ab"}
    (out / "release" / "manifest.json").write_text(json.dumps(later), encoding="utf-8")
    for path in (page, index):
        done = verify(str(path), "--no-recompute")
        assert (done.returncode, done.stdout.strip()) == (0, "No difference."), done.stdout + done.stderr


def test_a_page_of_another_release_or_of_none_is_refused(run, tmp_path):
    verify, out, _ = run
    page = page_of(out)
    other = tmp_path / "other.html"
    other.write_text(re.sub(r'data-edition="[^"]+"', 'data-edition="0123456789ab"', page.read_text(encoding="utf-8")), encoding="utf-8")
    done = verify(str(other))
    assert done.returncode == 2
    assert "No one release" in done.stderr and "has pages of edition 0123456789ab" in done.stderr
    (tmp_path / "none.html").write_text("<p>none</p>", encoding="utf-8")
    assert verify(str(tmp_path / "none.html")).returncode == 2
