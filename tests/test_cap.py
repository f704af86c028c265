"""From a cap in surveys/weighting.yaml to the sentence that the report says of it."""

import polars as pl
import pytest

from pipeline.demo import write_demo
from pipeline.instrument import Item
from tests.conftest import english, run_cips


def staff(unit, item: Item, first: float) -> list[str]:
    """Rows of a frame: `first` of 5,000 in the item's first category, the others alike."""
    codes = [c.code for c in unit.instrument.scale_of(item).categories]
    shares = [first, *[(1 - first) / (len(codes) - 1)] * (len(codes) - 1)]
    place = f"{unit.member},{unit.wave},{unit.instrument.population},{item.code}"
    return [f"{place},{code},{5000 * share}" for code, share in zip(codes, shares, strict=True)]


@pytest.fixture(scope="module")
def capped(tmp_path_factory):
    """Officials by grade alone, of whom twice as many are managers as answered; firms by two questions."""
    workspace = tmp_path_factory.mktemp("capped")
    officials, firms = write_demo(workspace, members=1, waves=1, respondents=400, seed=3)
    both = [i for i in firms.instrument.profile if i.code in firms.instrument.standardise_by][:2]
    rows = staff(officials, officials.split, 0.6) + [row for item in both for row in staff(firms, item, 0.4)]
    (workspace / "frames").mkdir()
    (workspace / "frames" / "staff.csv").write_text(
        "\n".join(["member,wave,population,margin,category,count", *rows]) + "\n", encoding="utf-8"
    )
    (workspace / "weighting.yaml").write_text("cap: 1.6\n", encoding="utf-8")
    (workspace / "reports.yaml").write_text("languages: []\n", encoding="utf-8")
    done = run_cips("--workspace", workspace, "--out", workspace / "out", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return workspace / "out"


def test_the_release_says_whether_the_margins_hold_under_the_cap(capped):
    units = pl.read_parquet(capped / "release" / "units.parquet")
    officials, firms = (units.filter(population=p).row(0, named=True) for p in ("officials", "private_sector"))
    assert officials["weighting"] == "post-stratified" and officials["margin_missed"] > 0.05
    assert firms["weighting"] == "raked" and firms["margin_missed"] < 1e-8 and firms["capped"] > 0
    assert firms["largest_weight"] == pytest.approx(1.6)


def test_the_report_says_it_in_words(capped):
    (page,) = english(capped / "reports" / "national")
    text = page.read_text(encoding="utf-8")
    missed = pl.read_parquet(capped / "release" / "units.parquet").filter(population="officials")["margin_missed"]
    assert f"still miss the population&#39;s make-up by up to {100 * missed.item():.1f} points" in text
    assert "make up for it, so that the make-up still holds" in text
