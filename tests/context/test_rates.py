"""Which figure is divided by which, and how sure the rate is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.context.rates import denominator, rate_of
from pipeline.context.rules import ContextRules
from tests.context.figures import RULES, figure, newsletter, staff


def rate(one, *others, rules=RULES):
    return rate_of(one, [one, *others], rules)


def test_events_are_told_per_thousand_staff_and_year():
    """R: poisson.test(215, T = 15 * 274 / 366), 9 months of a leap year with 15,000 staff."""
    cases = figure("cases", "all", 215, days=("2020-01-01", "2020-09-30"), unit="cases")
    found = rate(cases, figure(value=15000))
    assert (found.status, found.method, found.per) == ("published", "garwood", 1000)
    assert found.base == pytest.approx(15000 * 274 / 366)
    assert found.rate == pytest.approx(1000 * 215 / (15000 * 274 / 366))
    assert (found.low, found.high) == pytest.approx((16.6721316525696, 21.8834710517389), rel=1e-12)


def test_persons_are_a_share_of_staff_whatever_the_period_s_length():
    """R: binom.test(4, 8685)."""
    for days in (("2020-01-01", "2020-12-31"), ("2020-07-04", "2020-11-14")):
        found = rate(figure("disciplined", "all", 4, days=days), figure(value=8685))
        assert (found.status, found.method, found.base) == ("published", "clopper_pearson", 8685)
        assert (found.low, found.high) == pytest.approx((0.12550204330421, 1.17880357544231), rel=1e-9)


def test_parts_are_told_in_percent_of_their_own_total():
    total, women = staff(total=100, women=40)
    found = rate_of(women, [total, women], RULES)
    assert (found.rate, found.per, found.of) == (40, 100, total)
    assert rate_of(total, [total, women], RULES).status == "whole"


def test_nothing_is_invented():
    """Leaflets, shares of a person, staff of somebody else or of another time, staff of nobody: no rate."""
    nobody, total = figure(value=0), figure(value=100)
    cases = figure("cases", "all", 4, unit="cases")
    assert rate(figure("leaflets", "all", 6000, unit="leaflets"), total).status == "not_counted"
    assert rate(figure("leave", "all", 3.5), total).status == "not_counted"
    assert rate(cases).status == "no_denominator"
    assert rate(cases, nobody).status == "no_denominator"
    assert rate(cases, figure(member="XXB")).status == "no_denominator"
    assert rate(cases, figure(year=2018)).status == "no_denominator"
    assert rate(cases, figure(breakdown="women")).status == "no_denominator"
    assert rate(figure("trained", "all", 101), total).status == "above_denominator"
    assert rate(figure("cases", "all", 4, unit="cases", denominator="none"), total).status == "no_denominator"
    assert (
        rate(total, figure("cases", "all", 4, unit="cases"), rules=ContextRules(denominator="cases")).status
        == "not_counted"
    )


def test_the_shortest_period_that_holds_a_figure_s_is_its_denominator_s():
    cases = figure("cases", "all", 4, days=("2020-01-01", "2020-09-30"), unit="cases")
    year, decade = figure(value=1), figure(value=2, days=("2015-01-01", "2024-12-31"))
    assert denominator(cases, [cases, decade, year], RULES) is year
    assert denominator(cases, [cases, decade], RULES) is decade


def test_else_the_nearest_within_a_year():
    cases = figure("cases", "all", 4, days=("2019-10-01", "2020-09-30"), unit="cases")
    before, of_the_year, later = figure(year=2018), figure(year=2020), figure(year=2021)
    assert denominator(cases, [before, later], RULES) is later
    assert denominator(cases, [before, of_the_year, later], RULES) is of_the_year
    assert denominator(cases, [figure(year=2017)], RULES) is None
    assert denominator(cases, [figure(year=2021, days=("2021-12-01", "2021-12-31"))], RULES) is None


def test_a_breakdown_s_own_denominator_goes_before_the_total():
    cases = figure("cases", "north", 4, unit="cases")
    total, north = staff(total=100, north=20)
    assert denominator(cases, [total, north], RULES) is north
    assert denominator(cases, [total], RULES) is total


def test_a_row_may_name_its_denominator():
    total, women, men = staff(total=100, women=40, men=60)
    trained = figure("trained", "women", 10)
    chiefs = figure("staff", "women chiefs", 10, denominator="staff / women")
    received = figure("complaints received", "all", 50, unit="complaints")
    upheld = figure("complaints upheld", "all", 5, unit="complaints", denominator="complaints received")
    known = [total, women, men, trained, chiefs, received, upheld]
    assert denominator(trained, known, RULES) is women
    assert (rate_of(chiefs, known, RULES).of, rate_of(chiefs, known, RULES).rate) == (women, 25)
    assert rate_of(upheld, known, RULES).of is received
    assert (rate_of(upheld, known, RULES).rate, rate_of(upheld, known, RULES).method) == (100, "clopper_pearson")


def test_words_are_the_workspace_s_own():
    rules = ContextRules(denominator="effectif", persons=["agents"], events=["plaintes"], totals=["ensemble"], per=100)
    staff_ = figure("Effectif", "Ensemble", 50, unit="agents")
    found = rate(figure("Plaintes", "ensemble", 5, unit="Plaintes"), staff_, rules=rules)
    assert (found.rate, found.per, found.of) == (10, 100, staff_)


def test_published_figures_without_a_denominator_have_no_rate():
    known = newsletter()
    status = {(f.member, f.breakdown, f.start.year): rate_of(f, known, RULES).status for f in known}
    assert {s for (m, b, _), s in status.items() if m == "TUR" and b != "total"} == {"published"}
    assert {s for (m, _, _), s in status.items() if m in ("RUS", "AZE", "COL")} == {"no_denominator"}
    assert status["LTU", "all", 2019] == "not_counted"


@given(st.integers(0, 300), st.integers(300, 20_000), st.integers(1, 900))
def test_a_rate_lies_in_its_interval_and_does_not_hang_on_the_period_s_length(events, persons, days):
    end = date.fromordinal(date(2020, 1, 1).toordinal() + days - 1)
    base = figure(value=persons, days=("2019-01-01", "2023-12-31"))
    cases = figure("cases", "all", events, days=("2020-01-01", str(end)), unit="cases")
    officers = figure("officers", "all", events, days=("2020-01-01", str(end)))
    for one in (rate(cases, base), rate(officers, base)):
        assert one.low <= one.rate <= one.high
    assert rate(cases, base).rate * rate(cases, base).base / 1000 == pytest.approx(events)
