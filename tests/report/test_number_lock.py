"""No number of a finding is without its source."""

import pytest
from markupsafe import Markup

from pipeline.errors import StageError
from pipeline.report.languages import faults
from pipeline.report.site import _check_cells
from pipeline.report.wording import Wording, cell_number, release_number


def worded(**texts) -> Wording:
    t = Wording("en")
    t.texts = texts
    return t


@pytest.mark.parametrize("free", [12, 12.5, "12", "-0.4", "6%", "1,234"])
def test_a_number_without_a_source_is_refused(free):
    t = worded(finding_x="It is {x}.", note_x="It is {x}.")
    with pytest.raises(ValueError, match="finding_x: x is the number"):
        t("finding_x", x=free)
    assert t("note_x", x=free)


def test_a_formatted_number_without_a_source_is_refused():
    t = worded(headline_x="{x}")
    with pytest.raises(ValueError, match="names no cell"):
        t("headline_x", x=t.number(3.14, 1))


def test_names_with_digits_and_numbers_with_a_source_are_told():
    t = worded(finding_x="{q}: {x}, {y}")
    said = t("finding_x", q="In the last 12 months", x=cell_number(t.count(3), "c-1"), y=release_number("4", "estimates/a"))
    assert said == Markup('In the last 12 months: <span data-cell="c-1">3</span>, <span class="number" data-key="estimates/a">4</span>')


def test_a_language_cannot_put_a_number_into_a_finding(tmp_path, monkeypatch):
    from pipeline.report import wording

    for language, text in (("en", "{x} points"), ("fr", "5 {x}")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "language.yaml").write_text(f'finding_x: "{text}"\n', encoding="utf-8")
    monkeypatch.setattr(wording, "LOCALES", tmp_path)
    assert any("finding_x has a number of its own" in fault for fault in faults("fr"))


def test_a_cell_that_is_not_on_the_page_stops_the_build():
    _check_cells("index.html", '<td id="c-1">3</td> <span data-cell="c-1">3</span>')
    with pytest.raises(StageError, match="index.html: a sentence has a number from the cell c-2"):
        _check_cells("index.html", '<td id="c-1">3</td> <span data-cell="c-2">3</span>')
