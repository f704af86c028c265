"""Where versions of a questionnaire give one code to two questions, attacks on what members see of each other tell them apart by concept."""

import polars as pl
import pytest

from pipeline.audit import audit
from pipeline.audit.inversion import unlike_widths
from pipeline.audit.peers import lasting_pseudonyms, members_that_do_not_share, telling_order, too_few_peers
from tests.audit.leaks import the_same_names_for_two_recipients
from tests.audit.releases import Release, good_release

ATTACKS = [unlike_widths, too_few_peers, lasting_pseudonyms, telling_order, members_that_do_not_share]
CONCEPTS = {"Q1": "asked_first", "Q2": "asked_second"}
SECOND = pl.col("concept") == "asked_second"


@pytest.fixture
def release() -> Release:
    """Of questions with CONCEPTS; where members see each other, both are called Q1, as some members' questionnaires call them."""
    release = good_release()
    the_same_names_for_two_recipients(release)
    call_alike(release)
    return release


def call_alike(release: Release) -> None:
    for name in ("estimates", "peers"):
        table = release.tables[name].with_columns(concept=pl.coalesce(pl.col("indicator").replace_strict(CONCEPTS, default=None, return_dtype=pl.String), "concept"))
        release.tables[name] = table.with_columns(indicator=pl.when(SECOND).then(pl.lit("Q1")).otherwise("indicator")) if name == "peers" else table


def kinds(release: Release, folder) -> set[str]:
    return {finding.kind for finding in audit(release.write(folder)[0], attacks=ATTACKS)}


def test_each_question_has_a_width_of_its_own(tmp_path):
    release = good_release()
    call_alike(release)
    wider = {"ci_low": pl.max_horizontal(0.0, pl.col("estimate") - 0.25), "ci_high": pl.min_horizontal(1.0, pl.col("estimate") + 0.25)}
    release.put("peers", SECOND & (pl.col("measure") == "favourable"), **wider)
    assert kinds(release, tmp_path) == set()


def test_members_under_the_other_question_are_no_company(tmp_path):
    release = good_release()
    call_alike(release)
    two = pl.col("pseudonym").is_in(["Member E", "Member F"])
    release.tables["peers"] = release.tables["peers"].filter((pl.col("recipient") != "KEN") | ~(two & SECOND))
    assert kinds(release, tmp_path) == {"peer-few"}


def test_who_is_behind_a_pseudonym_is_found_all_the_same(release, tmp_path):
    assert kinds(release, tmp_path) == {"peer-same-name"}
