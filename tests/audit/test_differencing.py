"""Two releases side by side: what one hides the other may tell, and newcomers may be picked out."""

import polars as pl
import pytest

from pipeline.audit import audit
from tests.audit.figures import drawn, peer_table
from tests.audit.leaks import ALL, EST, GHA, KEN
from tests.audit.releases import Release, domain, good_release, item


def edition_before() -> Release:
    release = good_release()
    release.documents["manifest"]["release"] = "0ld0ld0ld0ld"
    release.tables["peers"] = peer_table(release.tables["estimates"], lambda r, others: drawn(r, others, edition=1))
    return release


def one_respondent_more(now: Release, before: Release):
    before.put("estimates", GHA & domain("P1", "f") & item("Q1"), n=pl.col("n") - 1)


def two_answers_changed(now: Release, before: Release):
    where = GHA & domain("P1", "f") & item("Q1", "share") & (pl.col("category") == "2")
    before.put("estimates", where, estimate=pl.col("estimate") + 2 / pl.col("n"))


def newcomers_who_all_said_no(now: Release, before: Release):
    where = GHA & domain("P2", "n") & item("Q4", "share") & (pl.col("category") == "2")
    fewer = pl.col("n") - 12
    before.put("estimates", where, n=fewer, estimate=(pl.col("estimate") * pl.col("n") - 12) / fewer)


def partners_that_changed(now: Release, before: Release):
    """North and south are hidden now, north and east were then."""
    for release, regions in ((now, "ns"), (before, "ne")):
        release.hide(GHA & domain("P2", *regions) & (item("Q1") | item("F01")))
        release.again()


def men_hidden_beside_women_now(now: Release, before: Release):
    """Some did not state their gender, so that the women are known to within a few."""
    now.hide(GHA & domain("P1", "f", "m") & (item("Q1") | item("F01")))
    before.hide(GHA & domain("P1", "f", "m") & item("F01"))
    before.hide(GHA & domain("P1", "f") & item("Q1"))
    now.again()


def all_regions_hidden_now_and_two_small_ones_then(now: Release, before: Release):
    shown = sum(now.truth.filter(EST & domain("P2", g) & item("Q1", "mean_score"))["n"][0] for g in "ns")
    for release, regions in ((now, "nsew"), (before, "ew")):
        release.put("estimates", EST & ALL & item("Q1") & (pl.col("measure") != "nonresponse"), n=shown + 7)
        release.hide(EST & domain("P2", *regions) & item("Q1"))
        release.hide(EST & domain("P2", *"nsew") & item("F01"))
        release.again()


def a_small_group_that_was_shown(now: Release, before: Release):
    before.reveal(KEN & domain("P2", "w") & item("Q1", "mean_score"))


def the_same_pseudonyms_again(now: Release, before: Release):
    before.tables["peers"] = now.tables["peers"]


CASES = [
    (one_respondent_more, {"grown"}, "GHA 2024 officials, P1=f"),
    (two_answers_changed, {"changed-answers"}, "GHA 2024 officials, P1=f, Q1 share 2"),
    (newcomers_who_all_said_no, {"newcomers-alike"}, "GHA 2024 officials, P2=n, Q4 share 2"),
    (partners_that_changed, {"earlier-exact"}, "GHA 2024 officials, P2"),
    (men_hidden_beside_women_now, {"earlier-narrow"}, "GHA 2024 officials, P1"),
    (all_regions_hidden_now_and_two_small_ones_then, {"earlier-remainder"}, "EST 2024 officials, P2"),
    (a_small_group_that_was_shown, {"earlier-small", "earlier-exact"}, "KEN 2024 officials, P2=w, Q1"),
    (the_same_pseudonyms_again, {"peer-same-name"}, "everybody's table officials"),
]


@pytest.mark.parametrize(("leak", "kinds", "where"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_what_two_releases_tell_together_is_found(leak, kinds, where, tmp_path):
    now, before = good_release(), edition_before()
    leak(now, before)
    release, reports = now.write(tmp_path / "now")
    earlier, _ = before.write(tmp_path / "before")
    assert audit(release, reports) == []
    found = audit(release, reports, [earlier])
    assert {f.kind for f in found} == kinds, [str(f) for f in found]
    assert any(where in f.where for f in found), [str(f) for f in found]


@pytest.mark.parametrize(("leak", "kinds", "where"), CASES[:3], ids=lambda x: getattr(x, "__name__", ""))
def test_a_leak_is_found_wherever_in_the_history_it_lies_and_told_once_for_the_same_figures(leak, kinds, where, tmp_path):
    """Two releases with the same leak, between two without."""
    now, before = good_release(), edition_before()
    leak(now, before)
    release, _ = now.write(tmp_path / "now")
    history = {"1": edition_before(), "2-leak": before, "3-leak": before, "4": edition_before()}
    found = audit(release, earlier=[r.write(tmp_path / name)[0].rename(tmp_path / f"published-{name}") for name, r in history.items()])
    assert {f.kind for f in found} == kinds and any(where in f.where for f in found)
    assert all("published-2-leak" in f.what for f in found), [str(f) for f in found]


def test_a_release_made_anew_may_keep_its_pseudonyms(tmp_path):
    release, _ = good_release().write(tmp_path / "now")
    again, _ = good_release().write(tmp_path / "again")
    assert audit(release, earlier=[again]) == []


def test_many_newcomers_with_mixed_answers_are_no_leak(tmp_path):
    now, before = good_release(), edition_before()
    where = GHA & ALL & item("Q1") & (pl.col("measure") == "nonresponse")
    before.put("estimates", where, n=pl.col("n") - 40, estimate=0.05)
    release, _ = now.write(tmp_path / "now")
    assert audit(release, earlier=[before.write(tmp_path / "before")[0]]) == []
