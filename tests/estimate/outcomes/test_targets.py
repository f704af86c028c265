"""A target is met where the whole interval says so, and not before its wave."""

import polars as pl
import pytest

from pipeline.estimate.outcomes import target_results
from pipeline.programme import Target


def estimates(*rows: tuple, measure: str = "mean_score") -> pl.DataFrame:
    """rows: (wave, estimate, half width, status)."""
    return pl.DataFrame(
        [
            {
                "member": "AAA", "population": "p", "wave": w, "indicator": "F", "measure": measure, "category": "", "domain_variable": "",
                "estimate": x, "ci_low": None if x is None else x - half, "ci_high": None if x is None else x + half, "status": status,
            }
            for w, x, half, status in rows
        ],
        infer_schema_length=None,
    )


def result(table: pl.DataFrame, target: float, measure: str = "mean_score", target_wave: str = "2024") -> dict:
    return target_results(table, [Target("AAA", "p", "F", measure, "2022", target_wave, target)]).row(0, named=True)


@pytest.mark.parametrize(("target", "expected"), [(58.0, "met"), (60.0, "cannot_tell"), (62.1, "missed")])
def test_the_whole_interval_decides(target, expected):
    found = result(estimates(("2022", 50.0, 2.0, "published"), ("2024", 60.0, 2.0, "published")), target)
    assert found["verdict"] == expected and found["value"] == pytest.approx(60.0 - target)


@pytest.mark.parametrize(("target", "expected"), [(0.20, "met"), (0.15, "cannot_tell"), (0.10, "missed")])
def test_an_unfavourable_share_is_to_fall(target, expected):
    table = estimates(("2022", 0.3, 0.02, "published"), ("2024", 0.15, 0.02, "published"), measure="unfavourable")
    assert result(table, target, "unfavourable")["verdict"] == expected


def test_a_score_that_fell_below_its_target_has_not_met_it():
    table = estimates(("2022", 80.0, 2.0, "published"), ("2024", 60.0, 2.0, "published"))
    assert result(table, 70.0)["verdict"] == "missed"


def test_before_its_wave_the_latest_figure_stands_for_now():
    table = estimates(("2022", 50.0, 2.0, "published"), ("2024", 60.0, 2.0, "published"))
    found = result(table, 70.0, target_wave="2026")
    assert (found["verdict"], found["wave"], found["latest"]) == ("not_due", "2024", 60.0)


@pytest.mark.parametrize("status", ["suppressed", "unreliable"])
@pytest.mark.parametrize("wave", ["2022", "2024"])
def test_of_a_hidden_or_unreliable_figure_there_is_no_verdict(status, wave):
    rows = [(w, None if w == wave else 60.0, 2.0, status if w == wave else "published") for w in ("2022", "2024")]
    assert result(estimates(*rows), 55.0)["verdict"] == "no_figure"


def test_an_indicator_that_was_not_asked_has_no_figure():
    assert result(estimates(("2022", 50.0, 2.0, "published")), 55.0)["verdict"] == "no_figure"
