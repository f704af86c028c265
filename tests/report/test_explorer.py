"""The page of every question holds what the release shows of each, and nothing else."""

import json
import re

import polars as pl
import pytest


def data_of(page) -> dict:
    found = re.search(r'id="explorer-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(found[1])


@pytest.fixture(scope="module")
def shown(sample_run) -> dict:
    return data_of(sample_run / "reports" / "items" / "XAB.html")


def figures(sample_run, **of) -> pl.DataFrame:
    return pl.read_parquet(sample_run / "release" / "estimates.parquet").filter(**of)


def test_every_question_with_set_answers_of_the_newest_wave_is_there(sample_run, shown):
    codebook = json.loads((sample_run / "release" / "codebook.json").read_text(encoding="utf-8"))
    units = pl.read_parquet(sample_run / "release" / "units.parquet").filter(member="XAB", wave="2025")
    for population, instrument in units.select("population", "instrument").iter_rows():
        asked = [i["code"] for i in codebook["instruments"][instrument]["items"] if i["kind"] in ("likert", "single", "multiple")]
        mine = figures(sample_run, member="XAB", wave="2025", population=population)["indicator"].unique().to_list()
        assert {f"q-{population}-{code}" for code in asked if code in mine} <= set(shown["questions"])


def test_its_figures_are_the_release_s(sample_run, shown):
    question = shown["questions"]["q-officials-Q01"]
    labels = shown["scales"][ord(question["scale"]) - ord("a")]["labels"]
    everybody = {row[1]: row for row in question["rows"] if row[0] == ""}
    assert set(everybody) == {"2023", "2025"}
    for wave, (_, _, n, shares, favourable, low, high, missing) in everybody.items():
        mine = figures(sample_run, member="XAB", wave=wave, population="officials", indicator="Q01", domain_variable="")
        share = mine.filter(measure="share").sort("category")
        assert len(shares) == len(labels) and n == share["n"][0]
        assert sorted(shares) == sorted(round(100 * x) for x in share["estimate"])
        good = mine.filter(measure="favourable").row(0, named=True)
        assert [favourable, low, high] == [round(100 * good[c]) for c in ("estimate", "ci_low", "ci_high")]
        assert missing == round(100 * mine.filter(measure="nonresponse")["estimate"][0])


def test_its_only_numbers_are_figures(shown):
    """A place in a list would be taken for one, and refused where no figure happens to be the same."""
    assert all(question.keys() == {"scale", "rows"} and question["scale"].isalpha() for question in shown["questions"].values())
    for scale in shown["scales"]:
        assert all(type(value) in (str, bool) for part in (scale["labels"], scale["order"], scale["left"]) for value in part)


def test_what_is_hidden_has_no_figure(sample_run):
    """As many shares of XAA's officials stand here as the release shows, by wave and by group."""
    mine = figures(sample_run, member="XAA", population="officials", measure="share", indicator_kind="item")
    assert mine.filter(status="suppressed").height
    questions = data_of(sample_run / "reports" / "items" / "XAA.html")["questions"]
    rows = [row for name, q in questions.items() if name.startswith("q-officials-") for row in q["rows"]]
    codes = {re.sub(r"^q-officials-(Q\d+).*", r"\1", name) for name in questions if name.startswith("q-officials-")}
    shown = mine.filter(pl.col("estimate").is_not_null(), pl.col("indicator").is_in(codes))
    assert sum(x is not None for row in rows for x in row[3]) == shown.height


def test_waves_that_asked_other_people_are_said_not_to_be_compared(sample_run):
    """Of XAB's officials 84 % were managers in one wave and 24 % in the next."""
    text = (sample_run / "reports" / "items" / "XAB.html").read_text(encoding="utf-8")
    assert "In 2025 other kinds of people were asked than in 2023" in text


def test_no_page_is_heavier_than_400_kb(sample_run):
    pages = list((sample_run / "reports").rglob("*.html"))
    heaviest = max(pages, key=lambda p: p.stat().st_size)
    assert heaviest.stat().st_size < 400_000, heaviest.name
    assets = sum(p.stat().st_size for p in (sample_run / "reports" / "assets").iterdir())
    assert assets < 1_500_000
