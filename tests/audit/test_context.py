"""Administrative figures may be small: they stand in parts of a page that name their table, and nothing else stands there."""

import json

import pytest

from pipeline.audit import audit
from pipeline.context.tables import context_tables
from tests.audit.releases import good_release
from tests.context.figures import RULES, figure

NATIONAL = "national/KEN-2024.html"
GIVEN = [
    figure("staff", "total", 8685, member="KEN"),
    figure("disciplined", "all", 7, member="KEN"),
    figure("disciplined", "all", 23, member="GHA"),
]


def found(tmp_path, html, page=NATIONAL) -> list[tuple[str, str]]:
    """(kind, what) of all findings where a page holds `html`."""
    release = good_release()
    release.tables |= context_tables(GIVEN, RULES)
    release.pages[page] = release.pages[page].replace("</main>", f"{html}</main>")
    return [(f.kind, f.what) for f in audit(*release.write(tmp_path))]


def aside(html, table="context"):
    return f'<div data-table="{table}">{html}</div><p>after it</p>'


def cell(*values):
    return "".join(f'<td data-raw="{v}"></td>' for v in values)


def chart(*values):
    return f'<script type="application/json">{json.dumps({"data": [{"x": values, "y": list(range(len(values)))}]})}</script>'


def test_a_release_with_administrative_figures_is_sound(tmp_path):
    assert found(tmp_path, "") == []


def test_small_counts_their_rates_and_periods_pass_in_their_part(tmp_path):
    rate = 1000 * 7 / 8685
    assert found(tmp_path, aside(cell(7, 8685, rate) + chart(round(rate, 2)) + '<p title="2020">7</p>')) == []


@pytest.mark.parametrize(
    "html", [cell(7.3185), cell(23), cell(6), chart(0.5), "<!-- 41.9173 -->", '<p hidden="">6</p>']
)
def test_any_other_number_is_a_finding_there(tmp_path, html):
    """Hidden figures of the survey, small bases, another member's cases."""
    (one,) = found(tmp_path, aside(html))
    assert one[0] in ("page-number", "page-comment", "page-hidden") and "in no published figure" in one[1]


def test_a_base_of_respondents_does_not_pass_there(tmp_path):
    (one,) = found(tmp_path, aside('<td data-n="7"></td>'))
    assert one == ("page-number", "7: in no published figure of this page")


@pytest.mark.parametrize("html", [cell(8685), chart(8685)])
def test_an_administrative_figure_is_no_figure_of_the_survey(tmp_path, html):
    (one,) = found(tmp_path, html)
    assert one == ("page-number", "8685: in no published figure of this page")


@pytest.mark.parametrize("page", ["cross-member.html", "cross-member/KEN.html"])
def test_none_passes_on_a_page_of_peers(tmp_path, page):
    assert ("page-number", "7: in no published figure of this page") in found(tmp_path, aside(cell(7)), page)


def test_names_are_found_there_too(tmp_path):
    assert "page-name" in {kind for kind, _ in found(tmp_path, aside('<td data-of="GHA"></td>'), "cross-member.html")}


def test_a_part_that_names_no_such_table_holds_no_number(tmp_path):
    (one,) = found(tmp_path, aside(cell(8685), "estimates"))
    assert one[0] == "page-number"


def test_a_group_with_few_dots_may_have_them_in_any_row_of_its_chart(tmp_path):
    figure = {"data": [{"x": [7], "y": [3.24]}], "layout": {"yaxis": {"tickvals": [0, 1, 2, 3]}}}
    html = f'<script type="application/json">{json.dumps(figure)}</script>'
    assert found(tmp_path / "row", aside(html)) == []
    (one,) = found(tmp_path / "beyond", aside(html.replace("3.24", "5.24")))
    assert one == ("page-number", "5.24: in no published figure of this page")
