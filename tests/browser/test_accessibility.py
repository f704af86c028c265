"""Pages can be read by everybody: axe finds nothing, the keyboard reaches everything, colours are told apart."""

import csv
import io
import itertools
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.report.charts import GROUP_STYLES
from tests.browser.test_pages import open_page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["items/XAB", "index", "national/XAB-2025", "national/XAC-2025", "cross-member/XAC", "summary/XAB-2025", "workshop/XAB-2025", "method", "results"]


def page_of(run, name):
    return run / "reports" / f"{name}.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(chromium, sample_run, scheme):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for name in PAGES:
        page.goto(page_of(sample_run, name).as_uri())
        # in the dark nothing but colours is another
        rules = RULES if scheme == "light" else {"type": "rule", "values": ["color-contrast"]}
        found = Axe().run(page, options={"runOnly": rules}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], name
    context.close()


@pytest.fixture
def profile(chromium, sample_run):
    page, noise = open_page(chromium, page_of(sample_run, "national/XAB-2025"))
    figure = page.locator("#profile figure")
    figure.scroll_into_view_if_needed()
    figure.locator(".main-svg").first.wait_for()
    yield page, figure
    assert noise == []
    page.close()


def column(figure, number: int) -> list[str]:
    return figure.locator("tbody tr").evaluate_all(f"rows => rows.map(r => r.cells[{number}].innerText)")


def test_a_table_is_sorted_by_keyboard(profile):
    page, figure = profile
    before = column(figure, 1)
    figure.locator("thead th button").nth(1).focus()
    page.keyboard.press("Enter")
    assert [float(v.split()[0]) for v in column(figure, 1)] == sorted(float(v.split()[0]) for v in before)
    assert figure.locator("thead th").nth(1).get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert [float(v.split()[0]) for v in column(figure, 1)] == sorted((float(v.split()[0]) for v in before), reverse=True)
    assert figure.locator("thead th").nth(1).get_attribute("aria-sort") == "descending"


def saved(page, figure, kind: str) -> bytes:
    with page.expect_download() as download:
        figure.locator(f"button[data-as={kind}]").click()
    return download.value.path().read_bytes()


def test_a_figure_hands_out_its_figures(profile):
    page, figure = profile
    rows = list(csv.reader(io.StringIO(saved(page, figure, "csv").decode("utf-8-sig"))))
    raw = figure.locator("tbody td[data-raw]").evaluate_all("cells => cells.map(c => Number(c.dataset.raw))")
    told = [float(cell) for row in rows[1:] for k, cell in enumerate(row) if k in (1, 4)]
    assert told == raw
    with zipfile.ZipFile(io.BytesIO(saved(page, figure, "xlsx"))) as book:
        assert book.testzip() is None
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert sheet.count("<row>") == len(rows)
    assert all(f"<v>{value:g}</v>" in sheet for value in raw)


def test_a_figure_hands_out_its_chart(profile):
    page, figure = profile
    assert saved(page, figure, "svg").lstrip().startswith(b"<svg")
    assert saved(page, figure, "png").startswith(b"\x89PNG")


def test_charts_are_dark_on_dark_paper_and_light_in_print(chromium, sample_run):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto(page_of(sample_run, "national/XAB-2025").as_uri())
    page.locator("#profile figure").scroll_into_view_if_needed()
    mark = page.locator("#profile .points path").first
    mark.wait_for(state="attached")
    colour = "() => getComputedStyle(document.querySelector('#profile .points path')).fill"
    assert page.evaluate(colour) == "rgb(86, 180, 233)"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(colour) == "rgb(0, 114, 178)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(colour) == "rgb(86, 180, 233)"
    context.close()


# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
SEEN_BY = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LIKERT = ["#b35806", "#f1a340", "#d9d9d9", "#67a9cf", "#2166ac"]


def linear(colour: str) -> list[float]:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]


def lab(rgb: list[float]) -> list[float]:
    """CIE L*a*b* under D65."""
    rows = ([0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505])
    white = (0.9505, 1.0, 1.089)
    xyz = [sum(c * v for c, v in zip(row, rgb, strict=True)) / w for row, w in zip(rows, white, strict=True)]
    x, y, z = (max(v, 0) ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def seen(colour: str, by: str) -> list[float]:
    rgb = linear(colour)
    return lab([sum(c * v for c, v in zip(row, rgb, strict=True)) for row in SEEN_BY[by]] if by in SEEN_BY else rgb)


@pytest.mark.parametrize("by", ["everybody", *SEEN_BY])
@pytest.mark.parametrize(("colours", "least"), [(LIKERT, 20), ([c for c, _ in GROUP_STYLES[:2]], 60)])
def test_colours_are_told_apart(by, colours, least):
    """Colour difference (CIE 1976) of any two; groups of marks have a shape each as well."""
    pairs = itertools.combinations(colours, 2)
    assert min(sum((a - b) ** 2 for a, b in zip(seen(p, by), seen(q, by), strict=True)) ** 0.5 for p, q in pairs) > least


def test_groups_of_marks_have_a_shape_each():
    assert len({shape for _, shape in GROUP_STYLES}) == len(GROUP_STYLES)
