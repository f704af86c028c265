"""Questions that an official asks, each answered within three clicks of the start page (see docs/questions.md)."""

import pytest
from playwright.sync_api import expect

MOST_CLICKS = 3
OPEN_2025 = "#members tr:has(th:text-is('Sample member B')) a.wave:text-is('2025')"
OPEN_ITEMS = "#members tr:has(th:text-is('Sample member B')) a[href='items/XAB.html']"


@pytest.fixture
def start(chromium, sample_run):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto((sample_run / "reports" / "index.html").as_uri())
    yield page
    page.close()


# question: the clicks, what is then in the window, and words that must stand there
PATHS = {
    "what has changed since the last wave": ([OPEN_2025, "nav.contents a[href='#changes']"], "#changes", "who was asked changed"),
    "where do firms and officials disagree": ([OPEN_2025, "nav.contents a[href='#gaps']"], "#gaps", "Private sector"),
    "do managers see it otherwise than others": ([OPEN_2025, "nav.contents a[href='#breakdowns']"], "#breakdowns", "Non-manager"),
    "what may I take into a workshop": ([OPEN_2025, "header a[href*='workshop/']"], "main", "action"),
    "how do we stand beside other administrations": (["#members a[href='cross-member/XAB.html']"], "main", "★"),
}


@pytest.mark.parametrize("question", PATHS)
def test_the_answer_is_found(start, question):
    clicks, where, words = PATHS[question]
    assert len(clicks) <= MOST_CLICKS
    for click in clicks:
        start.locator(click).first.click()
    found = start.locator(where).first
    found.scroll_into_view_if_needed()
    assert words.lower() in found.inner_text().lower()


def test_how_one_question_was_answered_over_the_years_and_by_group(start):
    start.locator(OPEN_ITEMS).click()
    link = start.locator("#questions li a").nth(3)
    text = link.inner_text()
    link.click()
    figure = start.locator("#explorer")
    expect(figure.locator("figcaption")).to_have_text(text)  # the page follows its address a moment later
    rows = figure.locator("tbody tr")
    assert rows.count() == 2 and figure.locator("tbody th").first.inner_text().startswith("2025")
    figure.locator("#explorer-view").select_option(index=1)
    start.wait_for_function("document.querySelectorAll('#explorer .bars path').length > 0")
    drawn = start.evaluate("() => { const d = document.querySelector('#explorer .js-plotly-plot').data; return d.slice(0, -1).flatMap(t => t.x).filter(x => x !== null).map(Math.abs).sort((a, b) => a - b); }")
    table = start.evaluate("() => { const heads = document.querySelectorAll('#explorer thead th').length - 5; return [...document.querySelectorAll('#explorer tbody tr')].flatMap(r => [...r.cells].slice(1, heads + 1)).filter(c => c.dataset.raw).map(c => Number(c.dataset.raw)).sort((a, b) => a - b); }")
    assert drawn == table and drawn
