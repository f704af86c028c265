"""A page is read alike whichever way is taken: tags by their text or taken apart, by one process or by many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit import audit, markup, pages
from pipeline.audit.pages import leaking_pages
from tests.audit import page_leaks
from tests.audit.releases import good_release

PIECES = [
    *("<td>", "</td>", "<TD>", "</td >", "<p hidden>", "</p>", "<br>", "<br/>", "<bdi onclick='x'>", "</bdi>", "<>", "</>"),
    *('<td class="suppressed">', '<td title="a>b">', "<td title='5\">", '<td data-raw="4.1" data-raw="5">', '<a href=" x ">'),
    *('<div data-table="context">', "</div>", '<td a="1"b="2">', '<td\n title="6">', '<td title="&lt;7">', "<td data-n=8>"),
    *("<script>", '<script type="application/json">', "</script>", "<style>", "</style>", "<title>", "<textarea>", "[1, 2]"),
    *("<!--", "-->", "<![CDATA[", "]]>", "&#52;", "&amp", '"', "'", "<", ">", " ", "seven 7", "<template>", "<noscript>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_a_plain_tag_says_what_the_library_reads_in_it(html):
    read = markup.read_page(html)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "plain", lambda text: None)
        patch.setattr(markup, "ORDINARY", {})
        assert markup.read_page(html) == read


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
