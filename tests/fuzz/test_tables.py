"""Whatever a table holds, it is read or refused in words, and no row is lost."""

import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest import submission as ingested
from pipeline.ingest.submission import read_submission
from pipeline.validate.quarantine import validate
from pipeline.workspace import Export
from tests.ingest.exports import delimited, workbook
from tests.ingest.survey import AGREE, GENDER, OBSTACLES, TEXTS, instrument

SURVEY = instrument()
known = [*TEXTS, *(t for texts in TEXTS.values() for t in texts)]
heading = st.one_of(st.sampled_from(known), st.text(max_size=12))
answer = st.one_of(
    st.none(), st.sampled_from([*AGREE, *OBSTACLES, *GENDER, "delay|fees", "Agree"]), st.text(max_size=20), st.integers().map(str), st.floats().map(str)
)


@st.composite
def tables(draw) -> list[list[str | None]]:
    head = draw(st.lists(heading, min_size=1, max_size=12))
    body = draw(st.lists(st.lists(answer, min_size=len(head), max_size=len(head)), max_size=12))
    return [head, *body]


@pytest.fixture(autouse=True)
def _as_it_is(monkeypatch):
    """Nothing unforeseen passes for a refusal here."""
    monkeypatch.setenv("CIPS_DEBUG", "1")


def handed_in(path) -> None:
    submission = read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [SURVEY])
    findings = validate([submission])
    assert submission.rows_in == submission.rows_accepted + submission.rows_quarantined
    assert submission.state in ("accepted", "accepted_with_quarantine", "refused")
    assert submission.state != "refused" or submission.notes[0].what
    assert {f.row for f in findings} or submission.rows_quarantined in (0, submission.rows_in)


@settings(max_examples=120)
@given(tables(), st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_table(tmp_path_factory, rows, separator, encoding):
    path = tmp_path_factory.mktemp("fuzz") / "e.csv"
    path.write_bytes(delimited(rows, separator).decode("utf-8", "surrogatepass").encode(encoding, "replace"))
    handed_in(path)


@settings(max_examples=40)
@given(tables())
def test_any_sheet(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("fuzz") / "e.xlsx"
    path.write_bytes(workbook({"Sheet": rows}))
    handed_in(path)


@settings(max_examples=40)
@given(tables())
def test_any_data_file(tmp_path_factory, rows):
    names = {name or "unnamed": j for j, name in enumerate(rows[0])}
    out = io.BytesIO()
    pl.DataFrame({name: [row[j] for row in rows[1:]] for name, j in names.items()}, schema=dict.fromkeys(names, pl.String)).write_parquet(out)
    path = tmp_path_factory.mktemp("fuzz") / "e.parquet"
    path.write_bytes(out.getvalue())
    handed_in(path)


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"$FL2", b"$FL3", b"<stata_dta>", b"PAR1", b"HEADER RECORD*******LIB", b"\xff\xfe", b"\xd0\xcf\x11\xe0", b"Q01,Q02,Q03\n"]))
def test_any_bytes(tmp_path_factory, content, beginning):
    path = tmp_path_factory.mktemp("fuzz") / "e.bin"
    path.write_bytes(beginning + content)
    handed_in(path)


def test_what_nobody_foresaw_is_the_one_file_s_end(tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.delenv("CIPS_DEBUG")
    monkeypatch.setattr(ingested, "read_export", broken)
    path = tmp_path / "e.csv"
    path.write_bytes(b"Q01\n1\n")
    submission = read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [SURVEY])
    assert submission.state == "refused" and "ZeroDivisionError" in submission.notes[0].what
    monkeypatch.setenv("CIPS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [SURVEY])
