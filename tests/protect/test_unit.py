"""What of one unit is hidden together."""

from pipeline.protect.linked import Relation
from pipeline.protect.unit import EVERYBODY, Indicator, Unit, choose
from pipeline.workspace import Rules

WOMEN, MEN = ("G", "f"), ("G", "m")


def unit(sizes: dict, **indicators: Indicator) -> Unit:
    return Unit(sizes, [Relation(None, tuple(sizes))], set(), indicators)


def item(everybody: int, women: int, hidden=(), part_of=()) -> Indicator:
    return Indicator("item", {EVERYBODY: everybody, WOMEN: women, MEN: everybody - women}, primary=set(hidden), part_of=list(part_of))


def test_a_group_of_which_nothing_is_left_is_hidden_itself():
    """Its share of everybody would tell how many are in a group that looks hidden."""
    found = choose(unit({WOMEN: 12, MEN: 200}, Q1=item(190, 8, [WOMEN]), Q2=item(195, 9, [WOMEN])), Rules())
    assert found.groups == {WOMEN, MEN}
    assert choose(unit({WOMEN: 12, MEN: 200}, Q1=item(190, 8, [WOMEN]), Q2=item(200, 12)), Rules()).groups == set()


def test_a_score_less_its_only_hidden_part_is_that_part_however_few_answered_it():
    parts = {"Q1": item(47, 7, [WOMEN], ["F"]), "Q2": item(160, 30, [], ["F"]), "Q3": item(200, 40, [], ["F"])}
    score = Indicator("factor", {EVERYBODY: 200, WOMEN: 40, MEN: 160})
    found = choose(unit({WOMEN: 40, MEN: 160}, **parts, F=score), Rules())
    assert {("F", WOMEN), ("Q1", WOMEN)} <= found.blocks and ("Q3", WOMEN) not in found.blocks


def test_figures_of_a_group_that_everybody_is_in_are_everybody_s():
    found = choose(unit({WOMEN: 40}, Q1=Indicator("item", {EVERYBODY: 37, WOMEN: 37}, primary={WOMEN}), Q2=Indicator("item", {EVERYBODY: 40, WOMEN: 40})), Rules())
    assert found.blocks == {("Q1", EVERYBODY), ("Q1", WOMEN)} and found.groups == set()
