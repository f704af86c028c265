"""A new release set against an earlier one tells of nobody who came, went or was corrected in between."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.columns import KEYS
from pipeline.errors import StageError
from pipeline.protect.editions import ROW, _versions, editions
from pipeline.run import ingest, release, report
from pipeline.workspace import load_workspace


def people(n: int, women: int, seed: int, said_yes: float = 0.3) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    office = rng.choice(["a1", "a2", "b1", "b2"], n)
    return pl.DataFrame(
        {
            **{f"Q{k}": rng.choice(list("01234"), n) for k in (1, 2, 3)},
            "S": np.where(rng.random(n) < said_yes, "yes", "no"),
            "GENDER": np.where(np.arange(n) < women, "f", "m"),
            "AGE": rng.choice(list("1234"), n),
            "REGION": np.array([o[0] for o in office]),
            "OFFICE": office,
        }
    )


def publish(place: Path, rows: pl.DataFrame, wave: str = "2024", name: str = "p") -> pl.DataFrame:
    """Hand a file in, make a release, and give its estimates."""
    path = place / "w" / "inbox" / "AAA" / wave / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.with_row_index("respondent_id").write_csv(path)
    workspace = load_workspace(place / "w", place / "out")
    ingest(workspace)
    release(workspace)
    return pl.read_parquet(place / "out" / "release" / "estimates.parquet")


def differences(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """What a reader of both can subtract: figures that both show and that are not the same."""
    shown = [t.filter(pl.col("status") != "suppressed") for t in (one, other)]
    both = shown[0].join(shown[1], on=ROW, suffix="_then")
    moved = (pl.col("n") != pl.col("n_then")) | ((pl.col("estimate") - pl.col("estimate_then")).abs() > 1e-12)
    return both.filter(moved).with_columns(gained=(pl.col("n") - pl.col("n_then")).abs())


FIRST = people(300, 150, 1)


@pytest.mark.parametrize("newcomers", [1, 9])
def test_a_few_more_respondents_change_nothing_that_is_published(place, newcomers):
    before = publish(place, FIRST)
    release = editions(place / "out" / "published")[0].manifest["release"]
    after = publish(place, pl.concat([FIRST, people(newcomers, 1, 2)]), name="p-corrected")
    assert differences(after, before).is_empty() and after.height == before.height
    units = pl.read_parquet(place / "out" / "release" / "units.parquet")
    assert (units["n"].item(), units["as_of"].item()) == (300, release)


@pytest.mark.parametrize("newcomers", [15, 25])
def test_of_those_who_came_too_few_are_in_each_group_and_the_published_figures_stand(place, newcomers):
    """Published anew, next to no group would have a figure left; when more came, the figures are theirs too."""
    before = publish(place, FIRST)
    after = publish(place, pl.concat([FIRST, people(newcomers, newcomers // 2, 2)]), name="p-2")
    assert differences(after, before).is_empty() and after["status"].equals(before["status"])
    at_last = publish(place, pl.concat([FIRST, people(120, 60, 2)]), name="p-3")
    assert differences(at_last, before)["gained"].min() >= 10
    assert (at_last["status"] == "suppressed").mean() < 0.2


def test_a_corrected_answer_changes_nothing_that_is_published(place):
    """The same 300, one of whom now says yes."""
    first = FIRST.with_columns(S=pl.when(pl.int_range(pl.len()) == 7).then(pl.lit("no")).otherwise("S"))
    corrected = first.with_columns(S=pl.when(pl.int_range(pl.len()) == 7).then(pl.lit("yes")).otherwise("S"))
    assert differences(publish(place, corrected, name="p-2"), publish(place, first)).is_empty()


def test_of_many_more_a_group_that_gained_a_few_is_hidden(place):
    """Ninety came, three of them women: the women before and after would tell what the three answered."""
    before = publish(place, FIRST)
    after = publish(place, pl.concat([FIRST, people(90, 3, 3)]), name="p-2")
    women = after.filter(domain_variable="GENDER", domain_category="f")
    assert (women["status"] == "suppressed").all()
    assert after.filter(domain_variable="", indicator="Q1", measure="mean_score")["n"].item() == 390
    assert differences(after, before)["gained"].min() >= 10


def test_of_enough_more_a_question_that_few_of_them_answered_is_hidden(place):
    """Twelve women came and three of them left Q1 open: the women's Q1 before and after would tell what nine answered."""
    before = publish(place, FIRST)
    more = people(90, 12, 3).with_columns(Q1=pl.when(pl.int_range(pl.len()) < 3).then(None).otherwise("Q1"))
    after = publish(place, pl.concat([FIRST, more]), name="p-2")
    women = after.filter(domain_variable="GENDER", domain_category="f")
    assert (women.filter(indicator="Q1")["status"] == "suppressed").all()
    assert (women.filter(indicator="Q2")["status"] != "suppressed").any()
    assert differences(after, before)["gained"].min() >= 10


def test_every_difference_of_two_releases_is_a_figure_on_enough_people(place):
    first = people(200, 90, 5)
    before = publish(place, first)
    after = publish(place, pl.concat([first, people(60, 15, 6)]), name="p-2")
    found = differences(after, before)
    assert found.height > 100 and found["gained"].min() >= 10


@pytest.mark.parametrize("seed", [3, 4])
def test_as_many_other_people_are_published_anew(place, seed):
    """Of a question of which many answers changed a figure may move by a few: nobody's answer follows from it."""
    before = publish(place, FIRST)
    after = publish(place, people(300, 150, seed))
    moved = differences(before, after)
    assert moved.height > 100 and (moved["gained"] == 0).any()


def test_a_third_release_is_set_against_the_first_too(place):
    """Ninety came, then all but one of them went: one would stand between the first and the third."""
    more = people(90, 45, 2)
    first = publish(place, FIRST)
    assert not differences(publish(place, pl.concat([FIRST, more]), name="p-2"), first).is_empty()
    third = publish(place, pl.concat([FIRST, more.head(1)]), name="p-3")
    assert differences(third, first).is_empty()


def test_what_many_editions_have_alike_is_looked_at_once(place):
    """Of three releases the first two have the same figures of 2024, the last two the same of 2026."""
    for rows, wave, name in ((FIRST, "2024", "p"), (people(200, 100, 8), "2026", "p"), (people(320, 150, 4), "2024", "p-2")):
        publish(place, rows, wave, name)
    known = editions(place / "out" / "published")
    versions = [{unit[1]: edition for unit, (edition, _) in some.items()} for some in _versions(known)]
    assert versions == [{"2024": known[1], "2026": known[2]}, {"2024": known[2]}]


def test_newcomers_who_answer_a_sensitive_question_alike_are_not_told(place):
    """Of eighty who came all the men said no."""
    before = publish(place, FIRST)
    more = people(80, 40, 3, said_yes=0.5)
    more = more.with_columns(S=pl.when(pl.col("GENDER") == "m").then(pl.lit("no")).otherwise("S"))
    after = publish(place, pl.concat([FIRST, more]), name="p-2").filter(domain_variable="GENDER")
    assert (after.filter(indicator="S")["status"] == "suppressed").all()
    assert (after.filter(indicator="Q1")["status"] != "suppressed").any() and before.height


def test_partners_stay_the_same_where_the_answers_do(place):
    """Another wave comes: what was hidden beside a small group of this one is hidden still, whatever it costs now."""
    first = FIRST.with_columns(AGE=pl.Series(["1"] * 5 + ["2"] * 20 + ["3"] * 100 + ["4"] * 175))
    before = publish(place, first)
    after = publish(place, people(200, 100, 8), wave="2026")
    hidden = [t.filter(pl.col("wave") == "2024", pl.col("status") == "suppressed").select(ROW) for t in (before, after)]
    assert hidden[0].height > 0 and hidden[0].equals(hidden[1])


def test_what_the_audit_works_out_is_not_published(place, monkeypatch):
    from pipeline import audit
    from pipeline.audit import Finding

    publish(place, FIRST)
    report(load_workspace(place / "w", place / "out"))
    standing = place / "out" / "release", place / "out" / "reports"
    before = {p: p.read_bytes() for folder in standing for p in folder.rglob("*") if p.is_file()}
    monkeypatch.setattr(audit, "audit", lambda *_: [Finding("exact", "estimates: AAA 2024 p", "the women are 7")])
    with pytest.raises(StageError, match="the women are 7"):
        publish(place, pl.concat([FIRST, people(40, 20, 3)]), name="p-2")
    after = {p: p.read_bytes() for folder in standing for p in folder.rglob("*") if p.is_file()}
    assert before == after and any(p.suffix == ".html" for p in before) and not list((place / "out").glob("*.building"))
    assert len(editions(place / "out" / "published")) == 1


def test_a_changed_wave_is_compared_with_what_is_published_of_the_other(place):
    publish(place, FIRST)
    publish(place, people(250, 120, 9), wave="2026")
    shown = pl.read_parquet(place / "out" / "release" / "comparisons.parquet").filter(kind="wave_change", status="published")
    publish(place, pl.concat([FIRST, people(2, 1, 2)]), name="p-2")
    stands = pl.read_parquet(place / "out" / "release" / "comparisons.parquet").filter(kind="wave_change", status="published")
    columns = ["indicator", "measure", "domain_variable", "domain_category", "difference", "se", "q_value"]
    assert shown.height > 5 and shown.select(columns).equals(stands.select(columns))


def test_of_a_change_from_a_wave_that_stands_to_one_that_moved_on_nothing_is_told(place):
    other = people(250, 120, 9)
    publish(place, FIRST)
    publish(place, other, wave="2026")
    publish(place, pl.concat([FIRST, people(2, 1, 2)]), name="p-2")
    publish(place, pl.concat([other, people(200, 100, 7)]), wave="2026", name="p-2")
    release = place / "out" / "release"
    assert pl.read_parquet(release / "units.parquet").sort("wave")["n"].to_list() == [300, 450]
    told = pl.read_parquet(release / "adjustments.parquet").row(0, named=True)
    assert {name for name, value in told.items() if value is not None} == {*KEYS["adjustments"], "status"}
    moved = pl.read_parquet(release / "comparisons.parquet").filter(kind="wave_change")
    assert moved.height > 5 and (moved["status"] == "suppressed").all()


def test_what_was_held_fixed_stands_with_the_figures(place, tmp_path):
    """One of five women of an age says another: too few of them are left to be held fixed by age, and nobody may see that."""
    old = (pl.col("GENDER") == "f") & (pl.col("AGE") == "4")
    five = old & (old.cum_sum() <= 5)
    first = FIRST.with_columns(AGE=pl.when(old & ~five).then(pl.lit("1")).otherwise("AGE"))
    corrected = first.with_columns(AGE=pl.when(old & (old.cum_sum() == 1)).then(pl.lit("1")).otherwise("AGE"))
    publish(place, people(300, 150, 9), wave="2022")

    def released(rows: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        publish(place, rows, name=name)
        return tuple(pl.read_parquet(place / "out" / "release" / f"{t}.parquet") for t in ("adjustments", "comparisons"))

    before, after = released(first, "p"), released(corrected, "p-2")
    assert "AGE" in before[0]["held_fixed"].item()
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))
    anew = load_workspace(place / "w", tmp_path / "anew")
    ingest(anew)
    release(anew)
    assert "AGE" not in pl.read_parquet(anew.release / "adjustments.parquet")["held_fixed"].item()
