"""What the wide table says of careless answers is what sql/080 and 081 say."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.estimate.quality import flag_counts
from pipeline.ingest.submission import read_submission
from pipeline.letters.careless import careless
from pipeline.load import wide_answers
from pipeline.store import Store
from tests.letters.worlds import QUESTIONS, answers, export, instrument

NOW = instrument("now")


def by_sql(submission) -> dict:
    store = Store(Path(":memory:"))
    store.write("answers", wide_answers(submission))
    store.run_model("010_respondent")
    store.run_model("020_answer")
    found = flag_counts(store, submission.instrument).row(0, named=True)
    store.close()
    return found


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["as is", "2", "9", ""]), st.integers(0, 10), st.sampled_from(["", "10", "300"])), min_size=12, max_size=12))
def test_the_counts_are_those_of_the_estimates(drawn):
    """Each row answers its first questions alike, or says nothing to them, and took some time."""
    rows = answers(12)
    for row, (answer, first, took) in zip(rows, drawn, strict=True):
        row |= {"duration": took} | (dict.fromkeys(QUESTIONS[:first], answer) if answer != "as is" else {})
    with tempfile.TemporaryDirectory() as folder:
        submission = read_submission(export(Path(folder), rows), [NOW])
        found, theirs = careless(submission), by_sql(submission)
    assert found.silent == pytest.approx(theirs["silent"])
    for name in ("respondents", "mostly_silent", "straight", "straight_asked", "fast", "fast_asked"):
        assert getattr(found, name) == theirs[name], name
