"""Ranks on cross-member pages: intervals, never bare ranks; the reader's own in words; groups that can't be told apart."""

import re

import polars as pl

from tests.browser.test_pages import open_page

TEXTS = "table => [...table.tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText.trim()))"


def table(page, caption: str) -> list[list[str]]:
    return page.locator("table", has=page.locator("caption", has_text=caption)).first.evaluate(TEXTS)


def own(run, population: str) -> dict[str, tuple[int, int, int]]:
    """Of the reader XAC: indicator -> lowest and highest rank, members."""
    rows = pl.read_parquet(run / "release" / "ranks.parquet").filter(recipient="XAC", population=population, own=True)
    return {r["indicator"]: (r["rank_low"], r["rank_high"], r["members"]) for r in rows.iter_rows(named=True)}


def test_every_rank_is_an_interval_and_the_reader_s_own_is_the_release_s(chromium, sample_run):
    page, noise = open_page(chromium, sample_run / "reports" / "cross-member" / "XAC.html")
    rows = table(page, "Ranks that are possible, Customs officials")
    assert noise == [] and len(rows) == 11
    for _, *cells, apart in rows:
        assert all(re.fullmatch(r"\d+\w\w to \d+\w\w|surely \d+\w\w", c) for c in cells), cells
        assert float(apart) > 0
    expected = own(sample_run, "officials")
    first, last, members = expected["F01"]
    leadership = next(r for r in rows if r[0].startswith("Leadership"))
    assert f"of {members}" in leadership[0] and re.findall(r"\d+", leadership[1]) == [str(first), str(last)]
    said = page.locator("li", has_text="Leadership").first.inner_text()
    assert re.findall(r"\d+", said) == [str(first), str(last), str(members)] and "between" in said
    page.close()


def test_groups_are_told_in_words_and_the_second_view_keeps_the_direct_figures_first(chromium, sample_run):
    page, _ = open_page(chromium, sample_run / "reports" / "cross-member" / "XAC.html")
    words = page.locator("dl.groups").first.evaluate("dl => [...dl.querySelectorAll('dd')].map(d => d.textContent)")
    assert any("can't be told apart" in w and "★ Sample member C" in w for w in words)
    assert not [w for w in words if not re.search(r"told apart|surely apart", w)]
    text = page.locator("main").inner_text()
    assert text.index("Scores by key factor and member") < text.index("Where members stand") < text.index("A second view")
    page.close()


def test_members_stand_in_the_order_of_their_names_not_of_their_figures(chromium, sample_run):
    page, _ = open_page(chromium, sample_run / "reports" / "cross-member.html")
    heads = page.eval_on_selector_all("table.ranks thead tr", "rows => rows.map(r => [...r.cells].map(c => c.innerText))")
    assert heads and all([" ".join(h.split()) for h in row[1:-1]] == [f"Member {c}" for c in "ABCDEFG"] for row in heads)
    page.close()


def test_a_survey_without_factors_has_ranks_of_its_questions(wvs_run):
    text = (wvs_run / "reports" / "cross-member" / "AUS.html").read_text(encoding="utf-8")
    assert "Where members stand" in text and "between" in text and "★" in text
