"""Whatever was done to a bundle on its way is found and said in words; nothing is kept."""

import hashlib
import io
import json
import shutil
import zipfile

import polars as pl
import pytest
import yaml

from pipeline.bundle.contents import MANIFEST, MOMENTS, SIGNATURE
from pipeline.bundle.signing import load_key
from tests.bundle.test_contents import entries
from tests.bundle.worlds import add_key
from tests.conftest import run_cips


@pytest.fixture
def desk(bundle_world, tmp_path):
    """A Secretariat's workspace without answers and bundles, and a bundle beside it."""
    shutil.copytree(bundle_world / "secretariat", tmp_path / "w", ignore=shutil.ignore_patterns("inbox", "bundles", "*.csv"))
    shutil.copy(bundle_world / "XAA.cips", tmp_path / "XAA.cips")
    return tmp_path


@pytest.fixture
def key(bundle_world):
    """The member's own key: what is signed with it was forged at home."""
    return load_key(bundle_world / "out-home" / "moments.key")


def hand_in(desk):
    return run_cips("--workspace", desk / "w", "--out", desk / "out", "moments", "import", desk / "XAA.cips")


def refused(desk, *words):
    done = hand_in(desk)
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.startswith("cips: "), done.stderr
    assert [w for w in words if w not in done.stderr] == [], done.stderr
    assert not (desk / "w" / "bundles").exists()


def write(desk, parts: dict[str, bytes], method=zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(desk / "XAA.cips", "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def forge(desk, key, change=None, table=None) -> None:
    """A bundle changed at home, and signed there: `change` edits the manifest, `table` the rows."""
    parts = entries(desk / "XAA.cips")
    said = json.loads(parts[MANIFEST])
    if table:
        buffer = io.BytesIO()
        table(pl.read_parquet(io.BytesIO(parts[MOMENTS]))).write_parquet(buffer)
        parts[MOMENTS] = buffer.getvalue()
        said["sha256"] = hashlib.sha256(parts[MOMENTS]).hexdigest()
    if change:
        change(said)
    parts[MANIFEST] = json.dumps(said).encode()
    parts[SIGNATURE] = key.sign(parts[MANIFEST])
    write(desk, parts)


def test_a_good_one_is_kept_once(desk):
    assert "kept" in hand_in(desk).stdout
    kept = desk / "w" / "bundles" / "XAA.cips"
    assert kept.read_bytes() == (desk / "XAA.cips").read_bytes()
    assert "there already" in hand_in(desk).stdout


def test_a_later_one_replaces_it(desk, key):
    hand_in(desk)
    forge(desk, key, lambda said: said.update(release="later"))
    done = hand_in(desk)
    assert done.returncode == 0 and "replaces an earlier one" in done.stdout
    kept = desk / "w" / "bundles" / "XAA.cips"
    assert [kept] == list(kept.parent.iterdir()) and kept.read_bytes() == (desk / "XAA.cips").read_bytes()


def test_one_byte_of_the_table(desk):
    parts = entries(desk / "XAA.cips")
    half = len(parts[MOMENTS]) // 2
    parts[MOMENTS] = parts[MOMENTS][:half] + bytes([parts[MOMENTS][half] ^ 1]) + parts[MOMENTS][half + 1 :]
    write(desk, parts)
    refused(desk, "moments.parquet is not the table that was signed")


def test_another_manifest(desk, bundle_world):
    theirs = entries(bundle_world / "XAB.cips")
    write(desk, entries(desk / "XAA.cips") | {MANIFEST: theirs[MANIFEST], SIGNATURE: theirs[SIGNATURE]})
    refused(desk, "not the table that was signed")
    write(desk, theirs | {MANIFEST: theirs[MANIFEST].replace(b"XAB", b"XAA")})
    refused(desk, "not signed by XAA")


def test_another_key(desk):
    forge(desk, load_key(desk / "other.key"))
    refused(desk, "not signed by XAA")


def test_no_key(desk):
    add_key(desk / "w", "XAA", None)
    refused(desk, "members.yaml has no key of XAA", "`key: ...`")


def test_a_key_that_is_none(desk):
    add_key(desk / "w", "XAA", "secret")
    refused(desk, "members.yaml, member XAA", "key: is no public key")


def test_a_member_nobody_knows(desk):
    members = yaml.safe_load((desk / "w" / "members.yaml").read_text())
    (desk / "w" / "members.yaml").write_text(yaml.safe_dump({k: v for k, v in members.items() if k != "XAA"}))
    refused(desk, "'XAA', which is not in members.yaml")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "has the format 2"),
        ({"units": []}, "units"),
        ({"office": "Tema"}, "office: is no key"),
    ],
)
def test_a_manifest_that_says_something_else(desk, key, change, words):
    forge(desk, key, lambda said: said.update(change))
    refused(desk, words)


def test_an_unknown_instrument(desk, key):
    for path in (desk / "w" / "instruments").glob("*private*2021*"):
        path.unlink()
    refused(desk, "'cips-private-2021', which is unknown here")


def test_an_instrument_of_another_content(desk):
    path = next((desk / "w" / "instruments").glob("*officials*2021*"))
    path.write_text(path.read_text().replace("sensitive: true", "sensitive: false", 1))
    refused(desk, "'cips-officials-2021' has another content")


@pytest.mark.parametrize(
    ("rule", "value"),
    [("minimum_respondents", 5), ("minimum_unit", 20), ("minimum_complement", 1), ("dominance_share", 0.95)],
)
def test_looser_rules(desk, key, rule, value):
    forge(desk, key, lambda said: said["rules"].update({rule: value}))
    refused(desk, "looser rules", rule)


def test_stricter_rules_here(desk):
    (desk / "w" / "disclosure.yaml").write_text("minimum_respondents: 12\n")
    refused(desk, "minimum_respondents is 10 there and 12 here")


def test_an_extra_file(desk):
    write(desk, entries(desk / "XAA.cips") | {"../../members.yaml": b"{}"})
    refused(desk, "../../members.yaml", "nothing else")


def test_two_files_of_one_name(desk):
    parts = entries(desk / "XAA.cips")
    write(desk, parts)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(desk / "XAA.cips", "a") as archive:
        archive.writestr(MOMENTS, b"")
    refused(desk, "nothing else")


def test_a_zip_bomb(desk):
    write(desk, entries(desk / "XAA.cips") | {MOMENTS: bytes(300_000_000)}, zipfile.ZIP_DEFLATED)
    assert (desk / "XAA.cips").stat().st_size < 1_000_000
    refused(desk, "packed or too large")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_part_of_a_file(desk, share):
    whole = (desk / "XAA.cips").read_bytes()
    (desk / "XAA.cips").write_bytes(whole[: int(len(whole) * share)])
    refused(desk, "no whole bundle")


def test_a_unit_that_is_in_the_inbox_too(desk, bundle_world):
    shutil.copytree(bundle_world / "pooled" / "inbox" / "XAA" / "2025", desk / "w" / "inbox" / "XAA" / "2025")
    refused(desk, "XAA 2025 ", "in the inbox as answers too", "inbox/XAA/2025/")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (lambda t: t.with_columns(psu=pl.lit("Tema")), "has the columns"),
        (lambda t: t.with_columns(pl.col("df").cast(pl.Int64)), "has the columns"),
        (lambda t: t.with_columns(n=pl.lit(9, pl.Int64)), "fewer than 10 respondents"),
        (lambda t: t.with_columns(n=pl.lit(100_000, pl.Int64)), "rests on more than the"),
        (lambda t: t.with_columns(member=pl.lit("XAC")), "is of another member than XAA"),
        (lambda t: t.with_columns(swy=pl.lit(float("nan"))), "has no figure of its own"),
        (lambda t: pl.concat([t, t.head(1)]), "stands twice"),
        (lambda t: t.filter(pl.col("wave") == "2025"), "only in one of table and manifest"),
        (
            lambda t: t.with_columns(
                category=pl.when(indicator_kind="factor").then(pl.lit("Tema")).otherwise("category")
            ),
            "does not have",
        ),
        (lambda t: t.with_columns(domain_variable=pl.lit("Tema")), "does not have"),
    ],
)
def test_rows_that_have_no_place_in_it(desk, key, table, words):
    forge(desk, key, table=table)
    refused(desk, words)


def test_groups_of_two_profile_questions(desk, key):
    def crossed(table: pl.DataFrame) -> pl.DataFrame:
        groups = table.filter(pl.col("domain_variable") != "").select("domain_variable", "domain_category").head(1)
        own = table.filter(pl.col("domain_variable") == "").join(
            table.filter(pl.col("domain_variable") != "").select(indicator="domain_variable").unique(),
            on="indicator",
            how="semi",
        )
        changed = own.drop("domain_variable", "domain_category").join(groups, how="cross").select(table.columns)
        return pl.concat([table, changed])

    forge(desk, key, table=crossed)
    refused(desk, "crosses two profile questions")


def test_a_run_checks_again(desk, bundle_world):
    hand_in(desk)
    shutil.copytree(bundle_world / "secretariat" / "inbox" / "XAC", desk / "w" / "inbox" / "XAC")
    kept = desk / "w" / "bundles" / "XAA.cips"
    kept.rename(kept.with_name("XAB.cips"))
    done = run_cips("--workspace", desk / "w", "--out", desk / "out", "run")
    assert done.returncode == 2 and "is the bundle of XAA" in done.stderr, done.stderr
    (desk / "w" / "bundles" / "XAB.cips").write_bytes(kept.with_name("XAB.cips").read_bytes()[:-9])
    done = run_cips("--workspace", desk / "w", "--out", desk / "out", "run")
    assert done.returncode == 2 and "no whole bundle" in done.stderr
    assert not (desk / "out" / "store.duckdb").exists()
