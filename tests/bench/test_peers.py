"""The peers' bench: what they are given, and how their figures are set against ours. Of the peers R alone is run, where it is."""

import json
import shutil
import subprocess

import polars as pl
import pytest

from pipeline.demo import write_demo
from pipeline.instrument import load_instrument
from pipeline.run import ingest
from pipeline.workspace import load_workspace
from tests.bench import stage, targets
from tests.bench.peers import compare_tests, environment, shared, versus
from tests.bench.peers.compare import compare, read_estimates
from tests.bench.peers.ours import ours
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


def two_tests(**changed) -> pl.DataFrame:
    """Of Rao and Scott, and of Kruskal and Wallis; `changed`: figures of the second."""
    keys = UNIT | {"domain_variable": "sex", "indicator": "Q1"}
    first = keys | {"test": "rao_scott_f", "statistic": 0.7, "df_numerator": 4.0, "df": 2388.0, "p_value": 0.59}
    second = keys | {"test": "kruskal_wallis", "statistic": 1.9, "df_numerator": 2.0, "df": 569.0, "p_value": 0.16}
    return pl.DataFrame([first, second | changed])


@pytest.mark.parametrize("planted", [{"statistic": 1.91}, {"df_numerator": 2.01}, {"df": 570.0}, {"p_value": 0.1601}, {"p_value": None}], ids=str)
def test_a_test_that_differs_is_noticed(planted):
    assert compare_tests.compare_tests(two_tests(), two_tests()).same
    assert not compare_tests.compare_tests(two_tests(), two_tests(**planted)).same


def test_a_peer_may_count_degrees_of_freedom_otherwise_but_not_statistics():
    judged = versus.JUDGED["svy"]
    assert compare_tests.compare_tests(two_tests(), two_tests(df=500.0, p_value=0.1601), judged).same
    assert not compare_tests.compare_tests(two_tests(), two_tests(statistic=1.9001), judged).same


def test_tests_of_one_side_alone_are_counted():
    found = compare_tests.compare_tests(two_tests(), two_tests(indicator="Q2"))
    assert (found.compared, found.wrong, found.same) == (1, 2, False)


@pytest.fixture(scope="module")
def shared_out(tmp_path_factory):
    """(ours, the folder that peers get) of a member and a wave."""
    root = tmp_path_factory.mktemp("peers")
    write_demo(root, 1, 1, 300, seed=1)
    workspace = load_workspace(root, root / "out")
    ingest(workspace)
    our = ours(workspace)
    folder = root / "answers"
    shared.share_out(workspace, our.units, folder)
    assert not workspace.kept.exists()
    return our, folder


def test_r_gives_the_same_figures_and_a_planted_one_is_noticed(shared_out):
    rscript = shutil.which("Rscript")
    if rscript is None or subprocess.run([rscript, "-e", "library(survey)"], capture_output=True, check=False).returncode:
        pytest.skip("there is no R, or no package survey")
    our, folder = shared_out
    done = subprocess.run([rscript, versus.HERE / "survey.R", folder, "1"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["seconds"] > 0
    estimates, tests = read_estimates(folder / "survey.csv"), compare_tests.read_tests(folder / "survey-tests.csv")
    assert compare(shared.asked_of(our.estimates), estimates).same
    assert compare_tests.compare_tests(compare_tests.tests_of(our.tests), tests).same
    first = pl.int_range(pl.len()) == 0
    planted = tests.with_columns(pl.when(first).then(pl.col("statistic") + 0.001).otherwise("statistic"))
    assert not compare_tests.compare_tests(compare_tests.tests_of(our.tests), planted).same


@pytest.mark.parametrize("name", ["estimate", "asked", "publish"])
def test_what_an_earlier_run_added_up_is_no_help(name, tmp_path):
    workspace = load_workspace(PROJECT / "surveys" / "sample", tmp_path)
    workspace.kept.mkdir(parents=True)
    stage.BEFORE[name](workspace)
    assert not workspace.kept.exists()


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


TOOK = {"seconds": 1.0, "cpu": 2.0}


def lines(peers: dict) -> list[str]:
    return versus._lines({"estimates": 4, "tests": 2, "given": 9, "asked": TOOK, "whole": TOOK, "peers": peers})


def test_a_peer_that_cannot_be_had_is_skipped_with_a_line(monkeypatch, tmp_path):
    def impossible(*_):
        raise environment.NoEnvironmentError("no network")

    monkeypatch.setattr(versus, "python_of_peers", impossible)
    monkeypatch.setattr(versus.shutil, "which", lambda _: None)
    told = lines({name: versus._measured(name, tmp_path, OURS, two_tests(), TOOK) for name in versus.RUNS})
    assert "survey: skipped, there is no Rscript; on Debian: apt install r-cran-survey" in told
    assert "svy: skipped, its environment can't be made: no network" in told
    assert not any("÷" in line for line in told)


def peers_that_took(**seconds: float) -> dict:
    """All the same; samplics without tests."""
    tests = compare_tests.compare_tests(two_tests(), two_tests()).told()
    agreed = compare(OURS, OURS).told() | {"version": "1", "tests": tests}
    took = {name: {"seconds": s, "cpu": s, "ratio": 1 / s, "cpu_ratio": 2 / s} for name, s in seconds.items()}
    return {name: agreed | figures | ({"tests": None} if name == "samplics" else {}) for name, figures in took.items()}


def test_ratios_are_of_the_fastest():
    told = lines(peers_that_took(survey=2.0, svyby=8.0, svy=4.0, samplics=1.0))
    assert told[-4:] == [
        "asked ÷ R survey: 0.500 (of all cores 1.000)",
        "asked ÷ R survey's svyby: 0.125 (of all cores 0.250)",
        "asked ÷ the fastest Python peer (samplics): 1.000 (of all cores 2.000)",
        "asked ÷ the fastest Python peer with tests (svy): 0.250 (of all cores 0.500)",
    ]


def test_targets_are_of_the_fastest_way():
    peers = peers_that_took(survey=60.0, svyby=80.0, svy=4.0, samplics=11.0) | {"other": {"skipped": "it stopped"}}
    judged = {v.what: (v.most, v.holds) for v in targets._against_peers([{}, {"peers": {"peers": peers}}])}
    assert judged == {
        "asked ÷ R survey": (0.02, True),
        "asked ÷ R survey's svyby": (None, None),
        "asked ÷ the fastest Python peer (svy)": (0.1, False),
    }
