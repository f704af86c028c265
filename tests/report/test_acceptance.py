"""The list of what a report must pass names tests that there are."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_every_test_that_the_list_names_is_there():
    text = (PROJECT / "docs" / "acceptance.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 20
    for file, test in named:
        source = PROJECT / file
        assert source.is_file(), file
        assert f"def {test}" in source.read_text(encoding="utf-8"), f"{file}::{test}"


def test_it_has_thirty_points():
    text = (PROJECT / "docs" / "acceptance.md").read_text(encoding="utf-8")
    assert [int(n) for n in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(range(1, 31))
