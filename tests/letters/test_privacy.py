"""No letter holds what a cell held."""

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.letters.words import languages
from tests.letters.worlds import QUESTIONS, answers, export, frame, instrument, pages, workspace

SPACE = [instrument("now")]
MARK = "zqx"
PLACES = (*QUESTIONS, "G", "respondent", "duration", "Remarks", "submitdate", "Q01: again")


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(PLACES), st.sets(st.integers(0, 29), max_size=30), max_size=6),
    st.booleans(),
    st.sampled_from(languages()),
)
def test_no_value_of_a_cell_is_in_a_letter(marked, headless, language):
    """Markers stand in any cell of any column; a file without headings begins with a row of them."""
    rows = answers(30)
    for column, places in marked.items():
        for i, row in enumerate(rows):
            row.setdefault(column, "")
            row[column] = f"{MARK}{column[-1]}{i}" if i in places else row[column]
    if headless:
        rows = [{f"{MARK}{i}": v for i, v in enumerate(row.values())} for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        space = workspace(Path(folder), SPACE, frame(("planned", "", 50), ("G", "a", 60), ("G", "b", 140)))
        page = pages(space, export(Path(folder), rows), language=language)
    assert MARK not in page.casefold()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 2), st.sampled_from(["Q05", "Q01", "G"]), st.integers(60, 90))
def test_one_or_two_rows_set_aside_cannot_be_told_from_any_number(few, column, rows):
    """Neither they nor what is left of the whole stands anywhere."""
    made = answers(rows)
    for row in made[:few]:
        row[column] = "nonsense"
    with tempfile.TemporaryDirectory() as folder:
        text = pages(workspace(Path(folder), SPACE), export(Path(folder), made))
    told = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    assert not re.search(rf"(?<![\w–-]){rows - few}(?![\w%])", re.sub(r"[0-9a-f]{{12}}", "", told))
