"""findings.jsonl: what the national reports tell, for machines, each with the rows that it comes from."""

import html
import json
import re
from types import SimpleNamespace

import polars as pl
import pytest
from markupsafe import Markup

from pipeline.columns import TABLE_KEYS
from pipeline.report.findings import for_machines
from pipeline.report.narrator.finding import Finding, difference
from pipeline.report.release import Release
from pipeline.report.source import Source
from pipeline.report.verdicts import MARKS
from tests.conftest import english

KINDS = {"change", "asked", "gap", "groups", "prevalence", "refusal", "extremes"}


@pytest.fixture(scope="module")
def findings(sample_run) -> list[dict]:
    return [json.loads(line) for line in (sample_run / "reports" / "findings.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def tables(sample_run) -> dict[str, pl.DataFrame]:
    return {name: pl.read_parquet(sample_run / "release" / f"{name}.parquet") for name in ("estimates", "comparisons")}


def test_each_page_s_findings_are_told_in_its_order(findings, sample_run):
    pages = english(sample_run / "reports" / "national")
    for page in pages:
        shown = re.findall(r'<p class="finding">(.*?)</p>', page.read_text(encoding="utf-8"), re.S)
        texts = [" ".join(html.unescape(re.sub("<[^>]+>", "", line)).split()) for line in shown]
        mine = [f for f in findings if f["page"].startswith(f"national/{page.name}#")]
        assert [f["place"] for f in mine] == list(range(1, len(mine) + 1)) and mine
        assert all(any(" ".join(f["text"].split()) in text for text in texts) for f in mine)


def test_what_is_hidden_is_in_no_line(sample_run):
    source = Source(Release(sample_run / "release"))
    row = source.comparisons.row(0, named=True)
    shown, hidden = (difference(row | {"status": status}) for status in ("published", "suppressed"))
    told = [
        Finding(Markup("All."), ("change",), "x", 0, population=row["population"], facts=facts)
        for facts in ((shown, hidden), (hidden,), (shown,))
    ]
    found = for_machines(source, row["member"], row["wave"], told)
    assert [len(f["numbers"]) for f in found] == [1, 1]
    unit_of = {unit: row | {"status": "suppressed"} for unit, row in source.unit_of.items()}
    assert for_machines(SimpleNamespace(unit_of=unit_of, language="en"), row["member"], row["wave"], told) == []


def test_kinds_and_verdicts_are_of_no_language(findings):
    assert {f["kind"] for f in findings} <= KINDS and len({f["kind"] for f in findings}) > 4
    assert {f["verdict"] for f in findings} <= {*MARKS, ""}
    assert {f["language"] for f in findings} == {"en"}


def test_every_number_is_that_of_the_row_whose_key_it_bears(findings, tables):
    checked = 0
    for number in [n for f in findings[::7] for n in f["numbers"][:3]]:
        keys = [k for k in TABLE_KEYS[number["table"]] if k != "family"]
        row = tables[number["table"]].filter(*(pl.col(k) == number["key"].get(k, "") for k in keys))
        assert row.height == 1 and row["status"].item() != "suppressed"
        assert {c: row[c].item() for c in number["figures"]} == pytest.approx(number["figures"], abs=1e-9, rel=0)
        checked += 1
    assert checked > 20


def test_only_what_cannot_be_compared_has_no_number(findings):
    assert all(f["numbers"] or f["verdict"] == "not_comparable" for f in findings)


def test_no_markup_is_left_in_the_words(findings):
    assert not [f for f in findings if re.search(r"<\w|&\w+;|data-", f["text"])]


def test_a_verdict_is_that_of_its_rows(findings):
    told = [f for f in findings if f["verdict"] in ("higher", "lower") and f["kind"] in ("change", "gap")]
    assert told
    for finding in told:
        signs = {n["figures"]["difference"] > 0 for n in finding["numbers"]}
        assert signs == {finding["verdict"] == "higher"}
