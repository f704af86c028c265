"""A page is read alike whichever way is taken: piece by piece or by the library, by one process or by many."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit import audit, pages
from pipeline.audit.markup import read_any
from pipeline.audit.pages import leaking_pages
from pipeline.audit.pieces import read_plain
from tests.audit import page_leaks
from tests.audit.releases import good_release

PIECES = [
    *("<td>", "</td>", "<TD>", "</td >", "<p hidden>", "</p>", "<br>", "<br/>", "<bdi onclick='x'>", "</bdi>", "<>", "</>"),
    *('<td class="suppressed">', '<td title="a>b">', "<td title='5\">", '<td data-raw="4.1" data-raw="5">', '<a href=" x ">'),
    *('<div data-table="context">', "</div>", '<td a="1"b="2">', '<td\n title="6">', '<td title="&lt;7">', "<td data-n=8>"),
    *("<script>", '<script type="application/json">', "</script>", "<style>", "</style>", "<title>", "<textarea>", "[1, 2]"),
    *("<!--", "-->", "<![CDATA[", "]]>", "&#52;", "&amp", '"', "'", "<", ">", " ", "seven 7", "<template>", "<noscript>"),
]


PLAIN = [
    *("<td>", "<td hidden>", '<td class="suppressed">', '<p style="display: none" title="3&quot;">', '<div data-table="context">'),
    *('<a href=" x ">', '<b data-raw="4.1" data-raw="5" onclick="x">', '<br class="hidden">', "<template>", '<h1 data-table="units">'),
]
SAID = ["", " ", "seven 7", "&#52;", "&amp", "&nbsp;", 'a > "b"', "]]>", "<br>", "<title>6</title>", "<title>&lt;</title>", "<!doctype html>"]
SAID += [f"<script{kind}>{code}</script> 5" for kind in ("", ' type="application/json" hidden') for code in ("", " ", "[1]", "&amp; {")]


@st.composite
def plain_pages(draw) -> str:
    """Elements in one another, each with its end."""
    html, places = "<!doctype html>", []
    for tag in draw(st.lists(st.sampled_from([*PLAIN, None]), max_size=15)):
        html += draw(st.sampled_from(SAID))
        if tag and "<br" not in tag:
            places.append(tag.strip("<>").split()[0])
        html += tag or (f"</{places.pop()}>" if places else "")
    return html + "".join(f"</{name}>" for name in reversed(places))


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | plain_pages())
def test_a_plain_page_says_what_the_library_reads_in_it(html):
    assert read_plain(html) in (None, read_any(html))


@given(plain_pages())
def test_a_plain_page_needs_no_library(html):
    assert read_plain(html)


def test_the_pages_of_the_sample_are_plain(sample_run):
    assert [p for p in (sample_run / "reports").rglob("*.html") if not read_plain(p.read_text(encoding="utf-8"))] == []


def test_many_processes_find_what_one_does(tmp_path, monkeypatch):
    release = good_release()
    page_leaks.a_hidden_figure_in_a_chart(release)
    page_leaks.a_size_on_a_page_of_peers(release)
    page_leaks.a_language_that_shows_more(release)
    folders = release.write(tmp_path)
    alone = audit(*folders, attacks=[leaking_pages])
    assert len(alone) >= 3
    monkeypatch.setattr(pages, "MANY", 1)
    assert audit(*folders, attacks=[leaking_pages]) == alone
