"""SQL over a release reads its tables and nothing else."""

import json

import polars as pl
import pytest

from pipeline import open_release
from pipeline.analyst.query import query, written
from pipeline.errors import ConfigurationError
from tests.conftest import PROJECT, run_cips


@pytest.fixture(scope="module")
def release(sample_run):
    return open_release(sample_run)


def test_tables_are_joined_by_their_names(release):
    found = query(release, "SELECT u.member, count(*) AS figures FROM estimates e JOIN units u USING (member, wave, population) GROUP BY 1 ORDER BY 1")
    expected = release.estimates.group_by("member").agg(figures=pl.len()).sort("member")
    assert found["figures"].to_list() == expected["figures"].to_list()


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM nothing", "Tables of this release: .*estimates"),
        ("SELECT nothing FROM units", "nothing"),
        ("SELEC 1", "syntax error"),
        ("SELECT 1; SELECT 2", "One statement that reads"),
        ("COPY units TO 'x.csv'", "One statement that reads"),
        ("DROP TABLE units", "One statement that reads"),
        ("ATTACH 'x.db'", "One statement that reads"),
        ("", "One statement that reads"),
        ("SELECT * FROM read_csv('/etc/hosts')", "disabled by configuration"),
        ("SELECT * FROM '/etc/hosts'", "disabled by configuration|does not exist"),
        ("SELECT * FROM glob('*')", "disabled by configuration"),
    ],
)
def test_nothing_but_the_tables_can_be_read(release, sql, message):
    with pytest.raises(ConfigurationError, match=message):
        query(release, sql)


def test_answers_are_written_as_asked(release):
    found = query(release, "SELECT member, n FROM units ORDER BY 1, wave, population LIMIT 2")
    assert written(found, "csv").splitlines()[0] == "member,n"
    assert json.loads(written(found, "json"))[0]["member"] == "XAA"
    assert written(found, "markdown").startswith("| member | n ")
    assert "XAA" in written(found, "table")


def test_the_command_says_what_is_wrong(sample_run):
    words = ("--workspace", PROJECT / "surveys" / "sample", "--out", sample_run, "query")
    assert run_cips(*words, "FROM units LIMIT 1").returncode == 0
    done = run_cips(*words, "FROM unit")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert run_cips(*words, "FROM units", "--format", "pdf").returncode == 2
