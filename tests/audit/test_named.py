"""Members that wish to be named bear one name for all readers, which is no pseudonym that lasts."""

import polars as pl

from pipeline.audit import audit
from pipeline.audit.peers import lasting_pseudonyms, members_that_do_not_share, real_names, telling_order
from tests.audit.figures import SHARING, drawn
from tests.audit.releases import Release, good_release

ATTACKS = [lasting_pseudonyms, telling_order, members_that_do_not_share, real_names]


def name(release: Release, named: list[str]) -> None:
    for code in named:
        release.documents["codebook"]["members"][code]["sharing"] = "named"
    names = [
        (recipient, f"Member {'ABCDEFGH'[place]}", code)
        for recipient in ["", *SHARING]
        for place, code in enumerate(drawn(recipient, [m for m in SHARING if m != recipient]))
        if code in named
    ]
    called = pl.DataFrame(names, ["recipient", "pseudonym", "code"], orient="row")
    joined = release.tables["peers"].join(called, on=["recipient", "pseudonym"], how="left")
    release.tables["peers"] = joined.with_columns(pseudonym=pl.coalesce("code", "pseudonym")).drop("code")


def test_all_named_are_no_finding(tmp_path):
    release = good_release()
    name(release, SHARING)
    assert set(release.tables["peers"]["pseudonym"]) == set(SHARING)
    assert audit(release.write(tmp_path)[0], attacks=ATTACKS) == []


def test_a_name_that_is_not_wished_for_still_is(tmp_path):
    release = good_release()
    name(release, SHARING)
    release.documents["codebook"]["members"][SHARING[0]]["sharing"] = "anonymised"
    assert {finding.kind for finding in audit(release.write(tmp_path)[0], attacks=ATTACKS)} == {"peer-name"}
