"""Findings in words: at most seven, the weightiest first, each with its figures, nothing of what is hidden."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pipeline.report.changes import changes
from pipeline.report.differences import gaps
from pipeline.report.narrator import MOST, narrate
from pipeline.report.narrator.finding import WARNING, Finding, sure_size
from pipeline.report.narrator.narrate import weightiest
from pipeline.report.national import National
from pipeline.report.release import Release
from pipeline.report.source import Source
from pipeline.report.wording import Wording
from tests.conftest import english

POINTS = st.floats(-100, 100)


def finding(sure: float, about: str = "", sensitive: bool = False) -> Finding:
    return Finding(Markup(f"{about}{sure}"), (about or sure,), "changes", sure, sensitive)


def narrated(source: Source, member: str = "XAB", wave: str = "2025") -> list[Finding]:
    n = National(source, Wording("en"), member, wave)
    return narrate(n, n.profile(), changes(n), gaps(n))


@pytest.fixture(scope="module")
def source(sample_run) -> Source:
    return Source(Release(sample_run / "release"))


@given(st.lists(POINTS.map(abs), max_size=30))
def test_the_weightiest_are_told_first_and_no_more_than_seven(sizes):
    told = [f.sure for f in weightiest(finding(s) for s in sizes)]
    assert told == sorted(set(sizes), reverse=True)[:MOST]


def test_of_the_same_only_the_weightiest_is_told():
    assert [f.sure for f in weightiest([finding(1, "a"), finding(3, "a"), finding(2, "b")])] == [3, 2]


def test_what_is_said_of_a_sensitive_question_counts_double():
    assert [f.sure for f in weightiest([finding(3), finding(2, sensitive=True), finding(WARNING)])] == [WARNING, 2, 3]


@given(POINTS, POINTS)
def test_the_sure_size_is_the_end_of_the_interval_nearer_to_no_difference(one, other):
    low, high = sorted((one, other))
    size = sure_size(low, high)
    assert 0 <= size <= max(abs(low), abs(high))
    assert (size == 0) == (low <= 0 <= high)


def test_every_finding_leads_to_its_figures(sample_run):
    pages = english(sample_run / "reports" / "national")
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        told = re.findall(r'<p class="finding">(.*?)</p>', text.split('id="who_answered"')[0])
        assert 0 < len(told) <= MOST
        for line in told:
            led_to = re.findall(r'href="#([\w-]+)"', line) + re.findall(r'data-cell="([^"]+)"', line)
            assert led_to and all(f'id="{place}"' in text for place in led_to)


def test_who_was_asked_comes_first_where_it_changed_too_much(source):
    first = narrated(source)[0]
    assert first.about == ("asked", "Customs officials") and "Manager" in first.text


def test_the_plain_fall_of_the_flipped_member_is_no_finding(source):
    """Its managers went from 85 % to 23 %: all ten plain changes are falls that stand, nobody's opinion fell."""
    plain = source.comparisons.filter(
        kind="wave_change", member="XAB", wave="2025", population="officials", adjustment="none", domain_variable="",
        indicator_kind="factor", test="t",
    )
    assert (plain["difference"] < 0).all() and (plain["q_value"] < 0.05).all()
    assert ("change", "Customs officials", "lower") not in [f.about for f in narrated(source)]


def test_nothing_is_said_of_a_suppressed_figure(source, tmp_path):
    """The release without what was said: every finding of the same kind is gone."""
    before = narrated(source)
    for name in ("estimates", "comparisons", "adjustments"):
        table = getattr(source, name)
        keys = {"status", *[c for c in table.columns if table.schema[c] == pl.String]}
        empty = [pl.lit(None, table.schema[c]).alias(c) for c in table.columns if c not in keys]
        table.with_columns(*empty, status=pl.lit("suppressed")).write_parquet(tmp_path / f"{name}.parquet")
    for path in source.release.folder.iterdir():
        if not (tmp_path / path.name).exists():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    after = narrated(Source(Release(tmp_path)))
    assert len(before) > 4
    assert not [f for f in after if re.search(r"\d", f.text.striptags())], "no number is left to be told"


def test_the_page_and_the_results_agree_on_every_factor(source):
    """The rule which change counts is applied in two places, as pages may read the release alone."""
    words = {"improved": {"higher"}, "worsened": {"lower"}, "not_comparable": {"not_comparable"}}
    factors, compared = source.results.filter(kind="factor"), 0
    for member, wave in source.reported.select("member", "wave").unique().rows():
        n = National(source, Wording("en"), member, wave)
        blocks = {block["population"]: block for block in changes(n)}
        for row in factors.filter(member=member, wave=wave).iter_rows(named=True):
            lines = blocks[n.t.name(row["population"])]["rows"]
            line = next(r for r in lines if r["label"].removeprefix("⇄ ") == source.titles[row["indicator"]])
            assert line["verdict"] in words.get(row["verdict"], {"about_the_same", "cannot_tell"})
            compared += 1
    assert compared > 150
