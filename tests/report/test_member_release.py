"""A member's pages are made of its own part of a release, and bear the edition of that part."""

import pytest

from pipeline.report.member_release import MemberRelease
from pipeline.report.release import Release


@pytest.fixture(scope="module")
def whole(sample_run):
    return Release(sample_run / "release")


@pytest.fixture(scope="module")
def own(whole):
    return MemberRelease(whole, "XAB")


def test_of_a_release_a_member_s_pages_can_read_nothing_of_others(own):
    for table in ("peers", "ranks", "dif", "methods"):
        with pytest.raises(KeyError):
            own.table(table)
    for table in ("estimates", "comparisons", "units", "quality", "drivers"):
        assert set(own.table(table)["member"]) == {"XAB"}
    assert "member_vs_peers" not in set(own.table("comparisons")["kind"])
    assert own.document("codebook")["members"].keys() == {"XAB"}
    assert {i["member"] for i in own.document("manifest")["inputs"]} == {"XAB"}


def test_a_page_bears_the_edition_of_its_member_and_the_others_that_of_the_release(sample_run, whole, own):
    of_member, index = ((sample_run / "reports" / name).read_text(encoding="utf-8") for name in ("items/XAB.html", "index.html"))
    assert own.edition != whole.edition
    assert f'data-edition="{own.edition}"' in of_member and f", edition {own.edition}" in of_member
    assert f'data-edition="{whole.edition}"' in index and own.edition not in index
