"""Deliberately broken pages: each function plants one leak in the pages of a good release."""

from __future__ import annotations

import base64
import json
import struct

from tests.audit.releases import Release

NATIONAL, PEERS, OWN = "national/KEN-2024.html", "cross-member.html", "cross-member/KEN.html"


def _plant(release: Release, page: str, html: str) -> None:
    release.pages[page] = release.pages[page].replace("</main>", f"{html}</main>")


def _chart(release: Release, page: str, figure: dict) -> None:
    _plant(release, page, f'<script type="application/json">{json.dumps({"data": [figure]})}</script>')


def a_hidden_figure_in_a_chart(r: Release):
    _chart(r, NATIONAL, {"x": [7.31852], "y": [0]})


def a_hidden_figure_in_a_packed_array(r: Release):
    packed = base64.b64encode(struct.pack("<2d", 7.31852, 4.01973)).decode()
    _chart(r, NATIONAL, {"x": {"dtype": "f8", "bdata": packed}})


def a_hidden_figure_in_a_hover_text(r: Release):
    _chart(r, NATIONAL, {"hovertemplate": "west: 41.9173 %"})


def a_hidden_figure_in_a_chart_s_layout(r: Release):
    figure = {"data": [], "layout": {"meta": {"west": 41.9173}}}
    _plant(r, NATIONAL, f'<script type="application/json">{json.dumps(figure)}</script>')


def an_error_bar_of_its_own(r: Release):
    _chart(r, NATIONAL, {"error_x": {"array": [4.8371]}})


def a_small_base_in_a_chart(r: Release):
    _chart(r, NATIONAL, {"customdata": [{"n": 6}]})


def data_that_is_no_json(r: Release):
    _plant(r, NATIONAL, '<script type="application/json">[1, 2,</script>')


def a_hidden_figure_in_an_attribute(r: Release):
    _plant(r, NATIONAL, '<td data-raw="41.9173"></td>')


def a_small_base_in_an_attribute(r: Release):
    _plant(r, NATIONAL, '<td data-n="6"></td>')


def a_hidden_figure_in_a_title(r: Release):
    _plant(r, NATIONAL, '<td title="West: 41.9173">hidden</td>')


def a_hidden_figure_in_a_label_for_screen_readers(r: Release):
    _plant(r, NATIONAL, '<td aria-label="West 41.9173">hidden</td>')


def a_hidden_figure_in_a_comment(r: Release):
    _plant(r, NATIONAL, "<!-- west 41.9173 -->")


def a_hidden_figure_in_a_hidden_element(r: Release):
    _plant(r, NATIONAL, '<p style="display: none">west <b>41.9173</b></p>')


def a_hidden_figure_for_screen_readers_only(r: Release):
    _plant(r, NATIONAL, '<span class="visually-hidden">west 41.9173</span>')


def a_hidden_figure_as_the_width_of_a_bar(r: Release):
    _plant(r, NATIONAL, '<div style="width: 41.9173%"></div>')


def a_hidden_figure_in_a_description(r: Release):
    _plant(r, NATIONAL, '<meta name="description" content="West 41.9173">')


def a_hidden_figure_in_a_template(r: Release):
    _plant(r, NATIONAL, "<template><p>41.9173</p></template>")


def digits_in_a_suppressed_cell(r: Release):
    _plant(r, NATIONAL, '<td class="suppressed">hidden <span>(6)</span></td>')


def answers_in_a_chart(r: Release):
    _chart(r, NATIONAL, {"x": [1, 2, 3, 4, 5] * 28})


def answers_in_an_attribute(r: Release):
    _plant(r, NATIONAL, f'<div data-points="{",".join("12345" * 28)}"></div>')


def another_member_s_figures_on_a_page_of_peers(r: Release):
    _chart(r, OWN, {"x": [7.3185]})


def a_member_s_code_on_a_page_of_peers(r: Release):
    _plant(r, PEERS, '<td data-cell="GHA">6.1</td>')


def a_member_s_french_name_in_a_chart(r: Release):
    _chart(r, OWN, {"name": "Ghana (fr)"})


def a_recipient_s_name_on_everybody_s_page(r: Release):
    _plant(r, PEERS, "<p>Prepared for Kenya</p>")


def a_wave_on_a_page_of_peers(r: Release):
    _plant(r, PEERS, "<td>Member C, 2022</td>")


def a_date_on_a_page_of_peers(r: Release):
    _plant(r, OWN, "<td>Member C since 2023-05-14</td>")


def a_size_on_a_page_of_peers(r: Release):
    _plant(r, PEERS, "<td>Member C: 162 respondents</td>")


def a_script_from_elsewhere(r: Release):
    _plant(r, NATIONAL, '<script src="https://cdn.example.org/plotly.js"></script>')


def a_script_in_the_page(r: Release):
    _plant(r, NATIONAL, "<script>window.west = [41.9173]</script>")


def a_picture_outside_the_folder(r: Release):
    _plant(r, PEERS, '<img src="../store/chart.png" alt="">')


def an_event_handler(r: Release):
    _plant(r, NATIONAL, '<p onclick="send()">Results</p>')


def a_language_that_shows_more(r: Release):
    page = r.pages[NATIONAL]
    start = page.index('data-raw="') + len('data-raw="')
    r.pages["national/KEN-2024.fr.html"] = page[:start] + "4.0" + page[start + 3 :]


def a_hidden_figure_in_a_bare_list(r: Release):
    _plant(r, NATIONAL, '<script type="application/json">[41.9173]</script>')
