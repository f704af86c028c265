"""What needs little starts with little: heavy libraries are loaded where they are used."""

import subprocess
import sys

import pytest

from tests.conftest import PROJECT

HEAVY = {"polars", "duckdb", "pandas", "numpy", "scipy", "statsmodels", "great_expectations", "pyarrow", "plotly", "pydantic", "jinja2", "yaml"}
LOADED = """
import sys
from pipeline.cli import app
try:
    app({arguments!r})
except SystemExit as end:
    assert end.code in (0, None), end.code
print("loaded:", *sorted({heavy!r} & set(sys.modules)))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--workspace", "surveys/sample", "--out", "build/none-yet", "status"]])
def test_help_and_status_load_no_heavy_library(arguments):
    done = subprocess.run([sys.executable, "-c", LOADED.format(arguments=arguments, heavy=HEAVY)], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


def test_status_says_whether_a_release_is_up_to_date(sample_run, cips):
    done = cips("--workspace", "surveys/sample", "--out", sample_run, "status")
    assert done.returncode == 0 and "It is up to date." in done.stdout


def test_status_of_no_workspace_is_an_error(cips, tmp_path):
    done = cips("--workspace", tmp_path / "none", "status")
    assert done.returncode == 2 and "no such workspace folder" in done.stderr
