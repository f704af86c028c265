"""context.csv: what is read, and what is said of a fault."""

from datetime import date

import pytest

from pipeline.context.figure import years
from pipeline.context.read import COLUMNS, read_context
from pipeline.errors import ConfigurationError
from tests.context.figures import RULES, newsletter

GOOD = "XXA,2020-01-01,2020-12-31,staff,total,100,persons,annual report"


HEADING = ",".join(COLUMNS)


def read(tmp_path, *lines, heading=HEADING, rules=RULES):
    path = tmp_path / "context.csv"
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8-sig")
    return read_context(path, ["XXA", "XXB"], rules)


def test_a_figure_is_what_its_row_says(tmp_path):
    (found,) = read(tmp_path, " XXA ,2020-01-01,2020-09-30,Cases  opened,all,4.0,cases,report")
    assert (found.member, found.start, found.end) == ("XXA", date(2020, 1, 1), date(2020, 9, 30))
    assert (found.indicator, found.breakdown, found.value, found.unit) == ("Cases opened", "all", 4, "cases")
    assert found.denominator == ""


def test_the_published_file_is_read_whole():
    found = newsletter()
    assert len(found) == 27
    assert sum(f.value for f in found if f.member == "TUR" and f.total(RULES)) == 7714 + 8685 + 14581 + 20558


def test_no_file_and_empty_lines_are_no_figures(tmp_path):
    assert read_context(tmp_path / "context.csv", ["XXA"], RULES) == []
    assert len(read(tmp_path, GOOD, ",,,,,,,", "")) == 1


def test_a_repeated_row_counts_once(tmp_path):
    assert len(read(tmp_path, GOOD, GOOD)) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (GOOD.replace("XXA", "ZZZ"), "line 3: member 'ZZZ' is not in members.yaml"),
        (GOOD.replace("2020-01-01", "1.1.2020"), "line 3: period_start '1.1.2020' is no date; write year, month"),
        (GOOD.replace("2020-12-31", "2020-13-31"), "line 3: period_end '2020-13-31' is no date"),
        (GOOD.replace("2020-12-31", "20201231"), "line 3: period_end '20201231' is no date"),
        (GOOD.replace("2020-12-31", "2019-12-31"), "line 3: the period ends (2019-12-31) before it starts"),
        (GOOD.replace("100", "many"), "line 3: value 'many' is no number of 0 or more"),
        (GOOD.replace("100", "-1"), "line 3: value '-1' is no number of 0 or more"),
        (GOOD.replace("100", "nan"), "line 3: value 'nan' is no number"),
        (GOOD.replace("100", ""), "line 3: value '' is no number"),
        (GOOD.replace("annual report", ""), "line 3: source is empty"),
        (GOOD.replace("persons", " "), "line 3: unit is empty"),
        (GOOD.replace("100", "101"), "is 101 persons here, but 100 persons in line 2. Keep one"),
        (GOOD.replace("total,100", "ALL,101"), "is 101 persons here, but 100 persons in line 2"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, line, message):
    with pytest.raises(ConfigurationError) as told:
        read(tmp_path, GOOD, line)
    assert f"{tmp_path / 'context.csv'}, " in str(told.value) and message in str(told.value)


def test_a_column_that_is_missing_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="column 'source' is missing; administrative figures has member"):
        read(tmp_path, GOOD, heading=HEADING.removesuffix(",source"))


def test_a_denominator_is_an_indicator_of_the_member_s_own(tmp_path):
    heading = f"{HEADING},denominator"
    case = "XXA,2020-01-01,2020-12-31,cases,all,4,cases,report"
    for known in ("staff", "Staff / Total", "none", ""):
        assert read(tmp_path, f"{GOOD},", f"{case},{known}", heading=heading)[1].denominator == known
    for unknown in ("officers", "staff / women"):
        with pytest.raises(ConfigurationError, match=f"line 3: denominator '{unknown}' is no indicator that this file"):
            read(tmp_path, f"{GOOD},", f"{case},{unknown}", heading=heading)
    with pytest.raises(ConfigurationError, match="of XXB"):
        read(tmp_path, f"{GOOD},", f"{case},staff".replace("XXA", "XXB"), heading=heading)


def test_a_calendar_year_is_one_year_whether_a_leap_year_or_not():
    assert years(date(2019, 1, 1), date(2019, 12, 31)) == years(date(2020, 1, 1), date(2020, 12, 31)) == 1
    assert years(date(2020, 1, 1), date(2020, 9, 30)) == pytest.approx(274 / 366)
    assert years(date(2019, 7, 1), date(2021, 6, 30)) == pytest.approx(184 / 365 + 1 + 181 / 365)
    assert years(date(2019, 7, 1), date(2019, 7, 1)) == pytest.approx(1 / 365)
