"""Trends from the exports to the page: what is told, what is hidden, and what must not be called a trend."""

import re
import shutil

import numpy as np
import polars as pl
import pytest

from pipeline.estimate.trends import estimates_by_wave, trends
from pipeline.report.build import render
from tests.conftest import english, run_cips

INSTRUMENT = """instrument: {population}-form
population: {population}
display: {{scale_max: 10, decimals: 1}}
scales:
  five:
    kind: likert
    categories: [{{code: 0, score: 0}}, {{code: 1, score: 25}}, {{code: 2, score: 50}}, {{code: 3, score: 75}}, {{code: 4, score: 100}}]
    favourable: [3, 4]
    unfavourable: [0, 1]
  two: {{kind: single, categories: [{{code: a}}, {{code: b}}]}}
factors: [{{code: UP, title: {{en: Going up}}}}, {{code: STILL, title: {{en: Standing still}}}}, {{code: BENT, title: {{en: Up and down}}}}]
items:
  - {{code: Q1, scale: five, factor: UP, concept: one, text: {{en: First}}}}
  - {{code: Q2, scale: five, factor: STILL, concept: two, text: {{en: Second}}}}
  - {{code: Q3, scale: five, factor: BENT, concept: three, text: {{en: Third}}}}
  - {{code: G, scale: two, role: profile, concept: group, text: {{en: Group}}}}
"""
WAVES = ("2020", "2021b", "2023", "2024", "2025")
LEVELS = {"Q1": (40, 44, 50, 54, 57), "Q2": (50, 50, 50, 50, 50), "Q3": (40, 60, 60, 60, 40)}
SIZES = {("small", "2023"): 20}
SHARES = {("mixed", "2023"): 0.9, ("mixed", "2024"): 0.9, ("mixed", "2025"): 0.9}  # of group a; else one half


def export(population: str, wave: str, rng: np.random.Generator) -> pl.DataFrame:
    n, at = SIZES.get((population, wave), 900), WAVES.index(wave)
    answers = {q: rng.binomial(4, levels[at] / 100, n) for q, levels in LEVELS.items()}
    group = np.where(np.arange(n) < n * SHARES.get((population, wave), 0.5), "a", "b")
    return pl.DataFrame(answers | {"G": group})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Three populations of one member, five waves; of one a wave is small, of another who is asked changes."""
    workspace, rng = tmp_path_factory.mktemp("trends"), np.random.default_rng(5)
    (workspace / "instruments").mkdir()
    for population in ("steady", "small", "mixed"):
        text = INSTRUMENT.format(population=population)
        (workspace / "instruments" / f"{population}.yaml").write_text(text, encoding="utf-8")
        for wave in WAVES:
            folder = workspace / "inbox" / "AAA" / wave
            folder.mkdir(parents=True, exist_ok=True)
            export(population, wave, rng).write_csv(folder / f"{population}.csv")
    (workspace / "members.yaml").write_text("AAA: {name: {en: Somewhere}}\n", encoding="utf-8")
    (workspace / "trends.yaml").write_text("equivalence_points: 8\nchange_point: true\n", encoding="utf-8")
    done = run_cips("--workspace", workspace, "--out", workspace / "out", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return workspace / "out"


@pytest.fixture(scope="module")
def table(run):
    return pl.read_parquet(run / "release" / "trends.parquet")


@pytest.fixture(scope="module")
def section(run):
    """The trends of the last wave's page, by population."""
    (found,) = re.findall(r'<section id="trends">.*?</section>', page(run, "2025"), flags=re.S)
    _, *blocks = re.split(r"<h3>", found)
    return {block.split(":")[0].lower(): block for block in blocks}


def page(run, wave: str) -> str:
    return (run / "reports" / "national" / f"AAA-{wave}.html").read_text(encoding="utf-8")


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def factors(table: pl.DataFrame, population: str) -> dict[str, dict]:
    rows = table.filter(population=population, indicator_kind="factor").iter_rows(named=True)
    return {r["indicator"]: r for r in rows}


def test_the_release_says_what_moved(table):
    got = factors(table, "steady")
    assert {code: row["verdict"] for code, row in got.items()} == {
        "UP": "rising",
        "STILL": "no_change",
        "BENT": "not_linear",
    }
    assert got["UP"]["ci_low"] < 17 / 5 < got["UP"]["ci_high"] and got["UP"]["waves"] == 5
    assert got["BENT"]["departure_df"] == 3 and abs(got["BENT"]["change"]) < 4
    assert {row["change_point"] for row in got.values()} == {"none"}


def test_trends_are_made_of_the_published_estimates_alone(run, table):
    """Whoever has the estimates can compute them: nothing else goes in."""
    estimates = pl.read_parquet(run / "release" / "estimates.parquet")
    named = (
        pl.when(pl.col("indicator_kind") == "item")
        .then("concept")
        .otherwise(pl.concat_str("indicator_kind", pl.lit(":"), "indicator"))
    )
    again = trends(estimates_by_wave(estimates.with_columns(link=named)), equivalence_points=8, change_point=True)
    keys = ["population", "indicator", "measure", "category"]
    shown = [c for c in table.columns if table[c].dtype == pl.Float64]
    plain = (t.filter(pl.col("status") != "suppressed", pl.col("adjustment") == "none") for t in (table, again))
    mine, theirs = (t.sort(keys) for t in plain)
    assert mine.height > 10
    for column in shown:
        assert mine[column].to_list() == pytest.approx(theirs[column].to_list(), rel=1e-12), column


def test_a_hidden_wave_hides_the_trend_and_its_row_keeps_the_keys_alone(table):
    hidden = table.filter(population="small")
    assert hidden.height == table.filter(population="steady", adjustment="none").height
    assert hidden["status"].unique().to_list() == ["suppressed"] and hidden["waves"].unique().to_list() == [5]
    figures = hidden.select(hidden.columns[hidden.columns.index("waves") + 1 : -1])
    assert all(figures[c].null_count() == hidden.height for c in figures.columns)


def test_q_values_are_of_one_family_per_population_kind_and_measure(table):
    for _, family in table.filter(pl.col("q_value").is_not_null()).group_by("population", "indicator_kind", "measure"):
        assert family["q_value"].max() == pytest.approx(family["p_value"].max())


def test_the_page_says_it_in_sentences(section):
    text = plain(section["steady"])
    assert re.search(r"▲ Going up rises by 0\.3\d points a year \(0\.\d\d to 0\.\d\d\)\.", text)
    assert "= Standing still: no change of 8 points of 100 or more between any two waves." in text
    assert re.search(
        r"~ Up and down did not move in a straight line; from 2020 to 2025 it changed by -?0\.\d\d points", text
    )
    assert text.index("the waves can be compared") < text.index("Going up"), "who was asked comes first"


def test_numbers_in_sentences_are_their_cells(section):
    block = section["steady"]
    said = re.findall(r'data-cell="([^"]+)">([^<]+)<', block)
    cells = dict(re.findall(r'id="([^"]+)" data-raw="([^"]+)"', block))
    assert len(said) == 6 and all(float(cells[cell]) == float(text) for cell, text in said)


def test_where_who_was_asked_changed_the_line_is_broken_and_the_adjusted_trend_is_told(section, table):
    """Of 900 a half was of one group, then nine in ten: what moved may be no more than that."""
    adjusted = table.filter(population="mixed", adjustment="standardised", indicator="UP", measure="mean_score")
    assert adjusted["verdict"].item() == "rising"
    text = plain(section["mixed"])
    assert "Who was asked changed too much between 2021b and 2023" in text
    assert "Group, a: 50% then, 90% now" in text
    assert "those of figures brought to one make-up of respondents" in text and text.count("Going up rises by") == 1
    assert '"x":[2020.0,2021.5,null,2023.0,2024.0,2025.0]' in re.sub(r"\s", "", section["mixed"])


def test_where_nothing_could_be_adjusted_no_trend_is_stated(run, table, tmp_path):
    shutil.copytree(run / "release", tmp_path / "release")
    table.filter(pl.col("adjustment") == "none").write_parquet(tmp_path / "release" / "trends.parquet")
    render(tmp_path / "release", tmp_path / "reports")
    text = plain((tmp_path / "reports" / "national" / "AAA-2025.html").read_text(encoding="utf-8"))
    assert "no trend is stated" in text
    assert text.count("Going up rises by") == 1, "of the population that was asked alike alone"


def test_a_hidden_wave_is_hidden_in_the_table_and_breaks_the_line(section):
    block = section["small"]
    assert "hidden" in plain(block) and "rises by" not in plain(block)
    assert '"x":[2020.0,2021.5,null,2024.0,2025.0]' in re.sub(r"\s", "", block)


def test_every_line_has_its_figures_in_a_table_beside_it(section):
    block = section["steady"]
    assert block.count('class="chart"') == 3
    heads = re.findall(r'<th scope="col">([^<]+)</th>', block)
    assert heads[1:6] == list(WAVES)


def test_only_the_latest_wave_s_page_tells_trends(run):
    for wave in WAVES[:-1]:
        assert 'id="trends"' not in page(run, wave) and '"#trends"' not in page(run, wave)
    assert '"#trends"' in page(run, "2025")


def test_a_held_wave_s_trend_is_that_of_the_figures_as_published(run, table, tmp_path):
    """A corrected file without three respondents: new figures, set beside the old, would tell of those three."""
    shutil.copytree(run.parent, tmp_path / "again")
    inbox = tmp_path / "again" / "inbox" / "AAA" / "2025"
    pl.read_csv(inbox / "steady.csv").head(-3).write_csv(inbox / "steady-corrected.csv")
    out = tmp_path / "again" / "out"
    done = run_cips("--workspace", tmp_path / "again", "--out", out, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    units = pl.read_parquet(out / "release" / "units.parquet")
    assert units.filter(wave="2025", population="steady")["as_of"].item() is not None
    again = pl.read_parquet(out / "release" / "trends.parquet")
    mine = (t.filter(population="steady", adjustment="none") for t in (again, table))
    assert next(mine).equals(next(mine))
    assert again.filter(population="steady", adjustment="standardised").is_empty(), "its answers are not those published"


def test_the_sample_has_trends_of_members_with_three_waves(sample_run):
    table = pl.read_parquet(sample_run / "release" / "trends.parquet")
    assert sorted(table["member"].unique()) == ["XAA", "XAC", "XAD"]
    assert set(table["last_wave"]) == {"2025"} and set(table["waves"]) == {3}
    assert table.filter(indicator_kind="item", concept="").is_empty(), "two questionnaires share their concepts"
    pages = {
        p.stem for p in english(sample_run / "reports" / "national") if 'id="trends"' in p.read_text("utf-8")
    }
    assert pages == {"XAA-2025", "XAC-2025", "XAD-2025"}


def test_what_was_asked_otherwise_in_one_wave_is_named_and_has_no_line(sample_run):
    """The officials' questionnaire of 2021 had other questions on four factors, and so on the index."""
    table = pl.read_parquet(sample_run / "release" / "trends.parquet").filter(member="XAC", population="officials")
    bridges = pl.read_parquet(sample_run / "release" / "bridges.parquet")
    changed = set(bridges.filter(population="officials", bridge="anchored")["indicator"])
    assert changed and not changed & set(table["indicator"])
    text = (sample_run / "reports" / "national" / "XAC-2025.html").read_text("utf-8")
    line = re.search(r"Without a line, because what was asked changed[^<]*: ([^<]*)\.", text).group(1)
    assert "Automation" in line and "Integrity index" in line
