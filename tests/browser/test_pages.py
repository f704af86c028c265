"""Every page opens from the file system: nothing asked of anywhere, nothing on the console, every chart drawn."""

import json
import re

import pytest

from pipeline.report.languages import is_right_to_left, languages
from tests.conftest import english

DRAWN = """() => [...document.querySelectorAll('.chart')].every(c => {
  const svg = c.querySelector('svg.main-svg');
  return svg && [...c.querySelectorAll('.trace path, .points path, .bars path')].length > 0; })"""


def new_window(chromium, width=1280):
    """(a page, what it says and asks for, in a list)."""
    page = chromium.new_page(viewport={"width": width, "height": 900})
    noise = []
    page.on("console", lambda m: noise.append(f"console: {m.text}"))
    page.on("pageerror", lambda e: noise.append(f"error: {e}"))
    page.on(
        "request",
        lambda r: noise.append(f"request: {r.url}") if not r.url.startswith(("file:", "data:", "blob:")) else None,
    )
    page.on("requestfailed", lambda r: noise.append(f"failed: {r.url}"))
    return page, noise


def open_page(chromium, path, width=1280):
    page, noise = new_window(chromium, width)
    page.goto(path.as_uri())
    return page, noise


def drawn(chromium, paths, width=1280):
    """(path, its page with all charts drawn) one after the other in one window, which has read the scripts already: they take longer than the rest.

    None of them may say anything, or ask for anything.
    """
    page, noise = new_window(chromium, width)
    for path in paths:
        page.goto(path.as_uri())
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.wait_for_function(DRAWN, timeout=20_000)
        yield path, page
        assert noise == [], path.name
    page.close()


@pytest.mark.parametrize(("width", "members"), [(1280, ("XAB", "XAH")), (390, ("XAB",))])
def test_pages_are_quiet_and_whole(chromium, sample_run, width, members):
    # Members' own cross-member pages are one template with other letters: one of them stands for all.
    found = english(sample_run / "reports")
    pages = [p for p in found if p.parent.name != "cross-member" or p.stem == "XAC"]
    assert len(pages) > 10 and len(found) - len(pages) == 6
    # A member that is compared and one that is not stand for the others.
    pages = [p for p in pages if p.parent.name in ("reports", "cross-member") or p.stem.startswith(members)]
    for path, page in drawn(chromium, pages, width):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path.name} is wider than the window"


@pytest.mark.parametrize(("width", "spoken"), [(390, languages()[1:]), (1280, ["ar", "ru"])])
def test_pages_are_quiet_and_whole_in_every_language(chromium, sample_run, width, spoken):
    """One page of each kind; that all have the same figures the audit holds. In a wide window, where words have room, two languages stand for all."""
    names = ["index", "items/XAB", "national/XAB-2025", "summary/XAB-2025", "workshop/XAB-2025", "cross-member/XAC", "tiers"]
    paths = [sample_run / "reports" / f"{name}.{language}.html" for language in spoken for name in names]
    for path, page in drawn(chromium, paths, width):
        language = path.suffixes[0].removeprefix(".")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path.name} is wider than the window"
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
            language,
            "rtl" if is_right_to_left(language) else "ltr",
        ]
        cut = "() => [...document.querySelectorAll('.chart .ytick text')].filter(t => { const a = t.getBoundingClientRect(), b = t.closest('svg').getBoundingClientRect(); return a.left < b.left - 1 || a.right > b.right + 1; }).length"
        assert page.evaluate(cut) == 0, f"{path.name}: the names of a chart's rows are cut"


def test_another_language_opens_where_the_reader_is(chromium, sample_run):
    page, _ = open_page(chromium, sample_run / "reports" / "national" / "XAB-2025.html")
    page.evaluate("location.hash = 'items'")
    page.locator("nav.languages a[hreflang=fr]").click()
    page.wait_for_url("**/XAB-2025.fr.html#items")
    page.close()


def test_no_chart_offers_to_send_its_data_away(chromium, sample_run):
    page, _ = open_page(chromium, sample_run / "reports" / "cross-member.html")
    page.locator(".chart").first.scroll_into_view_if_needed()
    page.wait_for_selector(".modebar-btn", state="attached")
    titles = page.eval_on_selector_all(".modebar-btn", "buttons => buttons.map(b => b.dataset.title || '')")
    assert titles and not any("hare" in title or "loud" in title for title in titles)
    page.close()


def test_numbers_in_findings_are_their_cells(chromium, sample_run):
    page, _ = open_page(chromium, english(sample_run / "reports" / "national")[0])
    pairs = page.eval_on_selector_all(
        "[data-cell]", "spans => spans.map(s => [s.textContent, document.getElementById(s.dataset.cell).dataset.raw])"
    )
    assert pairs and all(float(text) == float(raw) for text, raw in pairs)
    page.close()


def sample_members(run) -> dict[str, str]:
    """Code -> English name of every member of a run."""
    members = json.loads((run / "release" / "codebook.json").read_text(encoding="utf-8"))["members"]
    return {code: member["name"]["en"] for code, member in members.items()}


def test_cross_member_pages_name_nobody_but_their_reader(sample_run):
    """No other member's name or code, no wave, no questionnaire, no size: on its own page or in what it draws."""
    reports, members = sample_run / "reports", sample_members(sample_run)
    codebook = json.loads((sample_run / "release" / "codebook.json").read_text(encoding="utf-8"))
    pages = {p.stem: p for p in english(reports / "cross-member")} | {"": reports / "cross-member.html"}
    assert set(pages) == {"", *members} - {"XAH"}, "XAH shares nothing"
    for reader, path in pages.items():
        text = path.read_text(encoding="utf-8")
        assert (members[reader] in text and "★" in text) if reader else "★" not in text
        foreign = [word for code, name in members.items() if code != reader for word in (code, name)]
        told = [*foreign, *codebook["instruments"], "2021", "2023", "2025"]
        assert not [word for word in told if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)], path.name


def test_the_index_says_for_whom_each_comparison_is(sample_run):
    text = (sample_run / "reports" / "index.html").read_text(encoding="utf-8")
    for code, name in sample_members(sample_run).items():
        link = f'href="cross-member/{code}.html">Members compared, for {name} only</a>'
        assert (link in text) == (code != "XAH")
    assert "shares nothing, so it sees no other member" in text


def test_a_reader_stands_first_and_is_marked(chromium, sample_run):
    page, _ = open_page(chromium, sample_run / "reports" / "cross-member" / "XAC.html")
    heads = page.eval_on_selector_all(
        "table.heat thead tr", "rows => rows.map(r => [...r.cells].map(c => c.innerText))"
    )
    assert heads
    for first, *rest in [[h.split() for h in row[1:]] for row in heads]:
        assert first == ["★", "Sample", "member", "C", "your", "administration"]
        assert [" ".join(h) for h in rest] == [f"Member {c}" for c in "ABCDEF"]
    page.close()


def test_named_members_are_named_on_every_page(wvs_run):
    text = (wvs_run / "reports" / "cross-member" / "AUS.html").read_text(encoding="utf-8")
    assert "★ Australia" in text and "Norway" in text and "Member A" not in text


def test_a_questionnaire_without_factors_has_pages_too(chromium, wvs_run, bfi_run):
    """A bare list of items: what cannot be shown is left out, with a sentence why. One page of each kind stands for all."""
    for run in (wvs_run, bfi_run):
        pages = {p.parent if p.parent.name != "reports" else p: p for p in english(run / "reports")}
        for _, page in drawn(chromium, pages.values()):
            assert page.locator("main section").count() >= 1


def test_a_changed_mix_of_respondents_is_not_a_trend(sample_run):
    """Where a profile share moved by more than 10 points there is a warning, and neither figure nor direction."""
    pages = [p.read_text(encoding="utf-8") for p in english(sample_run / "reports" / "national")]
    warned = [p for p in pages if 'class="warning"' in p]
    assert warned, "the sample has a wave whose composition differs sharply"
    for page in warned:
        assert "not comparable" in page and page.count('class="moved"') >= 1
