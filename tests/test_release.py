"""What a release's CSV files hold beside their Parquet files."""

import polars as pl

from pipeline.audit.structure import _difference
from pipeline.release import write_release

WORDS = ["=1+1", "+cmd", "-oth-", "@SUM(A1)", "\tx", "-1", "+2.5", "plain", "a=b", "'quoted", None]


def test_no_text_of_a_csv_begins_like_a_formula_and_the_audit_knows_why(tmp_path):
    table = pl.DataFrame({"code": WORDS, "n": range(len(WORDS))})
    write_release(tmp_path / "r", {"t": table}, {})
    written = pl.read_csv(tmp_path / "r" / "t.csv", infer_schema=False)["code"].to_list()
    assert written == ["'=1+1", "'+cmd", "'-oth-", "'@SUM(A1)", "'\tx", "-1", "+2.5", "plain", "a=b", "'quoted", None]
    assert pl.read_parquet(tmp_path / "r" / "t.parquet")["code"].to_list() == WORDS
    assert _difference(tmp_path / "r" / "t.csv", tmp_path / "r" / "t.parquet", table) == ""


def test_any_other_difference_is_one(tmp_path):
    table = pl.DataFrame({"code": ["=1+1", "x"]})
    write_release(tmp_path / "r", {"t": table}, {})
    path = tmp_path / "r" / "t.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("x", "'x"), encoding="utf-8-sig")
    assert "code differ" in _difference(path, tmp_path / "r" / "t.parquet", table)
