"""A reader who knows the truth finds it in the findings, and little else."""

from collections import Counter

from pipeline.report.narrator import MOST
from tests.simulation.findings import judged


def test_planted_effects_are_named_and_next_to_nothing_else():
    """Of some forty claims one in twenty may be wrong by the rule that marks them; of what was planted a page of seven holds most."""
    total = sum((judged(seed) for seed in range(4)), Counter())
    assert total["findings"] <= 4 * MOST
    assert total["named"] >= 0.8 * total["planted"]
    assert total["true"] >= 0.85 * total["told"]
