"""A whole run with the published figures, given to two fictional members that were surveyed, and to three that were not."""

import re

import polars as pl
import pytest
import yaml

from pipeline.demo import write_demo
from tests.conftest import english, once, run_cips
from tests.context.figures import NEWSLETTER

SURVEYED = {"TUR": "XAA", "RUS": "XAB"}


def write_workspace(folder):
    write_demo(folder, members=2, waves=1, respondents=60, seed=5)
    (folder / "reports.yaml").write_text("languages: []\n", encoding="utf-8")
    members = yaml.safe_load((folder / "members.yaml").read_text(encoding="utf-8"))
    members |= {code: {"name": {"en": code}} for code in ("AZE", "LTU", "COL")}
    (folder / "members.yaml").write_text(yaml.safe_dump(members, allow_unicode=True), encoding="utf-8")
    text = NEWSLETTER.read_text(encoding="utf-8")
    for published, fictional in SURVEYED.items():
        text = text.replace(f"{published},", f"{fictional},")
    (folder / "context.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def newsletter_run(shared):
    def make(folder):
        write_workspace(folder / "workspace")
        done = run_cips("--workspace", folder / "workspace", "--out", folder, "run")
        assert done.returncode == 0, done.stdout + done.stderr

    return once(shared / "run-newsletter", make)


@pytest.fixture(scope="session")
def pages(newsletter_run):
    """By name; of a report's pages the report itself."""
    found = sorted(english(newsletter_run / "reports"), key=lambda p: p.parent.name == "national")
    return {p.stem: p.read_text(encoding="utf-8") for p in found}


def seen(html: str) -> str:
    """The section on administrative figures, as text."""
    section = re.search(r'<section id="context">(.*?)</section>', html, re.S)[1]
    without_charts = re.sub(r"<script.*?</script>", "", section, flags=re.S)
    in_line = re.sub(r"</?(span|bdi|abbr)[^>]*>", "", without_charts)
    return " ".join(re.sub(r"<[^>]+>", " ", in_line).split())


def test_the_release_holds_every_figure_as_it_was_given(newsletter_run):
    given = pl.read_csv(NEWSLETTER).with_columns(pl.col("member").replace(SURVEYED), pl.col("value").cast(pl.Float64))
    table = pl.read_parquet(newsletter_run / "release" / "context.parquet")
    keys = given.columns[:5]
    assert table.select(given.columns).sort(keys).equals(given.sort(keys))
    assert dict(table.group_by("status").len().iter_rows()) == {
        "published": 16,
        "whole": 4,
        "no_denominator": 6,
        "not_counted": 1,
    }


def test_rates_can_be_computed_again_from_their_row(newsletter_run):
    rated = pl.read_parquet(newsletter_run / "release" / "context.parquet").filter(status="published")
    again = rated["value"] / rated["rate_base"] * rated["rate_per"]
    assert (again - rated["rate"]).abs().max() < 1e-9
    assert rated.filter((pl.col("rate") < pl.col("ci_low")) | (pl.col("rate") > pl.col("ci_high"))).is_empty()


def test_the_page_tells_the_contradictions_and_mends_none(pages):
    text = seen(pages["XAA-2025"])
    assert "staff, 2019: the parts (central, provincial) add up to 20,519, the total says 20,558 (39 more)." in text
    assert (
        "staff, 2008: the parts (women central, men central) add up to 1,486, “central” says 1,427 (59 less)." in text
    )
    assert "add up to 7,485, “provincial” says 7,258 (227 less)." in text
    assert text.count("add up to") == 4, "three contradictions, and the sentence before them"
    assert "20,558 persons" in text and "20,519 persons" not in text


def test_the_page_tells_rates_with_what_they_are_of_and_where_figures_come_from(pages):
    text = seen(pages["XAA-2025"])
    assert "16.4% 15.7 to 17.2 staff, total, 2008: 8,685 WCO Integrity Newsletter 19, Turkey, table 1" in text
    assert "does not say that one caused the other" in text
    assert "Beside them, what people answered: Integrity index" in text


def test_where_there_is_no_denominator_there_is_no_rate(pages):
    text = seen(pages["XAB-2025"])
    assert text.count("no rate: there is no denominator for this period") == 4 and " per 1,000" not in text
    assert "Jan 1, 2020 to Sep 30, 2020" in text
    assert "None of these figures can be checked against a total." in text
    assert "‡" not in text


def test_a_member_s_figures_stand_on_its_own_page_alone(pages):
    assert {name for name, html in pages.items() if "20,558" in html or "Newsletter" in html} == {
        "XAA-2025",
        "XAB-2025",
    }
    assert "Turkey" not in pages["XAB-2025"]


def test_another_figure_is_another_release(newsletter_run, tmp_path):
    from pipeline.fingerprint import fingerprint
    from pipeline.paths import Paths

    root = newsletter_run / "workspace"
    before = fingerprint(Paths(root, newsletter_run))
    assert before == fingerprint(Paths(root, tmp_path))
    for link in root.iterdir():
        (tmp_path / link.name).symlink_to(link)
    (tmp_path / "context.csv").unlink()
    text = (root / "context.csv").read_text(encoding="utf-8")
    (tmp_path / "context.csv").write_text(text.replace("20558", "20519"), encoding="utf-8")
    changed = fingerprint(Paths(tmp_path, tmp_path / "out"))
    assert changed != before
    (tmp_path / "context.yaml").write_text("per: 100\n", encoding="utf-8")
    assert fingerprint(Paths(tmp_path, tmp_path / "out")) not in (before, changed)


def test_a_fault_ends_a_run_before_anything_is_changed(newsletter_run, tmp_path):
    for link in (newsletter_run / "workspace").iterdir():
        (tmp_path / link.name).symlink_to(link)
    (tmp_path / "context.yaml").write_text("denominater: staff\n", encoding="utf-8")
    done = run_cips("--workspace", tmp_path, "--out", tmp_path / "out", "run")
    assert done.returncode == 2 and "did you mean 'denominator'?" in " ".join((done.stdout + done.stderr).split())
    assert not (tmp_path / "out").exists()
