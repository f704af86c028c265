"""The summary and the workshop's pages say what the report says, and no more."""

import re

import pytest

from tests.conftest import english


def read(run, *place) -> str:
    return run.joinpath("reports", *place).read_text(encoding="utf-8")


def cells(page: str) -> dict[str, str]:
    """Cell id -> raw value."""
    return dict(re.findall(r'<td id="(c-[^"]+)" data-raw="([^"]+)"', page))


@pytest.fixture(scope="module")
def report(sample_run):
    return read(sample_run, "national", "XAB-2025.html")


@pytest.fixture(scope="module")
def summary(sample_run):
    return read(sample_run, "summary", "XAB-2025.html")


@pytest.fixture(scope="module")
def workshop(sample_run):
    return read(sample_run, "workshop", "XAB-2025.html")


def test_the_report_leads_to_its_sheets(report):
    assert 'href="../summary/XAB-2025.html"' in report
    assert 'href="../workshop/XAB-2025.html"' in report


def test_the_summary_has_every_score_of_the_report(report, summary):
    assert len(cells(summary)) == 22  # ten factors and the index, two populations
    assert cells(summary) == cells(report)


def test_the_summary_s_findings_are_the_report_s_first_and_name_its_cells(report, summary):
    told = re.findall(r"<li>(.*?)</li>", summary[: summary.index('<section id="factors">')])
    first = re.findall(r'<p class="finding">(.*?) <a class="quiet"', report)[:5]
    plain = [re.sub(r"<[^>]+>", "", text) for text in first]
    assert [re.sub(r"<[^>]+>", "", text) for text in told] == plain


def test_a_summary_s_numbers_name_cells_of_their_report(sample_run):
    named = 0
    for path in english(sample_run / "reports" / "summary"):
        page, report = path.read_text(encoding="utf-8"), read(sample_run, "national", path.name)
        assert "data-cell" not in page
        ids = re.findall(rf'data-key="national/{path.stem}#([^"]+)"', page)
        assert all(f'id="{name}"' in report for name in ids), path.name
        named += len(ids)
    assert named > 20


def test_a_change_that_is_not_comparable_is_not_drawn_in_a_summary(sample_run):
    for path in english(sample_run / "reports" / "summary"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r'<td data-raw="[^"]+" class="verdict not_comparable"', page), path.name


def test_there_is_a_page_for_every_factor_with_room_for_action(workshop):
    assert re.findall(r'<section class="sheet" id="(\w+)">', workshop) == [f"F{k:02}" for k in range(1, 11)]
    assert workshop.count('class="actions"') == 10


def test_shares_on_a_workshop_page_are_the_report_s(report, workshop):
    """Each question's favourable share and interval, as the report's table of that question has them."""
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td>\d+</td><td class="bar">.*?<td>(\d+) <span', workshop)
    assert len(rows) > 30
    for label, favourable in set(rows):
        assert re.search(rf'<th scope="row">{re.escape(label)}</th>.*?<td id="[^"]+" data-raw="{favourable}">{favourable}</td>', report, re.DOTALL)


def test_members_without_factors_have_a_summary_and_no_workshop(wvs_run):
    reports = wvs_run / "reports"
    assert list((reports / "summary").glob("*.html"))
    assert not (reports / "workshop").exists()
