"""Two waves on two versions of a questionnaire, from the exports to the page."""

import copy
import csv
import random

import polars as pl
import pytest
import yaml

from tests.conftest import once, run_cips
from tests.estimate.test_bridges import OLD, RECODE, five, new, with_item

SIZE = 200


def later(document):
    five(document, bridge=RECODE)
    with_item(document)
    document["items"][1]["text"] = {"en": "Is this question another one?"}
    document["items"][2].update(text={"en": "Question two?"}, bridge={"from": "old", "wording": "equivalent"})


def write_workspace(folder):
    (folder / "instruments").mkdir(parents=True)
    for wave, document, tablet in (("2021", copy.deepcopy(OLD), 0.9), ("2024", new(later), 0.2)):
        document["items"].append({"code": "MODE", "role": "design", "carries": "mode"})
        name = document["instrument"]
        (folder / "instruments" / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
        path = folder / "inbox" / "AAA" / wave / "p.csv"
        path.parent.mkdir(parents=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(_answers(document, tablet))
    (folder / "members.yaml").write_text("AAA: {name: {en: Alpha}}\n", encoding="utf-8")


def _answers(document: dict, tablet: float):
    rng = random.Random(document["instrument"])
    yield [i["code"] for i in document["items"]]
    codes = [[c["code"] for c in document["scales"][i["scale"]]["categories"]] for i in document["items"][:-1]]
    for _ in range(SIZE):
        yield [*(rng.choice(c) for c in codes), "tablet" if rng.random() < tablet else "online"]


@pytest.fixture(scope="module")
def bridged_run(shared):
    def make(out):
        write_workspace(out / "workspace")
        done = run_cips("--workspace", out / "workspace", "--out", out / "build", "run")
        assert done.returncode == 0, done.stdout + done.stderr  # the audit at its end included

    return once(shared / "bridged-run", make) / "build"


def test_the_release_holds_the_changes_that_may_be_compared_and_how(bridged_run):
    table = pl.read_parquet(bridged_run / "release" / "comparisons.parquet")
    changes = table.filter(pl.col("kind") == "wave_change", pl.col("domain_variable") == "", pl.col("test") == "t")
    found = {(r["indicator"], r["measure"]): r["bridge"] for r in changes.iter_rows(named=True)}
    assert found[("B0", "favourable")] == "recoded"
    assert found[("B2", "favourable")] == "declared"
    assert found[("B3", "favourable")] == "same"
    assert ("F", "mean_score") not in found  # anchors: two of four and five questions
    assert not {"B1", "B9"} & {indicator for indicator, _ in found}


def test_the_favourable_share_s_change_is_that_of_the_exports(bridged_run):
    inbox = bridged_run.parent / "workspace" / "inbox" / "AAA"
    new, old = (pl.read_csv(inbox / wave / "p.csv", infer_schema=False) for wave in ("2024", "2021"))
    now = new.filter(pl.col("B0") != "3").select(pl.col("B0").is_in(["4", "5"]).mean()).item()
    by_hand = now - old.select(pl.col("A0").is_in(["3", "4"]).mean()).item()
    table = pl.read_parquet(bridged_run / "release" / "comparisons.parquet")
    row = table.filter(kind="wave_change", indicator="B0", measure="favourable", domain_variable="", test="t")
    assert row["difference"].item() == pytest.approx(by_hand, abs=1e-12)


def test_nothing_made_for_a_comparison_is_among_the_estimates(bridged_run):
    estimates = pl.read_parquet(bridged_run / "release" / "estimates.parquet")
    assert set(estimates.filter(wave="2021")["indicator"]) == {"A0", "A1", "A2", "A3", "SEX", "F"}


def test_the_page_marks_what_is_bridged_lists_what_is_not_compared_and_warns_of_the_mode(bridged_run):
    page = (bridged_run / "reports" / "national" / "AAA-2024.html").read_text(encoding="utf-8")
    section = page[page.index('<section id="changes">') : page.index('<section id="gaps">')]
    for words in (
        "⇄ Question 0?: bridged. The answer scale changed",
        "Without a counterpart, and so not counted in 2024: five 3.",
        "⇄ Question two?: the words changed",
        "‖ Is this question another one?: not compared (the wording changed).",
        "‖ F: not compared (the wording changed, the answer scale changed, its questions changed).",
        "Answers were collected in another way",
    ):
        assert words in section, words
    assert "⇄ Question 3?" not in section


def test_the_first_wave_s_page_has_nothing_to_say_of_bridges(bridged_run):
    page = (bridged_run / "reports" / "national" / "AAA-2021.html").read_text(encoding="utf-8")
    assert "⇄" not in page and "collected in another way" not in page
