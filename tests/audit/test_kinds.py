"""Every kind of finding has a planted leak that shows it, and words that say how to mend it."""

from pipeline.audit import Finding
from pipeline.audit.kinds import MEND
from tests.audit.test_copies import PLANTED as IN_COPIES
from tests.audit.test_differencing import CASES
from tests.audit.test_planted_leaks import ON_PAGES, PLANTED
from tests.audit.test_ranks import PLANTED as IN_RANKS

ELSEWHERE = {"file", "public-match"}  # planted in tests of their own, beside these lists


def test_every_kind_is_planted_and_can_be_mended():
    planted = set().union(*(kinds for _, kinds, _ in [*PLANTED, *ON_PAGES, *CASES])) | {k for _, k in IN_RANKS} | {k for _, k, _ in IN_COPIES} | ELSEWHERE
    assert planted == set(MEND)


def test_a_finding_says_what_where_and_how_to_mend_it():
    said = str(Finding("small-base", "estimates: GHA 2024 officials, Q1", "rests on 4 respondents"))
    assert (
        said
        == "small-base: estimates: GHA 2024 officials, Q1: rests on 4 respondents. To mend it: suppress the figure."
    )
