"""Under each change both waves' figures, joined only where the same kinds of people were asked."""

import json
import re

import polars as pl
import pytest

PANEL = re.compile(r'<p class="panel">[^<]*</p><div class="chart"[^>]*><script type="application/json">(.*?)</script>')


def panels(run, page: str, population: str) -> list[list[dict]]:
    """The traces of each slope chart of one population."""
    text = (run / "reports" / "national" / page).read_text(encoding="utf-8")
    figure = re.search(rf'aria-labelledby="change-{population}">(.*?)</figure>', text, re.DOTALL)[1]
    return [json.loads(found)["data"] for found in PANEL.findall(figure)]


def scores(run, population: str, wave: str) -> dict[str, float]:
    found = pl.read_parquet(run / "release" / "estimates.parquet").filter(
        pl.col("indicator_kind") != "item", member="XAB", wave=wave, population=population, measure="mean_score", domain_variable=""
    )
    return dict(found.with_columns(pl.col("estimate") / 10).select("indicator", "estimate").iter_rows())


def changes(run, population: str, adjustment: str) -> dict[str, float]:
    found = pl.read_parquet(run / "release" / "comparisons.parquet").filter(
        pl.col("indicator_kind") != "item", kind="wave_change", member="XAB", wave="2025", population=population, domain_variable="", adjustment=adjustment, measure="mean_score"
    )
    return dict(found.with_columns(pl.col("difference") / 10).select("indicator", "difference").iter_rows())


@pytest.mark.parametrize(("population", "joined"), [("officials", False), ("private_sector", True)])
def test_both_waves_stand_as_published_and_are_joined_only_where_the_same_kinds_were_asked(sample_run, population, joined):
    """Of XAB's officials 84 % were managers in one wave and 24 % in the next; its firms hardly changed."""
    then, now = (scores(sample_run, population, wave) for wave in ("2023", "2025"))
    drawn = panels(sample_run, "XAB-2025.html", population)
    assert len(drawn) == len(now) > 10
    shown = sorted((line["y"][0], line["y"][-1]) for line, _ in drawn)
    assert shown == sorted((round(then[i], 1), round(now[i], 1)) for i in now)
    assert all((None not in line["y"]) == joined for line, _ in drawn)


def test_the_dashed_line_leads_to_the_change_with_the_same_kinds_of_people_asked(sample_run):
    adjusted = changes(sample_run, "officials", "standardised")
    rises = sorted(dashed["meta"]["rise"] for _, dashed in panels(sample_run, "XAB-2025.html", "officials"))
    assert rises == pytest.approx(sorted(round(x, 1) for x in adjusted.values()), abs=1e-9)
    assert rises != sorted(round(x, 1) for x in changes(sample_run, "officials", "none").values())

