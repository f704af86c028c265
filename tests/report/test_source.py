"""A release as reports see it."""

import shutil

import pytest

from pipeline.errors import StageError
from pipeline.report.build import render


def test_a_release_of_another_version_is_to_be_made_anew(sample_run, tmp_path):
    shutil.copytree(sample_run / "release", tmp_path / "release")
    (tmp_path / "release" / "trends.parquet").unlink()
    with pytest.raises(StageError, match="trends.parquet: not there; .* Make it anew with `cips run`"):
        render(tmp_path / "release", tmp_path / "reports")
