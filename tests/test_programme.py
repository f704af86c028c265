"""Initiatives and targets: what is read, and what is wrong with a row in plain words."""

import re
from datetime import date

import pytest

from pipeline.errors import ConfigurationError
from pipeline.programme import Initiative, Target, read_initiatives, read_targets
from tests.estimate.worlds import INSTRUMENT

MEMBERS = ["AAA", "BBB"]
INITIATIVES = "member,factor,population,start,end,title\n"
TARGETS = "member,population,indicator,baseline_wave,target_wave,target\n"


def initiatives(tmp_path, *rows: str) -> list[Initiative]:
    path = tmp_path / "initiatives.csv"
    path.write_text(INITIATIVES + "\n".join(rows) + "\n", encoding="utf-8")
    return read_initiatives(path, MEMBERS, [INSTRUMENT])


def targets(tmp_path, *rows: str, head: str = TARGETS) -> list[Target]:
    path = tmp_path / "targets.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return read_targets(path, MEMBERS, [INSTRUMENT])


def test_without_the_files_nothing_was_set_out(tmp_path):
    assert read_initiatives(tmp_path / "initiatives.csv", MEMBERS, [INSTRUMENT]) == []
    assert read_targets(tmp_path / "targets.csv", MEMBERS, [INSTRUMENT]) == []


def test_an_initiative_may_name_days_or_years_and_go_on(tmp_path):
    found = initiatives(tmp_path, "AAA,F,p,2023,2024,Training", "BBB,F,,2023-05-17,,Code of conduct")
    assert found[0] == Initiative("AAA", "F", "p", date(2023, 1, 1), date(2024, 12, 31), "Training")
    assert found[1].end is None and found[1].population == ""


def test_a_target_is_of_the_score_where_there_is_one_else_of_the_favourable_share(tmp_path):
    found = targets(tmp_path, "AAA,p,F,2022,2024,70", "AAA,p,G,2022,2024,0.7")
    assert [t.measure for t in found] == ["mean_score", "favourable"]


def test_a_target_may_name_its_measure(tmp_path):
    row = targets(tmp_path, "AAA,p,Q1,2022,2024,0.1,unfavourable", head=TARGETS.replace("target\n", "target,measure\n"))
    assert row[0].measure == "unfavourable" and row[0].target == 0.1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("CCC,F,,2023,,x", "line 2: member 'CCC' is not known. Known: AAA, BBB"),
        ("AAA,F9,,2023,,x", "factor 'F9' is not known"),
        ("AAA,F,firms,2023,,x", "population 'firms' is not known"),
        ("AAA,F,,March 2023,,x", "start 'March 2023' is no date; write year, month and day (2019-12-31) or the year alone"),
        ("AAA,F,,0000,,x", "start '0000' is no date"),
        ("AAA,F,,2023-02-30,,x", "start '2023-02-30' is no date"),
        ("AAA,F,,2024,2023,x", "end 2023 lies before start 2024"),
    ],
)
def test_a_wrong_initiative_is_named_with_its_line(tmp_path, row, words):
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        initiatives(tmp_path, row)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["CCC,p,F,2022,2024,70"], "member 'CCC' is not known"),
        (["AAA,p,F7,2022,2024,70"], "indicator 'F7' is not known"),
        (["AAA,p,F,22,2024,70"], "baseline_wave '22' is no year"),
        (["AAA,p,F,2024,2022,70"], "target_wave 2022 is not after baseline_wave 2024"),
        (["AAA,p,F,2022,2024,a lot"], "target 'a lot' is no number from 0 to 100"),
        (["AAA,p,G,2022,2024,70"], "target '70' is no number from 0 to 1, as favourable is"),
        (["AAA,p,F,2022,2024,70", "AAA,p,F,2022,2024,80"], "line 3: the same target stands further up"),
    ],
)
def test_a_wrong_target_is_named_with_its_line(tmp_path, rows, words):
    with pytest.raises(ConfigurationError, match=words):
        targets(tmp_path, *rows)


def test_a_wrong_file_stops_the_run_before_anything_is_read(cips, tmp_path):
    from pipeline.demo import write_demo

    write_demo(tmp_path / "in", members=1, waves=1, respondents=40, seed=1)
    (tmp_path / "in" / "initiatives.csv").write_text(INITIATIVES + "XAZ,F01,,2023,,x\n", encoding="utf-8")
    done = cips("--workspace", tmp_path / "in", "--out", tmp_path / "out", "run")
    assert done.returncode == 2 and "initiatives.csv, line 2: member 'XAZ'" in done.stderr
    assert not (tmp_path / "out").exists()
