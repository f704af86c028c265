"""A member's report has its own regressions; those over all members have a page of their own, or they would change every report."""

import polars as pl
import pytest

from pipeline.audit.desk import Desk
from pipeline.audit.published import Publications
from pipeline.report.drivers import drivers_over_members
from pipeline.report.release import Release
from pipeline.report.source import Source
from pipeline.report.wording import worded
from tests.conftest import english

POOL = str(worded("en")("drivers_pool"))


@pytest.fixture(scope="module")
def source(sample_run):
    return Source(Release(sample_run / "release"))


@pytest.fixture(scope="module")
def over_members(source):
    return drivers_over_members(source, worded("en"))


def page(sample_run, name: str) -> str:
    return (sample_run / "reports" / name).read_text(encoding="utf-8")


def test_each_model_over_members_that_was_fitted_is_on_the_page_once(source, over_members, sample_run):
    pooled = source.drivers.filter(member="all", statistic="model", verdict="fitted")
    assert len([b for p in over_members for b in p["blocks"]]) == pooled.height > 4
    assert page(sample_run, "drivers.html").count('<figure class="cips-fig"') == pooled.height


def test_its_figures_are_those_of_the_release(source, over_members):
    (block,) = [b for p in over_members for b in p["blocks"] if b["id"] == "drivers-officials-Q34"]  # as the newer questionnaire has it
    told = source.drivers.filter(member="all", population="officials", outcome="would_report", statistic="ame_favourable")
    estimates = dict(told.select("term", "estimate").iter_rows())
    shown = {row["label"]: row["cell"]["x"] for row in block["rows"]}
    assert block["chart"] and shown == {source.titles[term]: round(100 * estimates[term], 1) for term in estimates if term in source.titles}


def test_no_report_of_a_member_has_them(sample_run):
    reports = english(sample_run / "reports" / "national")
    assert len(reports) > 10 and POOL in page(sample_run, "drivers.html")
    assert not [path.name for path in reports if POOL in path.read_text(encoding="utf-8")]


def test_the_audit_lets_each_page_show_its_own_models_alone(sample_run):
    desk = Desk(sample_run / "release")
    figures = desk.tables["drivers"].filter(pl.col("statistic") == "vif", pl.col("estimate").is_not_null())
    pooled, own = ({(v, 9) for v in figures.filter(member=m)["estimate"]} for m in ("all", "XAB"))
    allowed = Publications(desk).of
    assert pooled and own and not allowed(("other", "")).missing([*pooled]) and not allowed(("national", "XAB")).missing([*own])
    assert allowed(("other", "")).missing([*own]) and allowed(("national", "XAB")).missing([*pooled])


def test_the_index_leads_to_the_page_only_where_there_is_one(sample_run, bfi_run):
    assert 'href="drivers.html"' in page(sample_run, "index.html")
    assert 'href="drivers.html"' not in page(bfi_run, "index.html") and not (bfi_run / "reports" / "drivers.html").exists()
