"""In a good release nothing is found, whatever lies beside it."""

import json

import pytest

from pipeline.audit import MECHANICAL, audit
from pipeline.errors import StageError
from tests.audit.releases import RULES, good_release
from tests.audit.test_differencing import edition_before


def test_nothing_is_found_in_a_good_release(tmp_path):
    release, reports = good_release().write(tmp_path)
    assert audit(release, reports) == []
    assert audit(release) == []


def test_nothing_is_found_beside_an_earlier_release_and_public_figures_that_fit_many(tmp_path):
    release, reports = good_release().write(tmp_path / "now")
    earlier, _ = edition_before().write(tmp_path / "before")
    public = tmp_path / "public.csv"
    public.write_text(
        "member,wave,population,statistic,value\nGHA,2024,officials,sample_size,162\nGHA,2024,officials,score,999\n"
    )
    assert audit(release, reports, [earlier], public) == []


def test_a_number_in_an_answer_s_wording_is_no_figure(tmp_path):
    good = good_release()
    chart = '<script type="application/json">{"data": [{"name": "10 to 9876 staff"}]}</script></body>'
    page = next(name for name in good.pages if name.startswith("national/"))
    good.pages[page] = good.pages[page].replace("</body>", chart)
    assert [f.kind for f in audit(*good.write(tmp_path / "unknown"))] == ["page-number"]
    instrument = next(iter(good.documents["codebook"]["instruments"].values()))
    instrument["items"][-1]["categories"][0]["label"]["en"] = "10 to 9876 staff"
    assert audit(*good.write(tmp_path / "worded")) == []


def test_a_release_without_the_newer_tables_can_be_audited(tmp_path):
    good = good_release()
    del good.tables["coded"]
    good.tables["peers"] = good.tables["peers"].filter(recipient="").drop("recipient", "own")
    good.tables["units"] = good.tables["units"].drop("as_of")
    good.pages = {name: page for name, page in good.pages.items() if "cross-member/" not in name}
    assert audit(*good.write(tmp_path)) == []


def test_where_suppression_is_off_only_mechanical_leaks_count(tmp_path):
    good = good_release()
    good.tables["estimates"] = good.truth
    good.documents["manifest"]["rules"] = {**RULES, "minimum_respondents": 1}
    release, reports = good.write(tmp_path)
    assert audit(release, reports) == []
    (release / "answers.csv").write_text("respondent,Q1\n1,5\n")
    assert [f.kind for f in audit(release, reports)] == ["file"]


def test_the_rules_can_be_given(tmp_path):
    release, _ = good_release().write(tmp_path)
    found = audit(release, rules={**RULES, "breakdown_by": ["gender", "P2"]})
    assert {f.kind for f in found} == {"breakdown"} and all("P3" in f.where for f in found)


def test_findings_come_in_the_same_order(tmp_path):
    bad = good_release()
    bad.documents["manifest"]["rules"] = {**RULES, "breakdown_by": [], "minimum_peers": 9}
    release, _ = bad.write(tmp_path)
    found = audit(release)
    assert found == sorted(found) == audit(release) and len(found) == len(set(found)) > 10


def test_a_release_that_cannot_be_read_is_an_error_in_words(tmp_path):
    release, _ = good_release().write(tmp_path)
    (release / "codebook.json").write_text("{")
    with pytest.raises(StageError, match="codebook.json can't be read"):
        audit(release)


def test_public_figures_without_their_columns_are_an_error_in_words(tmp_path):
    release, _ = good_release().write(tmp_path)
    (tmp_path / "public.csv").write_text("member,value\nGHA,1\n")
    with pytest.raises(StageError, match="lack the columns wave, population, statistic"):
        audit(release, public=tmp_path / "public.csv")


def test_the_sample_has_no_mechanical_leak(sample_run):
    found = audit(sample_run / "release", sample_run / "reports", attacks=MECHANICAL)
    assert json.loads((sample_run / "release" / "manifest.json").read_text())["counts"]["respondents"] > 10_000
    assert found == []
