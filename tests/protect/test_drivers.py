"""What regressions may read follows from what is shown, before anything is fitted."""

import polars as pl
import pytest

from pipeline.estimate.design import UNIT
from pipeline.protect.blocks import BLOCK, DOMAIN
from pipeline.protect.drivers import regression_limits
from pipeline.protect.editions import Before, Edition
from pipeline.protect.suppression import Hidden
from pipeline.workspace import Rules

HERE = ("AAA", "2024", "p")


def estimates(*rows: tuple) -> pl.DataFrame:
    """Rows of (domain_variable, domain_category, indicator, measure, status)."""
    columns = [*DOMAIN, "indicator", "measure", "status"]
    return pl.DataFrame([(*HERE, *r) for r in rows], dict.fromkeys(columns, pl.String), orient="row")


def hidden(blocks=(), groups=()) -> Hidden:
    return Hidden(
        pl.DataFrame([(*HERE, *b) for b in blocks], dict.fromkeys(BLOCK, pl.String), orient="row"),
        pl.DataFrame([(*HERE, *g) for g in groups], dict.fromkeys(DOMAIN, pl.String), orient="row"),
    )


NOTHING_BEFORE = Before({}, pl.DataFrame(schema=DOMAIN), pl.DataFrame(schema=BLOCK), pl.DataFrame(schema=BLOCK))
TABLE = estimates(
    ("", "", "Q", "share", "published"),
    ("", "", "S", "share", "suppressed"),
    ("", "", "S", "nonresponse", "published"),
    ("", "", "F", "mean_score", "unreliable"),
    ("G", "a", "Q", "share", "published"),
    ("G", "b", "Q", "share", "suppressed"),
)


def limits(rules: Rules, given: Hidden | None = None, before: Before = NOTHING_BEFORE):
    return regression_limits(TABLE, given or hidden(), ["AAA"], rules, before)


def test_only_what_is_shown_for_everybody_is_read():
    assert limits(Rules()).shown == {(*HERE, "Q"), (*HERE, "F")}
    assert limits(Rules()).variables == {(*HERE, "G")}


def test_groups_hidden_for_all_and_for_one_outcome_add_up():
    found = limits(Rules(), hidden(blocks=[("G", "b", "Q"), ("", "", "S")], groups=[("G", "c")]))
    assert found.hidden_groups(HERE, "G", "Q") == {"b", "c"}
    assert found.hidden_groups(HERE, "G", "F") == {"c"}
    assert found.hidden_groups(HERE, "K", "Q") == set()


def test_each_member_of_a_pool_finds_as_many_others_as_the_rules_ask_for():
    assert limits(Rules(minimum_peers=7)).members == 8
    assert (limits(Rules()).respondents, limits(Rules()).unit, limits(Rules()).share) == (10, 30, 0.5)


def test_without_suppression_anything_may_be_fitted():
    found = limits(Rules(minimum_respondents=1))
    assert (found.respondents, found.unit, found.members, found.share) == (1, 1, 2, 1.0)


def test_held_units_are_known(tmp_path):
    before = Before({HERE: Edition(tmp_path)}, NOTHING_BEFORE.groups, NOTHING_BEFORE.blocks, NOTHING_BEFORE.shown)
    assert limits(Rules(), before=before).held == {HERE}


def test_an_edition_from_before_there_was_such_a_table_has_no_rows_in_it(tmp_path):
    table = Edition(tmp_path).table("drivers")
    assert table.is_empty() and set(UNIT) < set(table.columns)


@pytest.fixture(scope="module")
def released(sample_run):
    return pl.read_parquet(sample_run / "release" / "drivers.parquet")


def test_the_sample_s_release_names_no_hidden_group(released, sample_run):
    """Nor any outcome whose figure for everybody is hidden."""
    shares = pl.read_parquet(sample_run / "release" / "estimates.parquet").filter(measure="share")
    gone = shares.filter(pl.col("status") == "suppressed").select(
        *UNIT, outcome="indicator", term="domain_variable", term_category="domain_category"
    )
    groups = gone.filter(pl.col("term") != "").unique()
    assert not groups.is_empty() and released.join(groups, on=groups.columns, how="semi").is_empty()
    whole = gone.filter(pl.col("term") == "").select(*UNIT, "outcome").unique()
    assert released.join(whole, on=whole.columns, how="semi").filter(pl.col("estimate").is_not_null()).is_empty()


def test_the_sample_s_release_has_models_of_units_and_of_all_members(released):
    fitted = released.filter(statistic="model", verdict="fitted")
    assert {"all"} < set(fitted["member"]) and fitted["n"].min() >= 30
    assert set(released.filter(member="all")["wave"]) == {"all"}
    assert "XAH" not in set(released["term_category"])
