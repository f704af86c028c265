"""Indirect questions from the questionnaire to the page, through disclosure control and the audit."""

import csv

import numpy as np
import polars as pl
import pytest
import yaml

from pipeline.audit import audit
from tests.conftest import once, run_cips
from tests.estimate.indirect_worlds import FORCED, LIST, instrument

SIZE, SHARE = 900, 0.25
WORDS = {"text": {"en": "I took a gift for a favour"}}


def write_workspace(folder):
    (folder / "instruments").mkdir(parents=True)
    document = instrument(LIST | WORDS, FORCED | WORDS).model_dump(mode="json", exclude_none=True)
    document["items"] = [{k: v for k, v in item.items() if v not in ((), [], {})} for item in document["items"]]
    (folder / "instruments" / "sensitive.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    (folder / "members.yaml").write_text("AAA: {name: {en: Alpha}}\n", encoding="utf-8")
    for seed, wave in enumerate(("2022", "2024")):
        path = folder / "inbox" / "AAA" / wave / "p.csv"
        path.parent.mkdir(parents=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["SHORT", "LONG", "DIE", "Q", "G"], *_answers(seed)])


def _answers(seed: int):
    rng = np.random.default_rng(seed)
    for k in range(SIZE):
        did, others, long, die = rng.random() < SHARE, rng.binomial(3, 0.4), rng.random() < 0.5, rng.integers(1, 7)
        forced = {1: "no", 6: "yes"}.get(die, "yes" if did else "no")
        openly = "yes" if did and rng.random() < 0.4 else "no"
        yield ["" if long else others, others + did if long else "", forced, openly, "b" if k < 14 else "a"]


@pytest.fixture(scope="module")
def indirect_run(shared):
    def make(out):
        write_workspace(out / "workspace")
        done = run_cips("--workspace", out / "workspace", "--out", out / "build", "run")
        assert done.returncode == 0, done.stdout + done.stderr  # the audit at its end included

    return once(shared / "indirect-run", make) / "build"


@pytest.fixture(scope="module")
def rates(indirect_run):
    return pl.read_parquet(indirect_run / "release" / "estimates.parquet").filter(indicator_kind="rate")


def test_the_release_holds_rates_that_tell_more_than_open_answers(rates):
    everybody = rates.filter(pl.col("domain_variable") == "", pl.col("measure") == "share")
    assert everybody.height == 4
    assert (everybody["ci_low"] < SHARE).all()
    assert (everybody["ci_high"] > SHARE).all()


def test_a_rate_of_few_on_one_list_is_hidden_with_its_partner(rates):
    groups = rates.filter(pl.col("domain_variable") == "G", pl.col("indicator") == "LISTED")
    assert set(groups["domain_category"]) == {"a", "b"}  # 14 of b, some 7 on each list
    assert set(groups["status"]) == {"suppressed"}
    assert groups["estimate"].null_count() == groups.height


def test_the_answers_that_a_rate_is_made_of_are_nowhere(indirect_run):
    for table in (indirect_run / "release").glob("*.csv"):
        text = table.read_text(encoding="utf-8")
        assert not any(f"{q}{item}{q}" in text for item in ("SHORT", "LONG", "DIE") for q in (",", '"')), table.name


def test_rates_are_compared_between_waves(indirect_run):
    table = pl.read_parquet(indirect_run / "release" / "comparisons.parquet")
    changes = table.filter(kind="wave_change", indicator_kind="rate", domain_variable="", adjustment="none")
    assert sorted(changes["indicator"]) == ["LISTED", "RANDOM"]
    estimates = pl.read_parquet(indirect_run / "release" / "estimates.parquet")
    for row in changes.iter_rows(named=True):
        mine = estimates.filter(indicator=row["indicator"], measure="share", domain_variable="")
        assert row["se"] == pytest.approx(np.sqrt((mine["se"] ** 2).sum()))  # two samples


def test_the_page_says_how_it_was_asked_and_what_open_answers_say(indirect_run):
    page = (indirect_run / "reports" / "national" / "AAA-2024.html").read_text(encoding="utf-8")
    section = page[page.index('<section id="indirect">') :]
    section = section[: section.index("</section>")]
    for words in ("I took a gift for a favour", "Difference of the two lists", "Asked openly", "simply to say yes or no", "As precise as an open question"):
        assert words in section


def test_the_largest_rate_is_a_finding(indirect_run):
    page = (indirect_run / "reports" / "national" / "AAA-2024.html").read_text(encoding="utf-8")
    glance = page[page.index('<section id="at_a_glance">') :]
    assert "asked so that nobody had to admit it" in glance[: glance.index("</section>")]


def test_the_auditor_turns_a_randomised_response_back(indirect_run, tmp_path):
    release = tmp_path / "release"
    release.mkdir()
    for path in (indirect_run / "release").iterdir():
        release.joinpath(path.name).write_bytes(path.read_bytes())
    assert audit(release) == []
    table = pl.read_parquet(release / "estimates.parquet")
    mine = (pl.col("indicator") == "RANDOM") & (pl.col("measure") == "share") & (pl.col("domain_variable") == "")
    all_but_two = ((SIZE - 2) / SIZE - 1 / 6) / (2 / 3)
    leaky = table.with_columns(estimate=pl.when(mine).then(all_but_two).otherwise("estimate"))
    leaky.write_parquet(release / "estimates.parquet")
    leaky.write_csv(release / "estimates.csv")
    assert "unanimous" in {finding.kind for finding in audit(release)}


def test_both_lists_answered_is_set_aside(tmp_path):
    write_workspace(tmp_path / "workspace")
    path = tmp_path / "workspace" / "inbox" / "AAA" / "2024" / "p.csv"
    path.write_text(path.read_text(encoding="utf-8") + "1,2,yes,no,a\n", encoding="utf-8")
    done = run_cips("--workspace", tmp_path / "workspace", "--out", tmp_path / "build", "validate")
    assert done.returncode == 1
    receipts = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "build" / "receipts").rglob("*") if p.is_file())
    assert "both lists of LISTED were answered" in receipts
