"""Sheets fit their paper."""

import re

import pytest

from pipeline.report.single import in_one_file
from tests.browser.test_pages import DRAWN, open_page


def sheets_of(chromium, path) -> int:
    """How many A4 pages a page is printed on."""
    page, noise = open_page(chromium, path)
    printed = page.pdf(format="A4")
    page.close()
    assert noise == []
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


@pytest.mark.parametrize("report", ["XAB-2025", "XAA-2025", "XAH-2023"])
def test_a_summary_is_one_sheet_and_a_workshop_one_a_factor(chromium, sample_run, report):
    assert sheets_of(chromium, sample_run / "reports" / "summary" / f"{report}.html") == 1
    assert sheets_of(chromium, sample_run / "reports" / "workshop" / f"{report}.html") == 10


def test_a_page_in_one_file_draws_all_its_charts(chromium, sample_run, tmp_path):
    path = tmp_path / "alone.html"
    path.write_text(in_one_file(sample_run / "reports" / "national" / "XAB-2025.html"), encoding="utf-8")
    page, noise = open_page(chromium, path)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(DRAWN, timeout=20_000)
    page.close()
    assert noise == []
    assert path.stat().st_size < 2_000_000


def test_cips_pdf_prints_a_page(chromium, sample_run, cips):
    """`chromium` is there so that this test is skipped, or where CI is set fails, as all others that need one."""
    done = cips("--workspace", "surveys/sample", "--out", sample_run, "pdf", "summary/XAB-2025")
    assert done.returncode == 0, done.stderr
    assert (sample_run / "pdf" / "summary-XAB-2025.pdf").read_bytes().startswith(b"%PDF")
