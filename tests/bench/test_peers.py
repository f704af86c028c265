"""The peers' bench: what they are given, and how their figures are set against ours. No peer is run."""

import polars as pl
import pytest

from pipeline.instrument import load_instrument
from tests.bench.peers import environment, shared, versus
from tests.bench.peers.compare import compare, read_estimates
from tests.conftest import PROJECT

UNIT = {"member": "XAA", "wave": "2025", "population": "officials"}


def figures(*rows: tuple) -> pl.DataFrame:
    """Of one domain and item: measure, category, estimate, se."""
    keys = UNIT | {"domain_variable": "sex", "domain_category": "f", "indicator": "Q1"}
    named = [keys | dict(zip(("measure", "category", "estimate", "se"), row, strict=True)) for row in rows]
    schema = dict.fromkeys(shared.KEY, pl.String) | {"estimate": pl.Float64, "se": pl.Float64}
    return pl.DataFrame(named, schema=schema)


OURS = figures(("share", "1", 0.25, 0.1), ("share", "2", 0.75, 0.1), ("share", "3", 0.0, 0.0), ("mean_score", "", 80.0, None))


def test_the_largest_differences_are_told():
    theirs = figures(("share", "1", 0.25, 0.11), ("share", "2", 0.75 + 2e-7, 0.1), ("mean_score", "", 80.0, 4.0))
    found = compare(OURS, theirs)
    assert (found.compared, found.errors, found.lacking, found.wrong) == (3, 2, 1, 0)
    assert found.estimate == pytest.approx(2e-7)
    assert found.se == pytest.approx(0.01)
    assert found.same


@pytest.mark.parametrize(
    "theirs",
    [
        figures(("share", "1", 0.26, 0.1), ("share", "2", 0.75, 0.1), ("mean_score", "", 80.0, 4.0)),
        figures(("share", "1", 0.25, 0.1), ("share", "2", 0.75, 0.1)),
        figures(("share", "1", 0.25, 0.1), ("share", "2", 0.75, 0.1), ("mean_score", "", 80.0, 4.0), ("mean", "", 1.0, 1.0)),
        figures(),
    ],
    ids=["another estimate", "one of ours is lacking", "one that we don't give", "nothing"],
)
def test_what_differs_is_not_the_same(theirs):
    assert not compare(OURS, theirs).same


def test_what_a_peer_cannot_estimate_is_no_estimate(tmp_path):
    path = tmp_path / "survey.csv"
    heads = ",".join([*shared.KEY, "estimate", "se"])
    path.write_text(f"{heads}\nXAA,2025,officials,,,Q1,share,1,0.5,0.1\nXAA,2025,officials,,,Q1,share,2,NaN,0\n", encoding="utf-8")
    assert read_estimates(path).select("domain_variable", "category", "estimate", "se").rows() == [("", "1", 0.5, 0.1)]


def test_answers_are_handed_out_as_numbers():
    instrument = load_instrument(PROJECT / "surveys" / "instruments" / "cips-private-2024.yaml")
    item = next(i for i in instrument.coded_items() if instrument.scale_of(i).scored)
    first = instrument.scale_of(item).categories[0]
    answers = pl.DataFrame({f"_{name}": [value, value] for name, value in UNIT.items()}).with_columns(
        *(pl.Series(i.code, ["", ""]) for i in instrument.estimated if i is not item), pl.Series(item.code, [first.code, ""])
    )
    measures, scored = shared._measures(instrument, answers)
    columns = {m: c for m, k, c in measures.select("measure", "category", "column").iter_rows() if k in ("", first.code)}
    table = shared._numbers(instrument, answers, measures, scored)
    assert set(measures["item"]) == {item.code}
    assert table[f"code.{item.code}"].to_list() == [1, None]
    assert table[columns["share"]].to_list() == [1.0, None]
    assert table[columns["mean_score"]].to_list() == [instrument.score(item, first), None]


def test_a_peer_that_cannot_be_had_is_skipped_with_a_line(monkeypatch, tmp_path):
    def impossible(*_):
        raise environment.NoEnvironmentError("no network")

    monkeypatch.setattr(versus, "python_of_peers", impossible)
    monkeypatch.setattr(versus.shutil, "which", lambda _: None)
    peers = {name: versus._measured(name, tmp_path, OURS, 1.0) for name in versus.RUNS}
    told = versus._lines({"asked": 4, "given": 9, "stage": 1.0, "peers": peers})
    assert "survey: skipped, there is no Rscript; on Debian: apt install r-cran-survey" in told
    assert "svy: skipped, its environment can't be made: no network" in told
    assert not any("÷" in line for line in told)


def test_ratios_are_of_the_fastest():
    peer = {"version": "1", "compared": 4, "errors": 4, "estimate": 0.0, "se": 0.0, "lacking": 0, "wrong": 0, "same": True}
    times = {"survey": 2.0, "svyby": 8.0, "svy": 4.0, "samplics": 1.0}
    peers = {name: peer | {"seconds": seconds, "ratio": 1 / seconds} for name, seconds in times.items()}
    told = versus._lines({"asked": 4, "given": 9, "stage": 1.0, "peers": peers})
    assert told[-3:] == [
        "estimate ÷ R survey: 0.50",
        "estimate ÷ R survey's svyby: 0.12",
        "estimate ÷ the fastest Python peer (samplics): 1.00",
    ]
