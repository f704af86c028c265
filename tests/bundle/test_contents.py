"""A bundle holds the sums behind shown figures, and nothing finer."""

import io
import json
import stat
import zipfile

import polars as pl

from pipeline.bundle.contents import TABLE
from pipeline.estimate.moments import CELL
from pipeline.workspace import Rules
from tests.bundle.worlds import AT_HOME, cips


def entries(file) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist()}


def moments(file) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(entries(file)["moments.parquet"]))


def test_exactly_what_the_release_shows_is_in_it(bundle_world):
    released = pl.read_parquet(bundle_world / "out-home" / "release" / "estimates.parquet")
    for member in AT_HOME:
        mine = released.filter(pl.col("member") == member)
        rows = moments(bundle_world / f"{member}.cips").select(CELL)
        assert (mine["status"] == "suppressed").sum() > 100
        assert rows.equals(mine.filter(pl.col("status") != "suppressed").select(CELL).sort(CELL))


def test_no_row_is_on_fewer_than_the_rules_ask_for(bundle_world):
    for member in AT_HOME:
        assert moments(bundle_world / f"{member}.cips")["n"].min() >= Rules().minimum_respondents


def test_no_column_tells_of_places_or_people(bundle_world):
    file = bundle_world / "XAA.cips"
    assert sorted(entries(file)) == ["manifest.json", "moments.parquet", "signature"]
    assert moments(file).columns == list(TABLE)
    assert set(TABLE) - set(CELL) == {"n", "sw", "swy", "sw2", "swy2", "ny", "centre", "variance", "df"}
    said = json.loads(entries(file)["manifest.json"])
    assert {u["wave"] for u in said["units"]} == {"2023", "2025"} and "submissions" not in said and "inputs" not in said


def test_the_same_answers_give_the_same_bytes(bundle_world, tmp_path):
    done = cips(bundle_world, "home", "moments", "export", "XAA", tmp_path / "again.cips")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.cips").read_bytes() == (bundle_world / "XAA.cips").read_bytes()
    key = bundle_world / "out-home" / "moments.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "PRIVATE" not in done.stdout and not set(key.read_text().split("\n")[1:-2]) & set(done.stdout.split())


def test_only_a_release_that_stands_can_be_sent(bundle_world, tmp_path):
    done = cips(bundle_world, "home", "moments", "export", "XAC", tmp_path / "c.cips")
    assert done.returncode == 2 and "shows no figure of it" in done.stderr
    done = cips(bundle_world, "home", "moments", "export", "ZZZ", tmp_path / "z.cips")
    assert done.returncode == 2 and "not in members.yaml" in done.stderr
    done = cips(bundle_world, "home", "moments", "export", "XAA", tmp_path / "nowhere" / "a.cips")
    assert done.returncode == 2 and "no file can be written there" in done.stderr
    (bundle_world / "empty").mkdir(exist_ok=True)
    for name in ("members.yaml", "instruments"):
        source, target = bundle_world / "home" / name, bundle_world / "empty" / name
        target.symlink_to(source) if not target.exists() else None
    done = cips(bundle_world, "empty", "moments", "export", "XAA", tmp_path / "a.cips")
    assert done.returncode == 2 and "run `cips run` first" in done.stderr
    assert not list(tmp_path.iterdir())
