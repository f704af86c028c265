"""What is publicly known of members, held against pseudonyms."""

import polars as pl

from pipeline.audit import audit
from tests.audit.releases import good_release

HEAD = "member,wave,population,statistic,value,indicator\n"


def written(tmp_path, good, *rows: str):
    release, reports = good.write(tmp_path)
    (tmp_path / "public.csv").write_text(HEAD + "".join(f"{r}\n" for r in rows))
    return audit(release, reports, public=tmp_path / "public.csv")


def lowest_score(good) -> tuple[str, float]:
    """The member with the lowest factor score of the latest wave, which nobody shares, and its exact score."""
    scores = good.truth.filter(pl.col("wave") == "2024", pl.col("domain_variable") == "", pl.col("indicator") == "F01")
    row = scores.sort("estimate").row(0, named=True)
    return row["member"], row["estimate"]


def test_a_score_that_only_one_pseudonym_has_names_the_member(tmp_path):
    good = good_release()
    member, score = lowest_score(good)
    found = written(tmp_path, good, f"{member},2024,officials,score,{score},F01")
    assert {f.kind for f in found} == {"public-match"} and all(member in f.what for f in found)
    assert any("everybody" in f.where for f in found)


def test_a_score_that_two_members_have_in_public_names_neither(tmp_path):
    good = good_release()
    member, score = lowest_score(good)
    rows = [f"{m},2024,officials,score,{score},F01" for m in (member, "OMN")]
    assert written(tmp_path, good, *rows) == []


def test_a_size_on_a_page_is_matched(tmp_path):
    good = good_release()
    good.pages["cross-member.html"] = good.pages["cross-member.html"].replace("</main>", "<p>1,207 answers</p></main>")
    found = written(tmp_path, good, "GHA,2024,officials,sample_size,1207,")
    assert [(f.kind, f.where) for f in found] == [("public-match", "reports: cross-member.html")]


def test_a_size_among_the_peers_is_matched(tmp_path):
    good = good_release()
    good.tables["peers"] = good.tables["peers"].with_columns(
        n=pl.when(pl.col("pseudonym") == "Member B").then(1207).otherwise(500)
    )
    kinds = {f.kind for f in written(tmp_path, good, "GHA,2024,officials,sample_size,1207,")}
    assert kinds == {"peer-column", "public-match"}
