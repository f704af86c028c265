"""Steadied estimates lie between the direct one and the member's mean, and err less."""

import numpy as np
import polars as pl

from pipeline.estimate.shrinkage import GROUP, with_shrinkage

KEYS = dict.fromkeys(GROUP, "x") | {"measure": "mean_score"}


def domains(values: np.ndarray, variance: float, mean: float = 50.0) -> pl.DataFrame:
    rows = [("", "", mean, variance / 50)] + [("d", str(k), v, variance) for k, v in enumerate(values)]
    table = pl.DataFrame(rows, ["domain_variable", "domain_category", "estimate", "variance"], orient="row")
    return table.with_columns(**{k: pl.lit(v) for k, v in KEYS.items()}).with_row_index("key")


def test_steadied_values_lie_between_the_direct_ones_and_the_mean():
    got = with_shrinkage(domains(np.array([40.0, 48, 55, 61]), 9.0)).filter(domain_variable="d")
    inside = (got["shrunk"] - 50).abs() <= (got["estimate"] - 50).abs()
    assert inside.all() and ((got["shrunk"] - 50).sign() == (got["estimate"] - 50).sign()).all()


def test_without_differences_beyond_chance_all_become_the_mean():
    got = with_shrinkage(domains(np.array([49.9, 50.1, 50.0]), 25.0)).filter(domain_variable="d")
    assert np.allclose(got["shrunk"], 50)


def test_the_whole_and_fewer_than_three_domains_are_left_alone():
    assert with_shrinkage(domains(np.array([40.0, 60.0]), 9.0))["shrunk"].null_count() == 3
    assert (
        with_shrinkage(domains(np.array([40.0, 60.0, 50.0]), 9.0)).filter(domain_variable="")["shrunk"].item() is None
    )


def test_they_err_less_and_their_intervals_hold():
    """300 worlds of 8 domains: squared error falls, and 95 % intervals cover (2,400 values, 4 standard errors: 1.8 points)."""
    rng = np.random.default_rng(3)
    direct = steadied = covered = 0.0
    for _ in range(300):
        truth = rng.normal(50, 4, 8)
        got = with_shrinkage(domains(rng.normal(truth, 5), 25.0)).filter(domain_variable="d")
        direct += ((got["estimate"].to_numpy() - truth) ** 2).sum()
        steadied += ((got["shrunk"].to_numpy() - truth) ** 2).sum()
        covered += ((got["shrunk_low"].to_numpy() <= truth) & (truth <= got["shrunk_high"].to_numpy())).mean()
    assert steadied < 0.7 * direct
    assert covered / 300 > 0.95 - 0.05
