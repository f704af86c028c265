"""Pages as PDF and in one file."""

import re

import pytest

from pipeline import printing
from pipeline.errors import ConfigurationError
from tests.conftest import PROJECT, run_cips


def cips(run, *words):
    return run_cips("--workspace", PROJECT / "surveys" / "sample", "--out", run, *words)


def test_a_page_in_one_file_asks_for_nothing(sample_run):
    done = cips(sample_run, "report", "--single-file", "summary/XAB-2025")
    path = sample_run / "single" / "XAB-2025.html"
    assert (done.returncode, done.stdout.strip()) == (0, str(path))
    text = path.read_text(encoding="utf-8")
    body = text[text.index("<body>") :]
    assert not re.search(r'<(link|script)[^>]*(href|src)="(?!data:)', text)
    assert not re.search(r'<a [^>]*href="(?!#)', body)
    assert "<title>Sample member B 2025" in text


def test_a_page_that_is_not_there_is_told_which_are(sample_run):
    for command in (("pdf",), ("report", "--single-file")):
        done = cips(sample_run, *command, "national/XAB-2019")
        assert done.returncode == 2
        assert "no page of" in done.stderr
        assert "national/XAB" in done.stderr


def test_without_a_browser_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "BROWSERS", ())
    with pytest.raises(ConfigurationError, match="apt install chromium"):
        printing.print_page(tmp_path / "page.html", tmp_path / "page.pdf")
