"""A release in a notebook."""

import subprocess
import sys

import pytest

import pipeline
from pipeline.errors import ConfigurationError


def test_tables_are_frames_by_name(sample_run):
    release = pipeline.open_release(sample_run / "release")
    assert release.estimates.height == release["estimates"].height > 1000
    assert {"estimates", "comparisons", "units"} <= set(release.tables) <= set(dir(release))
    assert release.manifest["release"] in repr(release)
    assert "<table>" in release._repr_html_()


def test_the_folder_above_will_do(sample_run):
    assert pipeline.open_release(sample_run).folder == sample_run / "release"


def test_what_is_not_there_is_said_with_what_is(sample_run, tmp_path):
    release = pipeline.open_release(sample_run)
    with pytest.raises(AttributeError, match="'estimate' is no table of this release; it has .*estimates"):
        _ = release.estimate
    with pytest.raises(KeyError, match="units"):
        release["unit"]
    with pytest.raises(ConfigurationError, match="no release there"):
        pipeline.open_release(tmp_path)


def test_the_package_is_imported_without_its_libraries():
    heavy = "import sys, pipeline; print([m for m in ('polars', 'duckdb', 'plotly', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout.strip() == "[]"
