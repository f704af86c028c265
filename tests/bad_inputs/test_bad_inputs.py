"""Every bad input gets the message that it must give, and loses nothing."""

import os
import time

import pytest

from pipeline.check import check
from pipeline.errors import ConfigurationError
from pipeline.ingest.submission import read_submission
from pipeline.receipts import write_receipt
from pipeline.validate.quarantine import validate
from pipeline.workspace import Export, load_workspace
from tests.bad_inputs.catalogue import PAGE, PARTS, page
from tests.bad_inputs.files import FILES
from tests.bad_inputs.rows import ROW_FILES
from tests.bad_inputs.settings import PLACES, SETTINGS, questionnaire
from tests.ingest.survey import instrument

LONGEST = 5  # seconds that a small file may take, on a machine that does other things too


@pytest.mark.parametrize("case", FILES + ROW_FILES, ids=lambda c: c.name)
def test_a_file(tmp_path, case):
    path = tmp_path / case.file
    path.write_bytes(case.bytes)
    began = time.process_time()
    submission = read_submission(Export(path, path.name, "XAA", "2024", "private_sector"), [instrument()], case.limits)
    findings = validate([submission])
    assert time.process_time() - began < LONGEST
    said = [note.what for note in submission.notes] + [f"{f.column}: {f.reason} ({f.value})" for f in findings]
    outcome = {"accepted_with_quarantine": "quarantined"}.get(submission.state, submission.state)
    assert (outcome, any(case.says in text for text in said)) == (case.outcome, True), said
    assert submission.rows_in == submission.rows_accepted + submission.rows_quarantined
    page = write_receipt(tmp_path, submission, findings).read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page


@pytest.fixture
def workspace(tmp_path):
    """A small workspace with one good export."""
    root = tmp_path / "surveys"
    (root / "instruments").mkdir(parents=True)
    (root / "frames").mkdir()
    (root / "instruments" / "trade.yaml").write_text(questionnaire(), encoding="utf-8")
    (root / "members.yaml").write_text("GHA: {name: {en: Ghana}}", encoding="utf-8")
    put(root, "GHA/2024/private_sector.csv", b"Q01\r\n1\r\n2\r\n")
    return root


def put(root, name: str, content: bytes) -> None:
    path = root / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize("case", SETTINGS, ids=lambda c: c.name)
def test_a_setting(workspace, tmp_path, case):
    path = workspace / case.file
    path.unlink(missing_ok=True)
    if case.content is not None:
        path.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    with pytest.raises(ConfigurationError) as error:
        check(load_workspace(workspace, tmp_path / "out"))
    assert case.says in str(error.value)
    assert str(path if case.content is not None else path.parent) in str(error.value), "where it is is not said"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", PLACES, ids=lambda c: c.name)
def test_a_place(workspace, tmp_path, case):
    path, elsewhere = workspace / "inbox" / case.path, tmp_path / "elsewhere"
    path.parent.mkdir(parents=True, exist_ok=True)
    elsewhere.mkdir()
    (elsewhere / "private_sector.csv").write_bytes(b"Q01\n1\n2\n")
    make = {"file": lambda: path.write_bytes(b"Q01\n1\n2\n"), "link": lambda: path.symlink_to(elsewhere / "private_sector.csv"), "linked folder": lambda: path.symlink_to(elsewhere), "pipe": lambda: os.mkfifo(path)}
    make[case.make]()
    exports, misplaced = load_workspace(workspace, tmp_path / "out").inbox_files()
    assert [e.name for e in exports] == ["GHA/2024/private_sector.csv"]
    assert [m.name for m in misplaced] == [case.path] and case.says in misplaced[0].why


def test_the_table_in_the_docs_is_of_these_cases():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.bad_inputs.catalogue writes it anew"


def test_every_case_has_a_name_of_its_own_and_a_message():
    cases = [case for part in PARTS.values() for case in part]
    assert len(cases) >= 120 and len({case.name for case in cases}) == len(cases)
    assert all(case.says for case in cases)
