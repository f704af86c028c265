"""Small charts on one scale, whatever of their waves is hidden."""

import json

import pytest

from pipeline.report.levels import drawn

HIDDEN = {"x": None, "low": None, "high": None}


def point(wave: str, x: float | None = None, joined: bool = True, **more) -> dict:
    figures = HIDDEN if x is None else {"x": x, "low": x - 1, "high": x + 1}
    return {"wave": wave, "time": float(wave), "joined": joined} | figures | more


def charts(*panels: list[dict], rise: float | None = None) -> list[str]:
    return [p["chart"] for p in drawn([{"label": "A", "points": points, "rise": rise} for points in panels], 10)]


def test_a_panel_without_any_figure_has_no_chart_and_the_others_have_theirs():
    shown, hidden = charts([point("2022", 5), point("2024", 6)], [point("2022"), point("2024")])
    assert hidden == "" and json.loads(shown)["data"][0]["y"] == [5, 6]
    assert charts([point("2022"), point("2024")]) == [""]


def test_a_figure_without_an_interval_is_not_drawn():
    assert charts([point("2022", 5, low=None), point("2024", 6)], [point("2022", 5, low=None)])[1] == ""


def test_what_is_hidden_or_asked_of_others_breaks_the_line():
    hidden, moved = charts([point("2020", 5), point("2022"), point("2024", 6)], [point("2022", 5), point("2024", 6, joined=False)])
    assert json.loads(hidden)["data"][0]["y"] == [5, None, 6] == json.loads(moved)["data"][0]["y"]


@pytest.mark.parametrize("rise", [3.0, -3.0])
def test_the_scale_holds_the_end_of_the_dashed_line(rise):
    figure = json.loads(charts([point("2022", 5), point("2024", 5)], rise=rise)[0])
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 5 + rise < high and figure["data"][1]["meta"] == {"rise": rise}
