"""Sheets fit their paper."""

import re

import pytest

from tests.browser.test_pages import open_page


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
